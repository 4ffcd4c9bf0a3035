"""A worker that is killed again and again, and a Stripe that answers badly."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from signal import SIGKILL
from threading import Event, Thread

import pytest
from django.test import Client, override_settings

from marketplace.config.celery import app
from marketplace.config.embedded.process import (
    end_group,
    launch,
    signal_group,
    wait_until,
)
from marketplace.db import clock
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs.schedule import SWEEPS, TOPICS, task_of
from marketplace.shop.order.models import Order
from payouts.models import MoneyCommand, Settlement
from payouts.models.command import CommandState
from tests import servers
from tests.integration.buying.market import open_market
from tests.integration.sale import make_carrier
from tests.journeys.books import check_books, is_quiet
from tests.journeys.buying import pays_by_card, places
from tests.journeys.people import eventually
from tests.journeys.steps import TRACKING
from tests.journeys.world import opens_account
from tests.servers import Sandbox
from vendors.models import VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch

pytestmark = pytest.mark.deep

SALES = 16
STOCK = 1000
PATIENCE = 180
SWEEP = 4
FAULTS = ("500_before", "500_after", "drop_after", "429", "slow")
PATHS = ("/v1/checkout/sessions", "/v1/transfers", "/v1/refunds")
Doing = Callable[[VendorOrder], object]


@contextmanager
def impatient_beat() -> Iterator[None]:
    """Call the sweeps every few seconds: a minute is long for a test."""
    is_over = Event()

    def beat() -> None:
        while not is_over.wait(SWEEP):
            for name in (*map(task_of, TOPICS), *SWEEPS):
                app.send_task(name, expires=SWEEP)

    heart = Thread(target=beat)
    heart.start()
    try:
        yield
    finally:
        is_over.set()
        heart.join()


def is_ready(log: Path, is_over: Event) -> bool:
    return is_over.is_set() or " ready." in log.read_text()


@contextmanager
def dying_worker(folder: Path, dice: random.Random) -> Iterator[None]:
    """Keep a worker running that is killed outright every few seconds."""
    is_over = Event()

    def live_and_die() -> None:
        for number in count():
            log = folder / f"life-{number}.log"
            worker = launch(servers.worker_program(), log, dies_with_parent=False)
            wait_until(partial(is_ready, log, is_over), seconds=PATIENCE)
            is_over.wait(dice.uniform(0.5, 5))
            signal_group(worker, SIGKILL)
            end_group(worker, patience=10)
            if is_over.is_set():
                return

    life = Thread(target=live_and_die)
    life.start()
    try:
        yield
    finally:
        is_over.set()
        life.join()


def ships_and_receives(part: VendorOrder) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=TRACKING)
    ship_parcel(part=part, dispatch=dispatch, now=clock.now())
    part.refresh_from_db()
    confirm_receipt(part=part, now=clock.now())


def is_refused(part: VendorOrder) -> None:
    refuse_order(part=part, reason=CancelReason.SOLD_OUT, now=clock.now())


def is_cancelled(part: VendorOrder) -> None:
    cancel_order(part=part, now=clock.now())


ENDS: tuple[Doing, ...] = (ships_and_receives, is_refused, is_cancelled)


def sells(sandbox: Sandbox, dice: random.Random) -> dict[int, Doing]:
    """Sell to guests; return what shall become of each seller's part."""
    market = open_market()
    make_carrier()
    for vendor in (market.bakery, market.bindery):
        opens_account(vendor, sandbox)
    offers = (market.loaf, market.jam, market.notebook)
    for offer in offers:
        offer.num_in_stock = STOCK
        offer.save()
    for _sale in range(SALES):
        chosen = dice.sample(offers, dice.randint(1, 3))
        placed = places(Client(), *chosen, patience=PATIENCE)
        assert pays_by_card(sandbox, placed) == "paid"
    parts = VendorOrder.objects.order_by("pk")
    return {part.pk: dice.choice(ENDS) for part in parts}


@override_settings(CHECKOUTS_IN_TEN_MINUTES=10 * SALES)
@pytest.mark.parametrize("seed", range(2))
def test_killed_workers_and_bad_answers_lose_nothing_and_repeat_nothing(
    seed: int, site: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    with impatient_beat(), dying_worker(tmp_path, dice):
        for path in PATHS:
            for kind in FAULTS:
                sandbox.post("faults", kind=kind, path=path, method="POST", seconds=1)
        for kind in ("duplicate", "reorder"):
            sandbox.post("webhook_faults", kind=kind, count=SALES)
        ends = sells(sandbox, dice)
        paid = Order.objects.filter(status=Order.PAID)
        eventually(lambda: paid.count() == SALES, seconds=PATIENCE)
        for part in VendorOrder.objects.filter(pk__in=ends):
            ends[part.pk](part)
    with impatient_beat(), servers.running_worker(tmp_path):
        eventually(is_quiet, seconds=PATIENCE)
        check_books(sandbox)

    received = [key for key, end in ends.items() if end is ships_and_receives]
    released = Settlement.objects.filter(transferred_at__isnull=False)
    assert not MoneyCommand.objects.exclude(state=CommandState.DONE).exists()
    assert sorted(released.values_list("vendor_order_id", flat=True)) == received
    refunded = Settlement.objects.exclude(vendor_order_id__in=received)
    assert all(one.refunded_gross_minor == one.gross_minor for one in refunded)
