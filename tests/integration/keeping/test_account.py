"""The account's first page and the list of orders."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.addresses import services as addresses
from marketplace.shop.wishlists import services as wishlists
from search.services import rebuild
from tests.factories import NOW, UserFactory
from tests.integration.access.keeping import HOME
from tests.integration.sale import PLACED_AT, pay_for
from vendors.services.fulfilment import Dispatch

pytestmark = pytest.mark.django_db
ORDERS = reverse("account-orders")


def words(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def numbers(answer) -> list[str]:
    return [view.part.number for view in answer.context["parts"]]


@pytest.fixture
def sales(market, anna):
    """A jam that is received, a loaf on its way, a notebook of the year before."""
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    received, coming, old = (
        pay_for({vendor: {offer: 1}}, user=anna, at=at)
        for vendor, offer, at in (
            (market.bakery, market.jam, PLACED_AT),
            (market.bakery, market.loaf, PLACED_AT + timedelta(minutes=1)),
            (market.bindery, market.notebook, PLACED_AT - timedelta(days=365)),
        )
    )
    ship_parcel(part=received.part, dispatch=dispatch, now=NOW)
    confirm_receipt(part=received.part, note=None, now=NOW)
    return received.part.number, coming.part.number, old.part.number


def test_orders_are_found_by_state_year_and_words(sales, hers, market):
    received, coming, old = sales
    found = {
        query: numbers(hers.get(f"{ORDERS}?{query}"))
        for query in (
            "",
            "state=received",
            "state=coming&year=2026",
            "year=2025",
            "q=jam",
            "q=BINDERY",
            f"q={coming}",
            "q=teapot",
            "state=x&year=x",
            "year=1",
            "q=%00",
            "state=coming&q=jam",
        )
    }

    every = [coming, received, old]
    assert found == {
        "": every,
        "state=received": [received],
        "state=coming&year=2026": [coming],
        "year=2025": [old],
        "q=jam": [received],
        "q=BINDERY": [old],
        f"q={coming}": [coming],
        "q=teapot": [],
        "state=x&year=x": every,
        "year=1": every,
        "q=%00": every,
        "state=coming&q=jam": [],
    }
    assert "No order fits" in words(hers.get(f"{ORDERS}?q=teapot"))
    assert "Order again" in words(hers.get(ORDERS))


def test_another_finds_nothing_of_it(sales, client):
    client.force_login(UserFactory.create())

    assert "No orders yet" in words(client.get(f"{ORDERS}?q=jam"))


def test_the_first_page_says_what_is_kept_and_offers_it_again(
    sales, market, anna, hers
):
    rebuild(NOW)
    for offer in (market.jam, market.loaf):
        wishlists.keep(
            user_id=anna.pk,
            product_id=offer.product.public_id,
            country="BE",
            now=NOW,
        )
    market.loaf.price = 2
    market.loaf.save()
    addresses.keep(user_id=anna.pk, address=HOME)

    page = words(hers.get(reverse("account")))

    assert "Lists 2 kept, 1 cheaper now" in page
    assert "Addresses Elsene" in page
    assert "Buy again At today’s best offers Bakery Jam" in page


def test_a_new_account_is_led_on(hers):
    page = words(hers.get(reverse("account")))

    assert "Nothing is on its way" in page
    assert "Keep things with a heart" in page
    assert " . " not in page
    assert "Buy again" not in page
