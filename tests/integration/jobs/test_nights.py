"""Each nightly job is done once a day by the shop's clock, however that moves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection

from marketplace.db import clock
from marketplace.db.models import NightlyRun
from marketplace.db.nights import PATIENCE, Night, last_nights
from marketplace.jobs import nights, sweeps
from marketplace.jobs.nights import TRY_AGAIN_AFTER, do_what_is_due

# In Brussels, an hour ahead of UTC: 03:25 on 1 December.
HOUR = datetime(2026, 12, 1, 2, 25, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVENING = HOUR - timedelta(hours=6)
CLOSING = "nightly.close_months"


@pytest.fixture
def had() -> list[datetime]:
    return []


@pytest.fixture
def sweep(db: None, had: list[datetime]) -> Callable[[datetime], None]:
    """Sweep at a moment, with one job whose runs are noted; it had an evening."""
    jobs = {CLOSING: had.append}
    do_what_is_due(EVENING, jobs)
    return lambda now: do_what_is_due(now, jobs)


def begin(now: datetime, *names: str) -> None:
    """Let the shop have been there before."""
    do_what_is_due(now, dict.fromkeys(names, lambda _now: None))


def test_a_job_runs_when_its_hour_strikes_in_the_shop(sweep, had):
    sweep(HOUR - MINUTE)
    sweep(HOUR)

    assert had == [HOUR]


def test_a_job_runs_once_a_day(sweep, had):
    for now in (HOUR, HOUR + MINUTE, HOUR + DAY - MINUTE, HOUR + DAY):
        sweep(now)

    assert had == [HOUR, HOUR + DAY]


def test_a_beat_that_was_down_at_the_hour_catches_up(sweep, had):
    sweep(HOUR)

    sweep(HOUR + 1.5 * DAY)

    assert had == [HOUR, HOUR + 1.5 * DAY]


def test_a_clock_that_leaps_over_nights_has_them_once_for_the_last(sweep, had):
    sweep(HOUR)

    for minutes in range(3):
        sweep(HOUR + 6 * DAY + minutes * MINUTE)

    assert had == [HOUR, HOUR + 6 * DAY]
    days = NightlyRun.objects.order_by("night").values_list("night__day", flat=True)
    assert list(days) == [30, 1, 7]


@pytest.mark.parametrize(
    ("noon_before", "due"),
    [
        # 02:50 is left out on 28 March 2027 in Brussels, and there twice on 31 October.
        (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (
            datetime(2027, 10, 30, 12, tzinfo=UTC),
            datetime(2027, 10, 31, 0, 50, tzinfo=UTC),
        ),
    ],
)
def test_the_hour_that_summer_time_skips_or_repeats_is_had_once(
    db, had, noon_before, due
):
    begin(noon_before, "nightly.balances")

    for tens in range(-6, 24):
        do_what_is_due(due + tens * 10 * MINUTE, {"nightly.balances": had.append})

    assert had == [due]


def test_a_job_that_fails_keeps_no_other_from_its_night_and_is_tried_again(
    db, had, caplog
):
    def fail(now: datetime) -> None:
        had.append(now)
        raise RuntimeError("Stripe is away")

    after = []
    jobs = {"nightly.reconcile": fail, CLOSING: after.append}
    begin(EVENING, *jobs)

    for now in (HOUR, HOUR + MINUTE, HOUR + TRY_AGAIN_AFTER):
        do_what_is_due(now, jobs)

    assert had == [HOUR, HOUR + TRY_AGAIN_AFTER]
    assert after == [HOUR]
    assert "nightly.reconcile of 2026-12-01 failed" in caplog.text


def test_a_second_worker_leaves_the_night_to_the_first(committing_db, had):
    begin(EVENING, CLOSING)
    begun, may_end = Event(), Event()

    def take_long(now: datetime) -> None:
        had.append(now)
        begun.set()
        may_end.wait(timeout=30)

    def work() -> None:
        do_what_is_due(HOUR, {CLOSING: take_long})
        connection.close()

    first = Thread(target=work)
    first.start()
    begun.wait(timeout=30)
    do_what_is_due(HOUR + TRY_AGAIN_AFTER, {CLOSING: had.append})
    may_end.set()
    first.join(timeout=30)

    assert had == [HOUR]


def test_a_shop_that_has_just_begun_waits_for_its_first_night(db, had):
    now = HOUR + timedelta(hours=9)

    for then in (now, now + MINUTE, HOUR + DAY):
        do_what_is_due(then, {CLOSING: had.append})

    assert had == [HOUR + DAY]


def test_moving_the_clock_of_a_copy_brings_its_nights(
    committing_db, settings, had, monkeypatch
):
    settings.CLOCK_MAY_MOVE = True
    monkeypatch.setattr(nights, "JOBS", dict.fromkeys(nights.JOBS, had.append))
    sweeps.nights(clock.now())
    clock.follow(seconds=int((6 * DAY).total_seconds()), told=1)

    sweeps.nights(clock.now())
    sweeps.nights(clock.now())

    assert len(had) == len(nights.JOBS)


def test_how_the_last_night_stands_is_told(sweep, had):
    def told(now: datetime) -> Night:
        return next(each for each in last_nights(now) if each.job == CLOSING)

    def fail(now: datetime) -> None:
        raise OSError

    states = [told(at).state for at in (HOUR - MINUTE, HOUR, HOUR + PATIENCE)]
    do_what_is_due(HOUR + MINUTE, {CLOSING: fail})
    states.append(told(HOUR + PATIENCE).state)
    sweep(HOUR + 2 * PATIENCE)
    done = told(HOUR + 2 * PATIENCE)

    assert states == ["new", "begins", "late", "failed"]
    assert (done.state, done.struck_at) == ("done", HOUR)
    assert done.done_at == HOUR + 2 * PATIENCE
