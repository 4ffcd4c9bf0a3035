"""A seller's file goes into the market, and a moderator lets its products out.

Work of one shop goes one after the other: plans, imports, and what takes one back.
"""

import logging
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from marketplace.db import audit
from marketplace.db.wake import wake
from marketplace.shop.catalogue.models import Product
from search import services as search
from vendors.models import ImportJob, ImportUndo, Vendor
from vendors.selectors.imports import (
    import_just_sent,
    unfinished_imports,
    unfinished_undos,
)
from vendors.services import import_plan, import_steps, import_undo, imports
from vendors.tables import UnreadableSheetError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files import File

log = logging.getLogger(__name__)

TOPIC = "vendors.imports"
Work = ImportJob | ImportUndo


@transaction.atomic
def start_import(
    *, vendor: Vendor, file: "File[bytes]", name: str, user_id: int, now: datetime
) -> ImportJob:
    """Keep a seller's file, match its columns and wake a worker.

    Raises FileRefusedError.
    """
    head = import_steps.look_at(file)
    job = imports.start_import(
        vendor=vendor, file=file, name=name, user_id=user_id, now=now
    )
    import_steps.guess_columns(job=job, head=head)
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
        vendor=vendor, file=file, name=name, user_id=user_id, now=now
    )
    if twin is not None:
        return twin, False
    return start_import(
        vendor=vendor, file=file, name=name, user_id=user_id, now=now
    ), True


def run_import(*, job: ImportJob, now: datetime) -> None:
    """Plan a job, or take its file in, from where an earlier run stopped.

    A transaction a chunk, search told in it; the job's counters show how far it is. A
    file that is no sheet fails the job with the reason; a job that is paused or stopped
    meanwhile is left where it is.
    """
    try:
        if job.state == ImportJob.State.PLANNING:
            import_plan.write_plan(job=job, now=now)
        else:
            _apply(job, now=now)
    except UnreadableSheetError as error:
        imports.fail(job=job, error=str(error), now=now)


def _apply(job: ImportJob, *, now: datetime) -> None:
    imports.begin(job=job, rows_total=job.rows_total or imports.count_rows(job))
    decided = import_plan.decided_of(job)
    rows = islice(imports.open_rows(job, decided), job.rows_done, None)
    for chunk in imports.chunks(rows):
        if not _import_chunk(job, chunk, now=now):
            return
    imports.finish(job=job, now=now)


@transaction.atomic
def _import_chunk(job: ImportJob, chunk: imports.Chunk, *, now: datetime) -> bool:
    """Take a chunk in, unless the job was paused or stopped meanwhile; say whether."""
    if imports.lock_import(job).state != ImportJob.State.RUNNING:
        return False
    changed = imports.import_chunk(job=job, chunk=chunk, now=now)
    search.mark_changed(product_ids=changed, now=now)
    return True


def run_undo(*, undo: ImportUndo, now: datetime) -> None:
    """Take an import back, a transaction a chunk, from where an earlier run stopped."""
    import_undo.begin(undo=undo, now=now)
    while _undo_chunk(undo, now=now):
        continue
    import_undo.finish(undo=undo, now=now)


@transaction.atomic
def _undo_chunk(undo: ImportUndo, *, now: datetime) -> bool:
    done, changed = import_undo.undo_chunk(undo=undo, now=now)
    search.mark_changed(product_ids=changed, now=now)
    return done > 0


def run_waiting_imports(*, now: datetime) -> int:
    """Run what waits or was left by a dead worker; return how many.

    An advisory lock for each shop keeps a second worker from its files; what came in
    behind one that we held is looked for again. What goes wrong in one shop's sheet is
    raised after the others' sheets had their turn; a job that failed MOST_ATTEMPTS
    times, ever later, without a row going in is given up.
    """
    done, faults = 0, dict[Work, Exception]()
    while ran := _run_round(faults, now=now):
        done += ran
    if faults:
        raise ExceptionGroup("Some imports were left undone.", [*faults.values()])
    return done


def _run_round(faults: dict[Work, Exception], *, now: datetime) -> int:
    """Run all that is due and has not failed in an earlier round."""
    jobs: Iterable[Work] = unfinished_imports(due_by=now)
    undos: Iterable[Work] = unfinished_undos(due_by=now)
    done = 0
    for each in (each for each in (*jobs, *undos) if each not in faults):
        try:
            done += _run_alone(each, now=now)
        except Exception as fault:  # noqa: BLE001 -- raised by the caller
            faults[each] = fault
    return done


def _run_alone(work: Work, *, now: datetime) -> bool:
    job = work if isinstance(work, ImportJob) else work.job
    with imports.only_worker_on(job) as is_ours:
        is_due = is_ours and _is_due(work, now)
        if is_due:
            work.refresh_from_db()
            _attempt(work, now=now)
    return is_due


def _is_due(work: Work, now: datetime) -> bool:
    """Say whether nobody else has ended it since it was listed."""
    if isinstance(work, ImportJob):
        return unfinished_imports(due_by=now).filter(pk=work.pk).exists()
    return unfinished_undos(due_by=now).filter(pk=work.pk).exists()


def _attempt(work: Work, *, now: datetime) -> None:
    if isinstance(work, ImportUndo):
        _attempt_undo(work, now=now)
    elif work.attempts < imports.MOST_ATTEMPTS:
        imports.count_attempt(job=work, now=now)
        run_import(job=work, now=now)
    else:
        _give_up(work, now=now)


def _attempt_undo(undo: ImportUndo, *, now: datetime) -> None:
    if undo.attempts < import_undo.MOST_ATTEMPTS:
        run_undo(undo=undo, now=now)
    else:
        import_undo.give_up(undo=undo, now=now)
        log.error("The undo of import %s was given up", undo.job.public_id)


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
    review = Product.Review
    # What comes in choices is published with them, unless it was sent back.
    waiting = (
        Product.objects.filter(Q(pk__in=created) | Q(children__in=created))
        .filter(review_state=review.IN_REVIEW)
        .exclude(parent__review_state__in=[review.REFUSED, review.DRAFT])
    )
    locked = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = dict(locked.values_list("pk", "structure"))
    product_ids = list(found)
    if not product_ids:
        return 0
    Product.objects.filter(pk__in=product_ids).update(
        review_state=Product.Review.APPROVED, is_public=True, date_updated=now
    )
    count = sum(each != Product.PARENT for each in found.values())
    imports.note_approval(job=job, now=now)
    audit.record(
        "import.approved",
        subject=job,
        actor_id=operator_id,
        now=now,
        details={"products": count},
    )
    search.mark_changed(product_ids=product_ids, now=now)
    return count
