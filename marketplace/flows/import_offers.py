"""A seller's file goes into the market, and a moderator lets its products out."""

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from marketplace.db import audit
from marketplace.db.wake import wake
from marketplace.shop.catalogue.models import Product
from search import services as search
from vendors.models import ImportJob, Vendor
from vendors.services import imports
from vendors.sheet import RefusedRow, SheetRow, UnreadableSheetError

if TYPE_CHECKING:
    from django.core.files import File

TOPIC = "vendors.imports"


@transaction.atomic
def start_import(
    *, vendor: Vendor, file: "File[bytes]", name: str, user_id: int, now: datetime
) -> ImportJob:
    """Keep a seller's file and wake a worker. Raises FileRefusedError."""
    job = imports.start_import(
        vendor=vendor, file=file, name=name, user_id=user_id, now=now
    )
    audit.record("import.started", subject=job, actor_id=user_id, now=now)
    wake(TOPIC)
    return job


def run_import(*, job: ImportJob, now: datetime) -> None:
    """Take a job's file in, from where an earlier run stopped.

    A transaction a chunk, search told in it; the job's counters show how far it is. A
    file that is no sheet fails the job with the reason.
    """
    try:
        imports.begin(job=job, rows_total=imports.count_rows(job))
        rows = islice(imports.open_rows(job), job.rows_done, None)
        for chunk in imports.chunks(rows):
            _import_chunk(job, chunk, now=now)
    except UnreadableSheetError as error:
        imports.fail(job=job, error=str(error), now=now)
    else:
        imports.finish(job=job, now=now)


@transaction.atomic
def _import_chunk(
    job: ImportJob, chunk: list[SheetRow | RefusedRow], *, now: datetime
) -> None:
    changed = imports.import_chunk(job=job, rows=chunk, now=now)
    search.mark_changed(product_ids=changed, now=now)


def run_waiting_imports(*, now: datetime) -> int:
    """Run the jobs that wait or were left by a dead worker; return how many.

    An advisory lock for each job keeps a second worker from taking it too. What goes
    wrong in one shop's sheet is raised after the others' sheets had their turn.
    """
    unfinished = [ImportJob.State.WAITING, ImportJob.State.RUNNING]
    jobs = list(ImportJob.objects.filter(state__in=unfinished).order_by("id"))
    done, faults = 0, []
    for job in jobs:
        try:
            done += _run_alone(job, now=now)
        except Exception as fault:  # noqa: BLE001 -- raised below
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Some imports were left undone.", faults)
    return done


def _run_alone(job: ImportJob, *, now: datetime) -> bool:
    with imports.only_worker_on(job) as is_ours:
        if is_ours:
            job.refresh_from_db()
            run_import(job=job, now=now)
    return is_ours


@transaction.atomic
def approve_import(*, job: ImportJob, operator_id: int, now: datetime) -> int:
    """Publish the products that an import brought, all at once; return how many."""
    created = job.rows.filter(outcome="product_created").values("product_id")
    waiting = Product.objects.filter(
        pk__in=created, review_state=Product.Review.IN_REVIEW
    )
    product_ids = list(waiting.values_list("pk", flat=True))
    Product.objects.filter(pk__in=product_ids).update(
        review_state=Product.Review.APPROVED, is_public=True, date_updated=now
    )
    ImportJob.objects.filter(pk=job.pk).update(approved_at=now)
    audit.record(
        "import.approved",
        subject=job,
        actor_id=operator_id,
        now=now,
        details={"products": len(product_ids)},
    )
    search.mark_changed(product_ids=product_ids, now=now)
    return len(product_ids)
