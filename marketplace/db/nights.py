"""The work of each night: its hour, when it was done last, how the last one stands."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from marketplace.db.models import NightlyRun

# By the clock on the shop's wall (TIME_ZONE), in this order.
NIGHTLY = {
    "nightly.balances": timedelta(hours=2, minutes=50),
    "nightly.points": timedelta(hours=3),
    "nightly.reconcile": timedelta(hours=3, minutes=10),
    "nightly.close_months": timedelta(hours=3, minutes=25),
    "nightly.tidy": timedelta(hours=3, minutes=40),
    "nightly.find": timedelta(hours=4, minutes=5),
    "nightly.documents": timedelta(hours=4, minutes=30),
}
# Whoever is up begins within a minute, and no task lives for longer than ten.
PATIENCE = timedelta(minutes=15)


class NightState(StrEnum):
    """How the last night that was due stands."""

    NEW = "new"  # the first one is still to come
    DONE = "done"
    BEGINS = "begins"
    LATE = "late"  # nobody has begun
    FAILED = "failed"  # begun, and not done


class _Counted(NamedTuple):
    """What the rows of a job say together."""

    runs: int = 0
    begun: date | None = None
    done: date | None = None
    done_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Say whether it was never had: its first row only says that the shop began."""
        return self.runs == 0 or (self.runs == 1 and self.done is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A job of the night; `struck_at` is the last time that its hour came."""

    job: str
    struck_at: datetime
    state: NightState
    done_at: datetime | None = None

    @property
    def is_amiss(self) -> bool:
        """Say whether somebody has to look."""
        return self.state in {NightState.LATE, NightState.FAILED}


def night_of(job: str, now: datetime) -> date:
    """Return the day whose hour for the job has struck last, where the shop is."""
    return (timezone.localtime(now).replace(tzinfo=None) - NIGHTLY[job]).date()


def last_nights(now: datetime) -> list[Night]:
    """Return how each job of the night stands, in their order; one query."""
    counted = (
        NightlyRun.objects.order_by()
        .values_list("job")
        .annotate(
            runs=Count("pk"),
            begun=Max("night"),
            done=Max("night", filter=Q(done_at__isnull=False)),
            done_at=Max("done_at"),
        )
    )
    by_job = {job: _Counted(*found) for job, *found in counted}
    return [_night(job, now, by_job.get(job, _Counted())) for job in NIGHTLY]


def _night(job: str, now: datetime, counted: _Counted) -> Night:
    night = night_of(job, now)
    struck_at = timezone.make_aware(datetime.combine(night, time()) + NIGHTLY[job])
    if counted.is_new and (counted.begun or night) >= night:
        return Night(job=job, struck_at=struck_at, state=NightState.NEW)
    return Night(
        job=job,
        struck_at=struck_at,
        state=_state(night, struck_at, now, counted),
        done_at=None if counted.is_new else counted.done_at,
    )


def _state(
    night: date, struck_at: datetime, now: datetime, counted: _Counted
) -> NightState:
    if counted.done is not None and counted.done >= night:
        return NightState.DONE
    if now < struck_at + PATIENCE:
        return NightState.BEGINS
    is_begun = counted.begun is not None and counted.begun >= night
    return NightState.FAILED if is_begun else NightState.LATE
