"""Orders that are not paid, or at the last second: nothing is lost, nothing twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from marketplace.db import clock
from marketplace.flows.expire_order import expire_order
from marketplace.jobs import sweeps
from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import StockRecord
from payouts.models import PaymentAttempt, RefundRequest
from tests.integration.buying.browsing import ADDRESS, add, form_of
from tests.integration.buying.market import Market
from tests.integration.sale import make_user
from tests.journeys.books import (
    at_stripe,
    check_books,
    in_ledger,
    points_of,
    settle,
)
from tests.journeys.buying import (
    gives_points,
    pays_by_card,
    places,
    session_of,
    wait_for,
)
from tests.journeys.world import moves_clock
from tests.servers import Sandbox

FULL_TIME = 33 * 60


def stock_of(offer: StockRecord) -> tuple[int, int]:
    """Return what is on the shelf, and how much of it is promised."""
    offer.refresh_from_db()
    return offer.num_in_stock, offer.num_allocated


def in_baskets() -> list[tuple[str, int]]:
    """Return what lies in open baskets."""
    lines = Basket.open.filter(lines__isnull=False)
    return list(lines.values_list("lines__product__title", "lines__quantity"))


def both(*doings: Callable[[], object]) -> list[object]:
    """Do things at the same time, each with a database connection of its own."""

    def run(doing: Callable[[], object]) -> object:
        try:
            return doing()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(run, doings))


def test_an_abandoned_order_gives_stock_points_and_basket_back(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    anna = make_user("anna")
    gives_points(anna, 300)
    client.force_login(anna)
    placed = places(client, market.loaf, points="300", seen="640")
    assert stock_of(market.loaf) == (10, 1)
    assert points_of(anna.email) == (0, 0, 300)

    moves_clock(sandbox, seconds=FULL_TIME)

    wait_for(placed, Order.EXPIRED)
    page = client.get(f"/checkout/return/{placed.public_id}/").content.decode()
    assert "The time to pay is over" in page
    assert stock_of(market.loaf) == (10, 0)
    assert points_of(anna.email) == (0, 300, 0)
    assert in_baskets() == [("Loaf", 1)]
    assert in_ledger() == {"points_liability": 300, "points_expense": 300}
    assert at_stripe(sandbox) == {}
    check_books(sandbox)


def test_orders_posted_at_the_same_time_are_one(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    add(client, market.loaf)
    form = {**ADDRESS, **form_of(client.get("/checkout/"))}

    def click() -> str:
        twin = Client()
        twin.cookies = client.cookies
        return str(twin.post("/checkout/", form).headers["Location"])

    both(click, click, click)

    placed = Order.objects.get()
    assert pays_by_card(sandbox, placed) == "paid"
    wait_for(placed, Order.PAID)
    settle(sandbox)
    assert stock_of(market.loaf) == (10, 1)
    assert at_stripe(sandbox) == {"platform": 940 - 39}
    check_books(sandbox)


@pytest.mark.parametrize("attempt", range(3))
def test_an_order_paid_while_it_is_given_up_is_paid_or_free_but_not_both(
    market: Market, sandbox: Sandbox, client: Client, attempt: int
) -> None:
    placed = places(client, market.loaf)

    outcome, _ = both(
        lambda: pays_by_card(sandbox, placed),
        lambda: client.post(f"/checkout/cancel/{placed.public_id}/"),
    )

    settle(sandbox)
    placed.refresh_from_db()
    is_paid = outcome == "paid"
    assert placed.status == (Order.PAID if is_paid else Order.EXPIRED)
    assert stock_of(market.loaf) == (10, int(is_paid))
    assert at_stripe(sandbox) == ({"platform": 940 - 39} if is_paid else {})
    check_books(sandbox)


def test_an_order_paid_at_the_second_it_ends_is_paid_or_free_but_not_both(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    placed = places(client, market.loaf)
    attempt = PaymentAttempt.objects.get()
    left = int((attempt.expires_at - clock.now()).total_seconds())
    moves_clock(sandbox, seconds=left - 2)

    outcome, _ = both(
        lambda: pays_by_card(sandbox, placed),
        lambda: sandbox.post("clock", advance=3),
    )

    settle(sandbox)
    wait_for(placed, Order.PAID if outcome == "paid" else Order.EXPIRED)
    settle(sandbox)
    is_paid = outcome == "paid"
    assert stock_of(market.loaf) == (10, int(is_paid))
    assert at_stripe(sandbox) == ({"platform": 940 - 39} if is_paid else {})
    check_books(sandbox)


def test_a_payment_that_reaches_a_dead_order_goes_back_by_itself(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    placed = places(client, market.loaf, market.notebook)
    expire_order(order_id=placed.pk, now=clock.now())

    outcome = pays_by_card(sandbox, placed)

    settle(sandbox)
    refund = RefundRequest.objects.get()
    placed.refresh_from_db()
    assert outcome == "paid"
    assert (refund.cash_minor, refund.state) == (2940, "refunded")
    assert PaymentAttempt.objects.get().status == "returned"
    assert placed.status == Order.EXPIRED
    assert stock_of(market.loaf) == (10, 0)
    # Stripe keeps its fee: 1.5 % and 25 cents.
    assert in_ledger() == {"stripe_balance": -69, "processor_fees": 69}
    assert at_stripe(sandbox) == {"platform": -69}
    mails = client.get("/outbox/?to=anna").content.decode()
    assert placed.number in mails
    check_books(sandbox)


def test_a_payment_that_nobody_told_us_of_is_found_when_its_time_is_over(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    placed = places(client, market.loaf)
    sandbox.post("webhook_faults", kind="drop", count=None)
    assert pays_by_card(sandbox, placed) == "paid"
    sandbox.delete("webhook_faults")
    placed.refresh_from_db()
    assert placed.status == Order.PENDING
    moves_clock(sandbox, seconds=FULL_TIME + 120)

    sweeps.payments(clock.now())

    wait_for(placed, Order.PAID)
    settle(sandbox)
    assert session_of(placed)
    assert stock_of(market.loaf) == (10, 1)
    assert at_stripe(sandbox) == {"platform": 940 - 39}
    check_books(sandbox)
