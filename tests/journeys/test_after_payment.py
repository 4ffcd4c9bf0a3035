"""A paid order that does not go as planned: who gets which cent."""

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.jobs import sweeps
from marketplace.shop.order.access import key_of
from marketplace.shop.order.models import Order
from payouts.models import RefundRequest, VendorTransfer
from support.models import Problem
from tests.integration.buying.market import Market
from tests.integration.marks import marks_in
from tests.integration.sale import make_user
from tests.journeys.books import at_stripe, check_books, in_ledger, settle, shares_of
from tests.journeys.buying import buys
from tests.journeys.people import make_operator
from tests.journeys.steps import TRACKING
from tests.journeys.waiting import eventually
from tests.journeys.world import moves_clock, opens_account
from tests.servers import Sandbox
from vendors.models import Vendor, VendorOrder

DAY = 86_400
# What Stripe keeps of a loaf at €4.50 with €4.90 for delivery: 1.5 % and 25 cents.
FEE = 39
GIVEN_BACK = {"stripe_balance": -FEE, "processor_fees": FEE}
HELD = {
    "stripe_balance": 940 - FEE,
    "processor_fees": FEE,
    "vendor_held": 804,
    "commission_deferred": 54 + 59,
    "vat_on_commission": 11 + 12,
}


@pytest.fixture
def owner(market: Market) -> Client:
    """The owner of the bakery, signed in."""
    browser = Client()
    browser.force_login(User.objects.get(email="owner-of-bakery@example.org"))
    return browser


@pytest.fixture
def office(market: Market) -> Client:
    """An operator, signed in."""
    browser = Client()
    browser.force_login(make_operator("operator@example.org"))
    return browser


@pytest.fixture
def anna(client: Client, market: Market) -> Client:
    """A buyer, signed in."""
    client.force_login(make_user("anna"))
    return client


def part_of(seller: Vendor) -> VendorOrder:
    """Return a seller's part of the only order."""
    return VendorOrder.objects.get(vendor=seller)


def ships(owner: Client, part: VendorOrder) -> None:
    """Mark a whole part as shipped on its page."""
    line = part.lines.get()
    owner.post(
        f"/seller/bakery/orders/{part.number}/",
        {f"line_{line.pk}": 1, "carrier": "bpost", "tracking_number": TRACKING},
    )
    part.refresh_from_db()
    assert part.state == VendorOrder.State.SHIPPED


def reports(buyer: Client, part: VendorOrder, kind: Problem.Kind) -> Problem:
    """Report a problem with the only line of a part."""
    line = part.lines.get()
    buyer.post(
        f"/order/{part.order.number}/1/problem/",
        {"kind": kind, "text": "Oh.", "wanted": "refund", f"line_{line.pk}": 1},
    )
    return Problem.objects.get()


def decides(office: Client, problem: Problem, how: str) -> None:
    """Decide a problem as an operator."""
    where = f"/office/problems/{problem.public_id}/"
    seen = marks_in(office.get(where).content.decode())
    answer = office.post(
        where, {"rule": "D-9", "decision": "So be it.", "how": how, **seen}
    )
    assert answer.status_code == 302


def page_of(buyer: Client, order: Order) -> str:
    """Return what the buyer reads about an order."""
    return str(buyer.get(f"/order/{key_of(order)}/").content.decode())


def refunds() -> list[tuple[int, str]]:
    """Return every refund and how it stands."""
    return list(RefundRequest.objects.values_list("cash_minor", "state"))


def transfers() -> list[tuple[int, str]]:
    """Return every transfer and how it stands."""
    return list(VendorTransfer.objects.values_list("amount_minor", "state"))


def stays_frozen(order: Order) -> None:
    """See that money with an open report is released by no timer."""
    for sweep in (sweeps.carriers, sweeps.receipts, sweeps.releases):
        sweep(clock.now())
    assert shares_of("bakery", order=order.number).state == "frozen"
    assert transfers() == []


def test_a_refused_part_is_refunded_and_the_other_goes_on(
    market: Market, sandbox: Sandbox, anna: Client, owner: Client
) -> None:
    order = buys(anna, sandbox, market.loaf, market.notebook)
    part = part_of(market.bakery)

    owner.post(f"/seller/bakery/orders/{part.number}/refuse/", {"reason": "sold_out"})

    settle(sandbox)
    assert refunds() == [(940, "refunded")]
    assert shares_of("bakery", order=order.number).state == "cancelled"
    assert shares_of("bindery", order=order.number) == (
        (2000, 198 + 42, 42 + 9, 1709, 2000, "held")
    )
    assert part_of(market.bindery).state == VendorOrder.State.TO_SHIP
    assert in_ledger() == {
        "stripe_balance": 2940 - 69 - 940,
        "processor_fees": 69,
        "vendor_held": 1709,
        "commission_deferred": 198 + 42,
        "vat_on_commission": 42 + 9,
    }
    assert at_stripe(sandbox) == {"platform": 1931}
    assert "€9.40 goes back to you." in page_of(anna, order)
    mails = anna.get("/outbox/?to=anna").content.decode()
    assert f"Order {part.number} is cancelled" in mails
    assert f"Your money for order {order.number} is on its way back" in mails
    check_books(sandbox)


