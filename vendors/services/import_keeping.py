"""What of imports is kept no longer than somebody reads it."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from vendors.models import ImportJob, ImportPlanRow
from vendors.services.import_steps import BEFORE_YES

# Offers have moved on since: such a plan would have to be made anew.
_KEEP_UNSAID = timedelta(days=30)


def forget_old(now: datetime) -> None:
    """Forget plans whose import has ended, and imports that nobody said yes to.

    A plan has a row for each row of its file and is read before and while it goes in;
    what became of the rows stays. Of what was never said yes to nothing is in the shop:
    it goes after 30 days, with its file once this is committed.
    """
    ImportPlanRow.objects.filter(job__finished_at__lt=now).delete()
    unsaid = ImportJob.objects.filter(
        state__in=BEFORE_YES, created_at__lt=now - _KEEP_UNSAID
    )
    for job_id in unsaid.values_list("pk", flat=True):
        _forget(job_id)


@transaction.atomic
def _forget(job_id: int) -> None:
    waits = ImportJob.objects.filter(pk=job_id, state__in=BEFORE_YES)
    for job in waits.select_for_update():
        transaction.on_commit(partial(job.file.storage.delete, job.file.name or ""))
        job.delete()
