"""A thousand orders while web, worker and queue are killed, and Stripe stumbles."""

import os
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from marketplace.db import clock
from tests.crashes import reckoning, weather
from tests.crashes.acts import Acts
from tests.crashes.diary import Diary
from tests.crashes.lives import Crowd, Life
from tests.crashes.mortals import beside
from tests.crashes.town import Town, open_town
from tests.journeys.books import check_books, is_quiet
from tests.journeys.waiting import eventually

pytestmark = pytest.mark.deep

# Another story: CRASH_SEED=7 CRASH_ORDERS=200 make test-deep ARGS=tests/crashes
SEED = int(os.environ.get("CRASH_SEED", "1"))
ORDERS = int(os.environ.get("CRASH_ORDERS", "1000"))
HANDS, MOST_AT_ONCE = 8, 200
PATIENCE = 300
# Past the payment pages, the waits of commands and events, the warning and the end of
# what nobody sends, the arrival of parcels and the time to complain.
JUMPS = (
    timedelta(minutes=40),
    timedelta(hours=2),
    timedelta(hours=2),
    timedelta(days=6),
    timedelta(days=4),
    timedelta(days=20),
    timedelta(hours=2),
)


def test_whatever_is_killed_every_order_transfer_and_entry_is_there_once(
    transactional_db: None, tmp_path: Path
) -> None:
    with open_town(tmp_path) as town:
        diary = Diary()
        began = monotonic()

        live_under_crashes(town, diary, Random(SEED))
        with town.worker.alive(), town.web.alive():
            # Those who live on must find their way to the new queue, too.
            town.valkey.die(away=1)
            come_to_rest(town)

            tell(town, diary, monotonic() - began)
            assert diary.failures == [], f"seed {SEED}: {diary.failures[:5]}"
            check_books(town.sandbox)
        reckoning.check_orders(diary)
        reckoning.check_refunds(diary)
        reckoning.check_transfers()
        reckoning.check_commands()
        reckoning.check_ledger()
        reckoning.check_stock(town, diary)
        reckoning.check_papers()


def live_under_crashes(town: Town, diary: Diary, dice: Random) -> None:
    acts = Acts(town, diary)
    lives = [Life(number, acts, Random(dice.random())) for number in range(ORDERS)]
    crowd = Crowd(HANDS, MOST_AT_ONCE, diary.failures)
    deaths = [Random(dice.random()) for _ in range(5)]
    with beside(
        partial(town.web.live_and_die, deaths[0]),
        partial(town.worker.live_and_die, deaths[1]),
        partial(town.valkey.live_and_die, deaths[2]),
        partial(weather.blow, town.sandbox, deaths[3]),
        partial(weather.let_time_pass, town.sandbox, deaths[4]),
        partial(weather.sweep, town.redis_url),
    ):
        crowd.live(lives)


def come_to_rest(town: Town) -> None:
    """Let Stripe answer well again, and time pass until nothing waits for it."""
    town.sandbox.delete("faults")
    town.sandbox.delete("webhook_faults")
    with beside(partial(weather.sweep, town.redis_url)) as is_over:
        for jump in JUMPS:
            wanted = clock.now() + jump
            town.sandbox.post("clock", advance=int(jump.total_seconds()))
            eventually(lambda at=wanted: clock.now() >= at, seconds=PATIENCE)
            # Sweeps that were called before do not know of the new time.
            is_over.wait(2 * weather.SWEEP)
            # What Stripe leaves open is asked for again after hours of the next jumps.
            eventually(lambda: is_quiet(by=clock.now()), seconds=PATIENCE)
        eventually(is_quiet, seconds=PATIENCE)


def tell(town: Town, diary: Diary, seconds: float) -> None:
    sys.stdout.write(
        f"seed {SEED}: {ORDERS} orders in {seconds / 60:.1f} minutes, killed: "
        f"web {town.web.deaths}, worker {town.worker.deaths}, "
        f"Valkey {town.valkey.deaths}; ended by itself: web {town.web.falls}, "
        f"worker {town.worker.falls}; people met {dict(diary.troubles)}\n"
    )