def test_a_guest_cancels_before_dispatch(
    market: Market, sandbox: Sandbox, client: Client
) -> None:
    order = buys(client, sandbox, market.loaf)
    settle(sandbox)
    assert in_ledger() == HELD

    client.post(f"/order/{key_of(order)}/1/cancel/", {"text": "Ordered twice."})

    settle(sandbox)
    market.loaf.refresh_from_db()
    assert refunds() == [(940, "refunded")]
    assert (market.loaf.num_in_stock, market.loaf.num_allocated) == (10, 0)
    assert in_ledger() == GIVEN_BACK
    assert at_stripe(sandbox) == {"platform": -FEE}
    assert "€9.40 goes back to you." in page_of(client, order)
    check_books(sandbox)


def test_a_report_freezes_the_money_and_an_operator_refunds_it(
    market: Market, sandbox: Sandbox, anna: Client, owner: Client, office: Client
) -> None:
    opens_account(market.bakery, sandbox)
    order = buys(anna, sandbox, market.loaf)
    part = part_of(market.bakery)
    ships(owner, part)
    problem = reports(anna, part, Problem.Kind.NOT_RECEIVED)
    moves_clock(sandbox, seconds=60 * DAY)
    stays_frozen(order)

    decides(office, problem, "refund")

    settle(sandbox)
    assert refunds() == [(940, "refunded")]
    assert shares_of("bakery", order=order.number).state == "cancelled"
    assert in_ledger() == GIVEN_BACK
    assert at_stripe(sandbox) == {"platform": -FEE}
    assert "So be it." in page_of(anna, order)
    check_books(sandbox)


def test_a_report_freezes_the_money_and_an_operator_releases_it(
    market: Market, sandbox: Sandbox, anna: Client, owner: Client, office: Client
) -> None:
    opens_account(market.bakery, sandbox)
    order = buys(anna, sandbox, market.loaf)
    part = part_of(market.bakery)
    ships(owner, part)
    problem = reports(anna, part, Problem.Kind.NOT_RECEIVED)
    stays_frozen(order)

    decides(office, problem, "release")

    eventually(lambda: shares_of("bakery", order=order.number).state == "transferred")
    settle(sandbox)
    assert refunds() == []
    assert transfers() == [(804, "done")]
    assert in_ledger() == {
        "stripe_balance": 940 - FEE - 804,
        "processor_fees": FEE,
        "commission_revenue": 54 + 59,
        "vat_on_commission": 11 + 12,
        "points_liability": 5,  # 1 % of €4.50, half up
        "points_expense": 5,
    }
    assert at_stripe(sandbox)["platform"] == 97
    assert "€8.04" in owner.get("/seller/bakery/payouts/").content.decode()
    check_books(sandbox)


def test_a_returned_piece_is_refunded_and_the_rest_is_paid_out(
    market: Market, sandbox: Sandbox, anna: Client, owner: Client, office: Client
) -> None:
    opens_account(market.bakery, sandbox)
    order = buys(anna, sandbox, market.loaf)
    part = part_of(market.bakery)
    ships(owner, part)
    moves_clock(sandbox, seconds=8 * DAY)
    sweeps.carriers(clock.now())
    problem = reports(anna, part, Problem.Kind.RETURN)
    stays_frozen(order)

    decides(office, problem, "refund_lines")

    settle(sandbox)
    assert refunds() == [(450, "refunded")]
    assert shares_of("bakery", order=order.number).state == "held"
    moves_clock(sandbox, seconds=30 * DAY)
    sweeps.receipts(clock.now())
    eventually(lambda: shares_of("bakery", order=order.number).state == "transferred")
    settle(sandbox)
    # Of the delivery at €4.90 the platform keeps 59 cents and their VAT.
    assert transfers() == [(490 - 59 - 12, "done")]
    assert in_ledger() == {
        "stripe_balance": 940 - FEE - 450 - 419,
        "processor_fees": FEE,
        "commission_revenue": 59,
        "vat_on_commission": 12,
    }
    assert at_stripe(sandbox)["platform"] == 32
    check_books(sandbox)


def test_an_order_that_nobody_ships_ends_by_itself(
    market: Market, sandbox: Sandbox, anna: Client
) -> None:
    order = buys(anna, sandbox, market.loaf)
    moves_clock(sandbox, seconds=8 * DAY)
    sweeps.late_orders(clock.now())
    assert part_of(market.bakery).state == VendorOrder.State.TO_SHIP
    moves_clock(sandbox, seconds=3 * DAY)

    sweeps.late_orders(clock.now())

    settle(sandbox)
    part = part_of(market.bakery)
    assert (part.state, part.cancelled_by) == ("cancelled", "timer")
    assert refunds() == [(940, "refunded")]
    assert in_ledger() == GIVEN_BACK
    assert at_stripe(sandbox) == {"platform": -FEE}
    assert "€9.40 goes back to you." in page_of(anna, order)
    check_books(sandbox)
