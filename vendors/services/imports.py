"""A seller's file becomes offers: chunk by chunk, each row accounted for."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.identifiers import public_id
from marketplace.shop.catalogue.kinds import KIND_OF_NONE
from marketplace.shop.catalogue.models import ProductClass
from marketplace.shop.catalogue.selectors import written
from marketplace.shop.catalogue.slugs import slug_of
from vendors.kinds import Kinds
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.services import import_sql
from vendors.services.families import MOST_CHOICES
from vendors.services.kind_book import known_kinds
from vendors.services.shelving import find_shelves
from vendors.sheet import RefusedRow, Sheet, SheetRow, rows_of, sheet_of
from vendors.tables import encoding_of, lines_of

if TYPE_CHECKING:
    from django.core.files import File

MOST_BYTES = 200 * 1024 * 1024
CHUNK = 2000
# The wait after each failure at the same rows, in minutes: what is broken may be mended
# meanwhile. After the last one the import is given up.
_PAUSES = (1, 5, 15, 60, 1)
MOST_ATTEMPTS = len(_PAUSES)
# The first key of our two-key advisory locks; the second is the shop.
_LOCK_SPACE = 0x1397
_COUNTERS = {
    ImportRow.Outcome.PRODUCT_CREATED: "products_created",
    ImportRow.Outcome.OFFER_CREATED: "offers_created",
    ImportRow.Outcome.UPDATED: "offers_updated",
    ImportRow.Outcome.UNCHANGED: "offers_unchanged",
    ImportRow.Outcome.REFUSED: "rows_refused",
}


class FileRefusedError(RefusedError):
    """The file is too large, or no text."""

    code = "import.file"


def start_import(
    *, vendor: Vendor, file: "File[bytes]", name: str, user_id: int, now: datetime
) -> ImportJob:
    """Keep the file and write a job whose columns are to be matched."""
    if file.size > MOST_BYTES:
        raise FileRefusedError(
            _("The file is larger than 200 MB: please split it in two.")
        )
    return ImportJob.objects.create(
        vendor=vendor,
        file=file,
        file_name=name[:200],
        encoding=encoding_of(file),
        created_by_id=user_id,
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """What the plan said of rows before they are applied.

    Those that are `left_out`, each as it was refused; those that keep their `price`.
    """

    left_out: Mapping[int, RefusedRow] = field(default_factory=dict)
    keep_price: frozenset[int] = frozenset()


def open_rows(
    job: ImportJob, decided: Decided | None = None
) -> Iterator[SheetRow | RefusedRow]:
    """Read the job's file. Raises UnreadableSheetError for one that is no sheet.

    The kinds of product are read at once; the rows, which touch no database, as they
    are asked for.
    """
    says_kind = not job.places or "kind" in job.places
    return _rows(job, decided, known_kinds() if says_kind else None)


def _rows(
    job: ImportJob, decided: Decided | None, kinds: Kinds | None
) -> Iterator[SheetRow | RefusedRow]:
    with _sheet(job) as sheet:
        rows = rows_of(
            sheet,
            currency=settings.CURRENCY,
            mended=job.mended,
            kinds=kinds,
        )
        yield from rows if decided is None else _as_decided(rows, decided)


def _as_decided(
    rows: Iterator[SheetRow | RefusedRow], decided: Decided
) -> Iterator[SheetRow | RefusedRow]:
    for row in rows:
        if row.number in decided.left_out:
            yield decided.left_out[row.number]
        elif row.number in decided.keep_price and isinstance(row, SheetRow):
            yield row.without_price()
        else:
            yield row


def count_rows(job: ImportJob) -> int:
    """Return how many rows the file has. Raises UnreadableSheetError."""
    with _sheet(job) as sheet:
        return sheet.count()


@contextmanager
def _sheet(job: ImportJob) -> Iterator[Sheet]:
    with (
        job.file.open("rb") as file,
        lines_of(file.file, encoding=job.encoding) as lines,
    ):
        yield sheet_of(lines, job.places)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a sheet: those that cannot go in, and the others ready to be."""

    refused: Sequence[RefusedRow]
    staged: Sequence[tuple[str | int | None, ...]]

    def __len__(self) -> int:
        return len(self.refused) + len(self.staged)


