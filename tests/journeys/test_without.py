"""Buying without a mouse, and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from marketplace.db import clock
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.order.models import Order
from search import services as search
from tests.integration.buying.market import Market
from tests.journeys.books import at_stripe, check_books, settle, shares_of
from tests.journeys.conftest import Hire
from tests.journeys.people import Person
from tests.journeys.steps import TRACKING, fills_address, is_thanked, pays, places_order
from tests.servers import Sandbox
from vendors.models import VendorOrder
from vendors.services.fulfilment import Dispatch

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]
IS_FOCUSED = "node => node === document.activeElement"
MOST_STOPS = 80


@pytest.fixture
def shelf(market: Market) -> Market:
    """A market in which the loaf is found."""
    search.mark_changed([market.loaf.product_id], clock.now())
    search.index_changed(clock.now())
    return market


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[Person]:
    """A guest whose browser runs no script."""
    context = browser.new_context(base_url=site, java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield Person(context.new_page(), "anna@example.org")
    context.close()


def tabs_to(guest: Person, target: Locator) -> None:
    """Press Tab until something has the focus, and see that it shows."""
    expect(target).to_be_visible()
    for _stop in range(MOST_STOPS):
        if target.evaluate(IS_FOCUSED):
            return
        guest.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def enters(guest: Person, target: Locator) -> None:
    """Go to a link or a button by Tab and press Enter."""
    tabs_to(guest, target)
    guest.page.keyboard.press("Enter")


def types(guest: Person, **typed: str) -> None:
    """Go to each field by Tab and type."""
    for name, text in typed.items():
        tabs_to(guest, guest.page.locator(f"main [name={name}]"))
        guest.page.keyboard.type(text)


def is_paid(sandbox: Sandbox) -> Order:
    """See that the loaf is paid, to the cent; return the order."""
    settle(sandbox)
    order = Order.objects.get()
    assert order.status == Order.PAID
    assert shares_of("bakery", order=order.number) == (
        (940, 54 + 59, 11 + 12, 804, 940, "held")
    )
    assert at_stripe(sandbox) == {"platform": 940 - 39}
    check_books(sandbox)
    return order


def test_a_guest_buys_by_keyboard_alone(
    shelf: Market, sandbox: Sandbox, someone: Hire
) -> None:
    guest = someone("anna@example.org")
    page = guest.page
    guest.goes_to("/")

    tabs_to(guest, page.locator("#q"))
    page.keyboard.type("Loaf")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    enters(guest, page.locator("main").get_by_role("link", name="Loaf").first)
    page.wait_for_url("**/p/**")
    enters(guest, page.get_by_role("button", name="Add to basket").first)
    expect(page.locator("[data-basket] .iconbtn__n")).to_be_visible()
    guest.goes_to("/basket/")
    enters(guest, page.get_by_role("link", name="Go to checkout"))
    page.wait_for_url("**/checkout/")
    types(
        guest,
        email=guest.email,
        name="Anna Maes",
        street="Kerkstraat 5",
        postcode="1050",
        city="Ixelles",
    )
    enters(guest, page.get_by_role("button", name="Place order and pay"))
    page.wait_for_url("**/c/pay/**")
    enters(guest, page.locator("button.go"))

    is_thanked(guest)
    is_paid(sandbox)
    enters(guest, page.get_by_role("link", name="See the order"))
    guest.reads("€9.40")


def test_a_guest_buys_and_receives_without_script(
    shelf: Market, sandbox: Sandbox, plain: Person
) -> None:
    page = plain.page
    plain.goes_to("/")
    page.fill("#q", "Loaf")
    page.press("#q", "Enter")
    page.locator("main").get_by_role("link", name="Loaf").first.click()
    plain.presses("Add to basket")
    plain.goes_to("/basket/")
    plain.reads("Loaf")
    fills_address(plain)
    plain.presses("Update the total")
    plain.reads("€9.40")
    assert page.locator("[name=street]").input_value() == "Kerkstraat 5"
    places_order(plain)
    pays(plain)
    is_thanked(plain)
    is_paid(sandbox)

    plain.follows("See the order")
    dispatch = Dispatch(carrier_code="bpost", tracking_number=TRACKING)
    ship_parcel(part=VendorOrder.objects.get(), dispatch=dispatch, now=clock.now())
    page.reload()
    plain.follows("It is here already")
    plain.presses("Only confirm")

    plain.reads("Thank you. That is noted.")
    assert VendorOrder.objects.get().state == VendorOrder.State.RECEIVED
