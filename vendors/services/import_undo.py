"""A whole import is taken back: each offer as it was, unless it was changed since.

The rule, row by row:

- An offer that the import changed gets back its price, condition, days and whether it
  was on sale. Its stock goes back by the *difference* that the import made, never to
  the number of before: what was sold, sent or called off since stays so. A file that
  set 5 pieces to 8 moved them by 3; with 2 sold since there are 6, and 3 after the
  undo, as if the 2 had been sold of the 5. If more was sold since than there had been,
  nothing is left to sell, what buyers have ordered stays theirs, and the row says so.
- An offer that somebody changed since, in the portal, by the API or by a later file,
  is left as it is, and the row says so. The `edition` of an offer tells: the database
  counts it up with all that is said of it, and with no sale.
- A new offer is taken off sale; the same file sent again puts it back. If its product
  was new too and nobody has decided on it, the product goes with it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import Product
from vendors.models import ImportJob, ImportUndo
from vendors.services import undo_sql
from vendors.services.import_steps import ImportStepError
from vendors.services.imports import lock_import

CHUNK = 2000
MOST_ATTEMPTS = 5
_PAUSE = timedelta(minutes=5)
_ENDED = (
    ImportJob.State.FINISHED,
    ImportJob.State.STOPPED,
    ImportJob.State.CANCELLED,
)


def undo_until(job: ImportJob) -> datetime | None:
    """Return until when an import can be taken back; None if it cannot be at all."""
    if job.finished_at is None or job.state not in _ENDED or not _wrote(job):
        return None
    return job.finished_at + timedelta(days=settings.IMPORT_UNDO_DAYS)


@transaction.atomic
def start_undo(*, job: ImportJob, user_id: int, now: datetime) -> ImportUndo:
    """Write an undo that waits for a worker. Locks the job.

    Raises ImportStepError: when it is undone already, when its time is over, or when
    it changed nothing.
    """
    job = lock_import(job)
    if ImportUndo.objects.filter(job=job).exists():
        raise ImportStepError(_("This import is undone already."))
    until = undo_until(job)
    if until is None:
        raise ImportStepError(_("There is nothing to undo."))
    if now > until:
        raise ImportStepError(
            _("An import can be undone for %(days)d days, and these are over.")
            % {"days": settings.IMPORT_UNDO_DAYS}
        )
    return ImportUndo.objects.create(
        job=job, created_by_id=user_id, created_at=now, rows_total=_wrote(job)
    )


def look(job: ImportJob) -> dict[str, int]:
    """Return how many rows an undo would leave in which way, if it ran now."""
    with connection.cursor() as cursor:
        cursor.execute(undo_sql.LOOK, _given(job))
        return dict(cursor.fetchall())


def look_at_left(job: ImportJob, *, limit: int) -> list[tuple[int, str, str]]:
    """Return number, sku and fate of rows that would not be quite as before."""
    with connection.cursor() as cursor:
        cursor.execute(undo_sql.LOOK_AT_LEFT, {**_given(job), "limit": limit})
        return list(cursor.fetchall())


def counted(job: ImportJob) -> dict[str, int]:
    """Return how many rows came back in which way."""
    rows = job.rows.exclude(undone="").order_by().values_list("undone")
    return dict(rows.annotate(count=Count("pk")))


def begin(*, undo: ImportUndo, now: datetime) -> None:
    """Count a run before it begins; the next one waits, if this one fails."""
    undo.attempts += 1
    undo.retry_at = now + _PAUSE
    undo.state = ImportUndo.State.RUNNING
    undo.save(update_fields=["attempts", "retry_at", "state"])


@transaction.atomic
def undo_chunk(*, undo: ImportUndo, now: datetime) -> tuple[int, list[int]]:
    """Take some rows back; return how many, and products to find anew.

    One transaction: a crash leaves the chunk undone. Locks the job, then products that
    wait for a moderator, then the offers, both by their keys.
    """
    job = lock_import(undo.job)
    given = {**_given(job), "now": now, "limit": CHUNK}
    with connection.cursor() as cursor:
        for statement in undo_sql.TAKE.split(";"):
            cursor.execute(statement, given if "%" in statement else None)
        for statement in undo_sql.STEPS:
            cursor.execute(statement, given)
        (done,) = _first(cursor, undo_sql.COUNT)
        changed = _keys(cursor, undo_sql.CHANGED_PRODUCTS)
        new = _keys(cursor, undo_sql.NEW_PRODUCTS)
    _delete(new)
    undo.rows_done += done
    undo.attempts, undo.retry_at = 0, None
    undo.save(update_fields=["rows_done", "attempts", "retry_at"])
    return done, changed


def _delete(new: list[int]) -> None:
    """Delete new products, and those that have no choice left then."""
    children = Product.objects.filter(pk__in=new, parent__isnull=False)
    families = set(children.values_list("parent", flat=True))
    Product.objects.filter(pk__in=new).delete()
    Product.objects.filter(
        pk__in=families, children=None, review_state=Product.Review.IN_REVIEW
    ).delete()


def finish(*, undo: ImportUndo, now: datetime) -> None:
    """Say that every row of the import is back, or said why not."""
    _end(undo, ImportUndo.State.FINISHED, now)


def give_up(*, undo: ImportUndo, now: datetime) -> None:
    """Stop what fails by a fault of ours; the rows say which are back."""
    _end(undo, ImportUndo.State.STOPPED, now)


def _end(undo: ImportUndo, state: ImportUndo.State, now: datetime) -> None:
    undo.state, undo.finished_at = state, now
    undo.save(update_fields=["state", "finished_at"])


def _wrote(job: ImportJob) -> int:
    return job.products_created + job.offers_created + job.offers_updated


def _given(job: ImportJob) -> dict[str, Any]:
    return {"job": job.pk, "partner": job.vendor.partner_id}


def _first(cursor: Any, statement: str) -> tuple[Any, ...]:
    cursor.execute(statement)
    row: tuple[Any, ...] = cursor.fetchone()
    return row


def _keys(cursor: Any, statement: str) -> list[int]:
    cursor.execute(statement)
    return [key for (key,) in cursor.fetchall()]
