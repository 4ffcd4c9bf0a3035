"""Paying in a browser when it does not go by itself: cards, clicks, tabs."""

import pytest
from playwright.sync_api import expect

from marketplace.shop.order.models import Order
from payouts.models import PaymentAttempt
from tests.integration.buying.market import Market
from tests.journeys.books import at_stripe, check_books, in_ledger, settle
from tests.journeys.conftest import Hire
from tests.journeys.people import Person
from tests.journeys.steps import (
    CHALLENGED,
    DECLINED,
    fills_address,
    is_thanked,
    pays,
    places_order,
)
from tests.servers import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

# A loaf at €4.50 with €4.90 for delivery; Stripe takes 1.5 % and 25 cents.
PAID = {
    "stripe_balance": 940 - 39,
    "processor_fees": 39,
    "vendor_held": 804,
    "commission_deferred": 54 + 59,
    "vat_on_commission": 11 + 12,
}


@pytest.fixture
def anna(someone: Hire, market: Market) -> Person:
    """A guest at the checkout with a loaf."""
    guest = someone("anna@example.org")
    guest.goes_to(market.loaf.product.get_absolute_url())
    guest.presses("Add to basket")
    expect(guest.page.locator("[data-basket] .iconbtn__n")).to_be_visible()
    fills_address(guest)
    return guest


def is_paid_once(sandbox: Sandbox) -> None:
    """See that one order was paid with one payment, to the cent."""
    settle(sandbox)
    assert Order.objects.get().status == Order.PAID
    assert PaymentAttempt.objects.get().amount_minor == 940
    assert in_ledger() == PAID
    assert at_stripe(sandbox) == {"platform": 940 - 39}
    check_books(sandbox)


def is_not_paid(sandbox: Sandbox) -> None:
    """See that no money has moved anywhere."""
    assert Order.objects.get().status == Order.PENDING
    assert in_ledger() == {}
    assert at_stripe(sandbox) == {}


def test_a_declined_card_costs_nothing_and_another_pays(
    anna: Person, sandbox: Sandbox
) -> None:
    places_order(anna)
    pays(anna, DECLINED)
    anna.reads("The card was refused")
    is_not_paid(sandbox)

    pays(anna)

    is_thanked(anna)
    is_paid_once(sandbox)


def test_a_payment_that_the_bank_confirms_is_paid(
    anna: Person, sandbox: Sandbox
) -> None:
    places_order(anna)
    pays(anna, CHALLENGED)
    anna.reads("Confirm this payment")
    is_not_paid(sandbox)

    anna.presses("Complete")

    is_thanked(anna)
    is_paid_once(sandbox)


def test_a_payment_that_the_bank_refuses_costs_nothing(
    anna: Person, sandbox: Sandbox
) -> None:
    places_order(anna)
    pays(anna, CHALLENGED)

    anna.presses("Fail: the holder says no")

    anna.reads("The bank did not confirm the payment.")
    is_not_paid(sandbox)
    check_books(sandbox)


def test_a_double_click_places_one_order(anna: Person, sandbox: Sandbox) -> None:
    anna.page.locator("form[data-once] button.btn--primary").last.dblclick(
        no_wait_after=True
    )
    anna.page.wait_for_url("**/c/pay/**")
    pays(anna)

    is_thanked(anna)
    is_paid_once(sandbox)


def test_two_tabs_place_one_order_and_pay_once(anna: Person, sandbox: Sandbox) -> None:
    second = Person(anna.page.context.new_page(), anna.email)
    fills_address(second)
    places_order(anna)
    places_order(second)
    assert second.page.url == anna.page.url

    pays(anna)
    is_thanked(anna)
    pays(second)

    is_thanked(second)
    is_paid_once(sandbox)
