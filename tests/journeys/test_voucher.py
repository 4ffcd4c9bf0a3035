"""A voucher of the market and one of a shop, from the basket to the money back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marketplace.db import clock
from marketplace.flows.cancel_order import cancel_order
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import Promotion, Redemption
from tests.integration.buying.market import Market
from tests.integration.buying.promotions import make_promotion, make_sellers_own
from tests.journeys.books import at_stripe, check_books, in_ledger, settle
from tests.journeys.conftest import Hire
from tests.journeys.people import Person
from tests.journeys.steps import fills_address, is_thanked, pays, places_order
from tests.servers import Sandbox

# The sums of vouchers are held by quicker tests; this sees them through in a browser.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.deep,
    pytest.mark.usefixtures("worker"),
]

# A loaf at €4.50 with €4.90 for delivery. The shop gives 10 %: 45 cents, which makes
# its price smaller; the market gives 80, which do not, out of its commission. So the
# card pays €8.15.
PAID = {
    "stripe_balance": 815 - 37,
    "processor_fees": 37,
    "promo_expense": 80,
    "vendor_held": 765,
    "commission_deferred": 49 + 59,
    "vat_on_commission": 10 + 12,
}
REFUNDED = {"stripe_balance": -37, "processor_fees": 37}


@pytest.fixture
def anna(someone: Hire, market: Market) -> Person:
    """A guest with a loaf in the basket."""
    guest = someone("anna@example.org")
    guest.goes_to(market.loaf.product.get_absolute_url())
    guest.presses("Add to basket")
    expect(guest.page.locator("[data-basket] .iconbtn__n")).to_be_visible()
    return guest


def types_code(anna: Person, code: str) -> None:
    """Open the field for a code where it is closed, and apply one."""
    field = anna.page.get_by_label("Your voucher code")
    if not field.is_visible():
        anna.page.get_by_text("I have a voucher code").click()
    field.fill(code)
    anna.presses("Apply")


def test_two_vouchers_are_paid_by_whom_they_say_and_come_back_with_the_money(
    anna: Person, market: Market, sandbox: Sandbox
) -> None:
    began = {"starts_at": clock.now() - timedelta(days=1)}
    make_promotion("AUTUMN", amount_minor=80, uses_total=1, **began)
    make_sellers_own(market.bakery, "BREAD10", benefit="percent", bps=1000, **began)
    anna.goes_to("/basket/")
    types_code(anna, "winter")
    anna.reads("There is no voucher with this code")
    types_code(anna, "autumn")
    anna.reads("From Comptoir")
    types_code(anna, "bread10")
    anna.reads("From Bakery")

    fills_address(anna)
    anna.reads("Place order and pay €8.15")
    places_order(anna)
    pays(anna)
    is_thanked(anna)
    settle(sandbox)

    order = Order.objects.get()
    assert in_ledger() == PAID
    assert at_stripe(sandbox) == {"platform": 815 - 37}
    check_books(sandbox)

    cancel_order(part=order.vendor_orders.get(), now=clock.now())
    settle(sandbox)

    assert in_ledger() == REFUNDED
    check_books(sandbox)
    assert Redemption.objects.filter(released_at__isnull=True).count() == 2
    assert Promotion.objects.get(code="AUTUMN").uses == 1