def chunks(
    rows: Iterator[SheetRow | RefusedRow], *, size: int = CHUNK
) -> Iterator[Chunk]:
    """Cut the rows into chunks of `size`; while one is worked on, the next is read."""

    def take() -> Chunk:
        refused, staged = [], []
        for row in islice(rows, size):
            if isinstance(row, RefusedRow):
                refused.append(row)
            else:
                staged.append(staged_row(row))
        return Chunk(refused, staged)

    # In our context, so that the messages of its rows are in our language.
    context = copy_context()
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(context.run, take)
        while chunk := ahead.result():
            ahead = reader.submit(context.run, take)
            yield chunk


@transaction.atomic
def import_chunk(*, job: ImportJob, chunk: Chunk, now: datetime) -> list[int]:
    """Take a chunk in, move the job's counters, and return products to find anew.

    One transaction: COPY into staging, then set-based upserts; a crash leaves the chunk
    undone and `rows_done` at its beginning. Locks the job.
    """
    job = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    ImportRow.objects.bulk_create(_row_of(job, row) for row in chunk.refused)
    counts, changed = _take_in(job, chunk, now)
    refused = ImportRow.Outcome.REFUSED
    counts[refused] = counts.get(refused, 0) + len(chunk.refused)
    _count(job, counts, done=len(chunk))
    return changed


def _take_in(
    job: ImportJob, chunk: Chunk, now: datetime
) -> tuple[dict[str, int], list[int]]:
    """Return how many rows came to which outcome, and products to find anew."""
    given = {
        "job": job.pk,
        "partner": job.vendor.partner_id,
        "country": job.vendor.country,
        "product_class": _goods().pk,
        "now": now,
        "messages": json.dumps(messages()),
        "columns": json.dumps(COLUMNS_OF),
        "choices": MOST_CHOICES,
    }
    with connection.cursor() as cursor:
        stage(cursor, chunk.staged)
        for statement in import_sql.STEPS:
            cursor.execute(statement, given)
        cursor.execute(import_sql.COUNT, given)
        counts = dict(cursor.fetchall())
        cursor.execute(import_sql.CHANGED_PRODUCTS, given)
        return counts, [product_id for (product_id,) in cursor.fetchall()]


def stage(cursor: Any, rows: Iterable[tuple[str | int | None, ...]]) -> None:
    """Put rows into a table of the transaction, where the statements find them.

    Those of a category that we know say which it is.
    """
    cursor.execute(import_sql.STAGE)
    with cursor.copy(import_sql.COPY) as copy:
        for row in rows:
            copy.write_row(row)
    find_shelves(cursor)


def count_attempt(*, job: ImportJob, now: datetime) -> None:
    """Count a run before it begins: a worker that dies in it cannot count it after.

    Unless rows go in, the next run waits, longer each time.
    """
    job.retry_at = now + timedelta(minutes=_PAUSES[job.attempts])
    job.attempts += 1
    job.save(update_fields=["attempts", "retry_at"])


def begin(*, job: ImportJob, rows_total: int) -> None:
    """Say that a worker has the job, unless it was paused or stopped meanwhile."""
    state = ImportJob.State
    ImportJob.objects.filter(
        pk=job.pk, state__in=(state.WAITING, state.RUNNING)
    ).update(rows_total=rows_total, state=state.RUNNING)
    job.refresh_from_db(fields=["rows_total", "state"])


def finish(*, job: ImportJob, now: datetime) -> None:
    """Say that every row is accounted for."""
    _end(job, ImportJob.State.FINISHED, now)


def fail(*, job: ImportJob, error: str, now: datetime) -> None:
    """Say that the file is no sheet, and why; rows that are in stay in."""
    _end(job, ImportJob.State.FAILED, now, error=error)


