"""A seller's file goes into the market, and a moderator lets its products out."""

import logging
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from marketplace.db import audit
from marketplace.db.wake import wake
from marketplace.shop.catalogue.models import Product
from search import services as search
from vendors.models import ImportJob, Vendor
from vendors.selectors.imports import import_just_sent, unfinished_imports
from vendors.services import imports
from vendors.sheet import UnreadableSheetError

if TYPE_CHECKING:
    from django.core.files import File

log = logging.getLogger(__name__)

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


@transaction.atomic
def start_import_once(
    *, vendor: Vendor, file: "File[bytes]", name: str, user_id: int, now: datetime
) -> tuple[ImportJob, bool]:
    """Start an import, or find the one that the same person sent a moment ago.

    Return it, and whether it is new. Locks the shop. Raises FileRefusedError.
    """
    Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
    twin = import_just_sent(
        vendor=vendor, name=name, size=file.size, user_id=user_id, now=now
    )
    if twin is not None:
        return twin, False
    return start_import(
        vendor=vendor, file=file, name=name, user_id=user_id, now=now
    ), True


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
def _import_chunk(job: ImportJob, chunk: imports.Chunk, *, now: datetime) -> None:
    changed = imports.import_chunk(job=job, chunk=chunk, now=now)
    search.mark_changed(product_ids=changed, now=now)


def run_waiting_imports(*, now: datetime) -> int:
    """Run the jobs that wait or were left by a dead worker; return how many.

    An advisory lock for each job keeps a second worker from taking it too. What goes
    wrong in one shop's sheet is raised after the others' sheets had their turn; a job
    that failed MOST_ATTEMPTS times, ever later, without a row going in is given up.
    """
    jobs = list(unfinished_imports(due_by=now))
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
        # Another worker may have ended it since it was listed.
        due = unfinished_imports(due_by=now).filter(pk=job.pk)
        is_due = is_ours and due.exists()
        if is_due:
            job.refresh_from_db()
            _attempt(job, now=now)
    return is_due


def _attempt(job: ImportJob, *, now: datetime) -> None:
    if job.attempts < imports.MOST_ATTEMPTS:
        imports.count_attempt(job=job, now=now)
        run_import(job=job, now=now)
    else:
        _give_up(job, now=now)


@transaction.atomic
def _give_up(job: ImportJob, *, now: datetime) -> None:
    """Tell the seller on their page, and the operators in the trail and the log."""
    imports.stop(job=job, now=now)
    audit.record("import.stopped", subject=job, reason=job.error, now=now)
    log.error("Import %s was given up at row %s", job.public_id, job.rows_done)


@transaction.atomic
def approve_import(*, job: ImportJob, operator_id: int, now: datetime) -> int:
    """Publish the products that an import brought, all at once; return how many.

    Locks the job, then its products that wait: what somebody decides meanwhile stays
    decided, and a second approval finds nothing to do.
    """
    imports.lock_import(job)
    created = job.rows.filter(outcome="product_created").values("product_id")
    waiting = Product.objects.filter(
        pk__in=created, review_state=Product.Review.IN_REVIEW
    )
    locked = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    product_ids = list(locked.values_list("pk", flat=True))
    if not product_ids:
        return 0
    Product.objects.filter(pk__in=product_ids).update(
        review_state=Product.Review.APPROVED, is_public=True, date_updated=now
    )
    imports.note_approval(job=job, now=now)
    audit.record(
        "import.approved",
        subject=job,
        actor_id=operator_id,
        now=now,
        details={"products": len(product_ids)},
    )
    search.mark_changed(product_ids=product_ids, now=now)
    return len(product_ids)
