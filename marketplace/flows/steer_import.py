"""A person takes an import step by step: matches, decides, applies, undoes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from marketplace.db.wake import wake
from marketplace.flows.import_offers import TOPIC
from vendors.models import ImportJob, ImportUndo
from vendors.services import import_steps, import_undo


@transaction.atomic
def match_columns(
    *, job: ImportJob, places: Mapping[str, int], now: datetime
) -> ImportJob:
    """Say which column is which, and wake a worker. Raises ImportStepError."""
    job = import_steps.match_columns(job=job, places=places, now=now)
    wake(TOPIC)
    return job


@transaction.atomic
def mend_rows(*, job: ImportJob, cells: Mapping[int, Mapping[str, str]]) -> ImportJob:
    """Write cells anew, and wake a worker. Raises ImportStepError."""
    job = import_steps.mend_rows(job=job, cells=cells)
    wake(TOPIC)
    return job


@transaction.atomic
def apply_import(*, job: ImportJob, user_id: int, now: datetime) -> ImportJob:
    """Say yes to a plan, and wake a worker. Raises ImportStepError."""
    job = import_steps.apply(job=job, now=now)
    audit.record(
        "import.applied", subject=job, actor_id=user_id, now=now, details=job.summary
    )
    wake(TOPIC)
    return job


@transaction.atomic
def go_on(*, job: ImportJob) -> None:
    """Let a paused import go on, and wake a worker. Raises ImportStepError."""
    import_steps.go_on(job=job)
    wake(TOPIC)


@transaction.atomic
def cancel_import(*, job: ImportJob, user_id: int, now: datetime) -> ImportJob:
    """End an import before its last row. Raises ImportStepError."""
    job = import_steps.cancel(job=job, now=now)
    audit.record("import.cancelled", subject=job, actor_id=user_id, now=now)
    return job


@transaction.atomic
def undo_import(*, job: ImportJob, user_id: int, now: datetime) -> ImportUndo:
    """Ask for a whole import to be taken back. Raises ImportStepError."""
    undo = import_undo.start_undo(job=job, user_id=user_id, now=now)
    audit.record("import.undone", subject=job, actor_id=user_id, now=now)
    wake(TOPIC)
    return undo