def stop(*, job: ImportJob, now: datetime) -> None:
    """Give up what fails by a fault of ours; rows that are in stay in."""
    if job.rows_done:
        error = _(
            "Something went wrong on our side, and we know of it. %(done)s of "
            "%(total)s rows are in; nothing was changed by the others. Send the sheet "
            "once more, or write to us."
        ) % {"done": job.rows_done, "total": job.rows_total}
    else:
        error = _(
            "Something went wrong on our side, and we know of it. None of the rows is "
            "in. Send the sheet once more, or write to us."
        )
    _end(job, ImportJob.State.STOPPED, now, error=error)


def lock_import(job: ImportJob) -> ImportJob:
    """Return the job once nobody else writes it, until the transaction ends."""
    return ImportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)


def note_approval(*, job: ImportJob, now: datetime) -> None:
    """Say that the products of the job were published together."""
    job.approved_at = now
    job.save(update_fields=["approved_at"])


def _end(
    job: ImportJob, state: ImportJob.State, now: datetime, *, error: str = ""
) -> None:
    job.state, job.finished_at, job.error = state, now, error
    job.save(update_fields=["state", "finished_at", "error"])


# The columns of what the database refuses, where they are not called like it.
COLUMNS_OF = {
    "ean_twice": "ean",
    "twin": "ean",
    "choice_twice": "attributes",
    "axes": "variant_axes",
    "choices": "variant_group",
}


def messages() -> dict[str, str]:
    """Return what to do about rows that the database refuses, by its word for it."""
    return {
        "ean": _("These EANs name another product than your number does."),
        "ean_twice": _("Another row of this file has the same EAN."),
        "twin": _("You already offer this product in this condition."),
        "choice_twice": _("Another choice of this group has the same values."),
        "axes": _("Name the same attributes in all rows of a group."),
        "choices": _("A product has at most %(most)d choices.")
        % {"most": MOST_CHOICES},
        "price": _("This price waited for your yes."),
        "title": _("No product has this EAN yet: give the new one a title."),
        "category": _(
            "We have no category of this name, or several. Write it with those above "
            "it, “Home > Kitchen”, or leave it empty."
        ),
    }


def _goods() -> ProductClass:
    goods, _created = ProductClass.objects.get_or_create(
        slug=KIND_OF_NONE, defaults={"name": "Goods"}
    )
    return goods


def staged_row(row: SheetRow) -> tuple[str | int | None, ...]:
    """Return a row as COPY takes it."""
    # An EAN is digits: nothing in the text of the array needs quotes.
    return (
        row.number,
        row.sku,
        f"{{{','.join(row.eans)}}}",
        row.title,
        slug_of(row.title),
        row.brand,
        row.description,
        row.category,
        row.facts,
        None if row.price is None else str(row.price),
        row.currency,
        row.stock,
        row.condition,
        row.handling_days,
        public_id("prd"),
        public_id("off"),
        row.texts,
        row.group,
        row.choice,
        ", ".join(map(written, json.loads(row.choice).values()))
        if row.choice
        else None,
        public_id("prd") if row.choice else None,
        row.kind,
    )


def _row_of(job: ImportJob, row: RefusedRow) -> ImportRow:
    return ImportRow(
        job=job,
        number=row.number,
        sku=row.sku,
        outcome=ImportRow.Outcome.REFUSED,
        field=row.column,
        message=row.message[:300],
        more=row.more or None,
    )


def _count(job: ImportJob, counts: dict[str, int], *, done: int) -> None:
    for outcome, counter in _COUNTERS.items():
        setattr(job, counter, getattr(job, counter) + counts.get(outcome, 0))
    job.rows_done += done
    job.attempts, job.retry_at = 0, None
    job.save(update_fields=[*_COUNTERS.values(), "rows_done", "attempts", "retry_at"])


@contextmanager
def only_worker_on(job: ImportJob) -> Iterator[bool]:
    """Hold the advisory lock of the job's shop, and say whether we got it; never waits.

    Imports of a shop, and what takes them back, go one after the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, job.vendor_id]
        )
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, job.vendor_id]
                )
