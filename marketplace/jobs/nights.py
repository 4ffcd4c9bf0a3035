"""Do each nightly job once a day, by the shop's clock, whoever was down at its hour.

A row for each job and day says whether it is done. Any minute after its hour will do:
a beat or a worker that was away catches up, and where the clock leaps over several
nights they are had once, for the last of them. A job that never ran begins with the
next night: the shop was not there in this one.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from marketplace.db.alone import BusyError, alone
from marketplace.db.models import NightlyRun
from marketplace.db.nights import NIGHTLY, night_of
from marketplace.jobs import nightly

log = logging.getLogger(__name__)

Work = Callable[[datetime], object]
JOBS: Mapping[str, Work] = {
    name: getattr(nightly, name.removeprefix("nightly.")) for name in NIGHTLY
}
# What failed, or was killed, is tried again; what others wait for goes on meanwhile.
TRY_AGAIN_AFTER = timedelta(minutes=15)
_AT_ONCE = timedelta(milliseconds=1)


def do_what_is_due(now: datetime, jobs: Mapping[str, Work] | None = None) -> None:
    """Do the jobs of tonight that are due and not yet done, by the order of hours.

    One worker at a time: a second one leaves it to the first. Call it outside a
    transaction, for jobs ask Stripe.
    """
    try:
        with alone("nights", patience=_AT_ONCE):
            for name, work in (jobs or JOBS).items():
                _do(name, work, now)
    except BusyError:
        log.info("The night's work is being done already")


def _do(name: str, work: Work, now: datetime) -> None:
    night = night_of(name, now)
    is_known = NightlyRun.objects.filter(job=name).exists()
    run, is_new = NightlyRun.objects.get_or_create(
        job=name,
        night=night,
        defaults={"tried_at": now, "done_at": None if is_known else now},
    )
    if run.done_at is not None:
        return
    if not is_new:
        if now < run.tried_at + TRY_AGAIN_AFTER:
            return
        run.tried_at = now
        run.save(update_fields=["tried_at"])
    log.info("%s of %s", name, night)
    try:
        work(now)
    except Exception:
        log.exception("%s of %s failed", name, night)
        return
    run.done_at = now
    run.save(update_fields=["done_at"])
