"""Reads of imports: a shop's own, and those whose products wait."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from marketplace.core.files import hold_the_same
from marketplace.shop.catalogue.models import Product
from vendors.models import ImportJob, ImportRow, ImportUndo, Vendor

if TYPE_CHECKING:
    from django.core.files import File

_UNFINISHED = (
    ImportJob.State.PLANNING,
    ImportJob.State.WAITING,
    ImportJob.State.RUNNING,
)
# The same sheet sent again a moment later is the same import, wherever it stands.
_UNDER_WAY = (*_UNFINISHED, ImportJob.State.UPLOADED, ImportJob.State.PLANNED)
_SAME_SHEET_WITHIN = timedelta(minutes=1)
_LONGEST_NAME = 200
_WAITS = Q(rows__product__review_state=Product.Review.IN_REVIEW)


def imports_of(vendor: Vendor) -> QuerySet[ImportJob]:
    """Return a shop's imports, newest first."""
    return ImportJob.objects.filter(vendor=vendor)


def unfinished_imports(*, due_by: datetime) -> QuerySet[ImportJob]:
    """Return the imports that a worker is to plan or apply, oldest first.

    One that failed is due again after a pause.
    """
    is_due = Q(retry_at__isnull=True) | Q(retry_at__lte=due_by)
    return ImportJob.objects.filter(is_due, state__in=_UNFINISHED).order_by("id")


def import_just_sent(
    *, vendor: Vendor, file: "File[bytes]", name: str, user_id: int, now: datetime
) -> ImportJob | None:
    """Return an unfinished import of the same sheet that somebody sent a minute ago.

    A price that was mended since changes neither a sheet's name nor its size: what it
    says decides.
    """
    newest = ImportJob.objects.filter(
        vendor=vendor,
        state__in=_UNDER_WAY,
        file_name=name[:_LONGEST_NAME],
        created_by_id=user_id,
        created_at__gt=now - _SAME_SHEET_WITHIN,
    ).order_by("-id")
    return next((job for job in newest if _is_of(job, file)), None)


def _is_of(job: ImportJob, file: "File[bytes]") -> bool:
    with job.file.open() as kept:
        return hold_the_same(kept, file)


def has_plan(job: ImportJob) -> bool:
    """Say whether a plan of the job was written."""
    return job.plan.exists()


def unfinished_undos(*, due_by: datetime) -> QuerySet[ImportUndo]:
    """Return what a worker is to take back, oldest first."""
    state = ImportUndo.State
    is_due = Q(retry_at__isnull=True) | Q(retry_at__lte=due_by)
    return (
        ImportUndo.objects.filter(is_due, state__in=(state.WAITING, state.RUNNING))
        .select_related("job")
        .order_by("id")
    )


def waits_for_a_look(job: ImportJob) -> bool:
    """Say whether a product that an import brought is still to be decided."""
    return ImportJob.objects.filter(_WAITS, pk=job.pk).exists()


def imports_in_review() -> QuerySet[ImportJob]:
    """Return ended imports that brought products which still wait, oldest first.

    Each has `waiting`, how many.
    """
    made = ImportRow.objects.filter(
        job=OuterRef("pk"), product__review_state=Product.Review.IN_REVIEW
    )
    return (
        ImportJob.objects.filter(Exists(made), finished_at__isnull=False)
        .annotate(waiting=Count("rows", filter=_WAITS))
        .select_related("vendor")
        .order_by("finished_at", "id")
    )


def import_by_id(public_id: str) -> ImportJob | None:
    """Return an import for an operator."""
    return ImportJob.objects.filter(public_id=public_id).first()
