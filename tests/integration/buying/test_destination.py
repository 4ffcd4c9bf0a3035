"""The visitor's country: chosen once, and every price with delivery follows it."""

import pytest
from django.core.cache import caches
from django.test import Client

from marketplace.shop.order.models import Order
from marketplace.shop.tax.models import TaxRate
from payouts.gateway import using
from search.backends.base import Hit
from search.landed import landed
from tests.integration.buying.browsing import ADDRESS, OnePage, add, form_of
from tests.integration.buying.market import NOW, Market, deliver_to_france


@pytest.fixture
def abroad(market: Market) -> Market:
    """Let the bakery deliver to France for 8.90, the bindery to Belgium only."""
    deliver_to_france(market)
    return market


def choose(client: Client, country: str, back: str = "/basket/") -> object:
    return client.post("/deliver-to/", {"country": country, "back": back})


def test_what_is_no_address_of_ours_leads_to_the_door(abroad: Market, client: Client):
    asked = client.get("/deliver-to/", headers={"Referer": "http://["})
    went = choose(client, "FR", "/\t/[")

    assert 'name="back" value="/"' in asked.content.decode()
    assert went.headers["Location"] == "/"


def test_a_product_page_has_price_and_date_for_the_chosen_country(
    abroad: Market, client: Client
):
    address = abroad.loaf.product.get_absolute_url()

    before = client.get(address).content.decode()
    went = choose(client, "FR", address)
    after = client.get(address).content.decode()

    assert "€4.90" in before
    assert went.headers["Location"] == address
    assert "By road" in after
    assert "€8.90" in after
    assert "in France" in after
    assert "€4.90" not in after


def test_who_cannot_be_delivered_to_learns_it_and_where_it_goes(
    abroad: Market, client: Client
):
    choose(client, "FR")

    page = client.get(abroad.notebook.product.get_absolute_url()).content.decode()

    assert "No seller delivers this to France yet" in page
    assert "Add to basket" not in page
    assert '<button class="chip" type="submit" name="country" value="BE">' in page


@pytest.mark.parametrize(
    ("country", "why"),
    [
        ("CH", "no taxes are known"),
        ("DE", "nobody delivers"),
        ("", "empty"),
        ("<b>", "no country"),
    ],
)
def test_a_country_that_is_not_sold_to_is_refused(
    country: str, why: str, abroad: Market, client: Client
):
    refused = choose(client, country)

    assert refused.status_code == 422, why
    assert "country" not in client.cookies


def test_a_forged_or_outdated_country_is_the_usual_one(abroad: Market, client: Client):
    address = abroad.loaf.product.get_absolute_url()
    client.cookies["country"] = "FR:forged"
    forged = client.get(address).content.decode()
    del client.cookies["country"]
    choose(client, "FR")
    TaxRate.objects.filter(country="FR").delete()
    caches["process"].clear()

    outdated = client.get(address).content.decode()

    assert "in Belgium" in forged
    assert "in Belgium" in outdated


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere", ""])
def test_choosing_a_country_leads_to_pages_of_ours_alone(
    back: str, abroad: Market, client: Client
):
    assert choose(client, "FR", back).headers["Location"] == "/"


def test_the_page_of_countries_leads_back_to_where_it_was_asked(
    abroad: Market, client: Client
):
    page = client.get("/deliver-to/", headers={"referer": "http://testserver/s/x/?q=1"})

    assert 'name="back" value="/s/x/?q=1"' in page.content.decode()


def test_the_basket_reckons_delivery_to_the_chosen_country(
    abroad: Market, client: Client
):
    choose(client, "FR")
    add(client, abroad.loaf)

    page = add(client, abroad.notebook).content.decode()

    assert "€8.90" in page
    assert "Delivery to France, 2 parcels" in page
    assert "Bindery does not deliver to you." in page


def test_an_order_goes_to_another_country_with_its_taxes(
    abroad: Market, client: Client
):
    add(client, abroad.loaf, 2)
    choose(client, "FR")
    form = form_of(client.get("/checkout/"))
    home = {"postcode": "75011", "city": "Paris", "country": "FR"}

    with using(OnePage()):
        client.post("/checkout/", {**ADDRESS, **home, **form})

    order = Order.objects.get()
    assert order.shipping_address.country_id == "FR"
    assert str(order.shipping_incl_tax) == "8.90"
    # 9.00 of bread at 5.5 % has 0.47 of tax, the delivery goes with it.
    assert str(order.total_incl_tax - order.total_excl_tax) == "0.93"


def test_another_country_at_the_checkout_changes_ways_and_total(
    abroad: Market, client: Client
):
    add(client, abroad.loaf, 2)

    live = client.post(
        "/checkout/",
        {**ADDRESS, "country": "FR", "methods_for": "BE", "action": "update"},
        headers={"hx-request": "true"},
    ).content.decode()

    assert 'id="methods"' in live
    assert "By road" in live
    assert "pay €17.90" in live


def test_an_address_that_was_not_updated_is_not_ordered_at_another_total(
    abroad: Market, client: Client
):
    add(client, abroad.loaf, 2)
    form = form_of(client.get("/checkout/"))

    client.post("/checkout/", {**ADDRESS, **form, "country": "FR", "postcode": "75011"})

    assert not Order.objects.exists()


def test_cards_are_made_anew_for_another_country(
    abroad: Market, django_assert_num_queries
):
    usual = {"title": "Loaf", "delivery": 490, "price": 1, "offers": 1}
    hits = [
        Hit(product_id=one.product_id, score=1, card=usual)
        for one in (abroad.loaf, abroad.notebook)
    ]

    with django_assert_num_queries(3):
        loaf, notebook = landed(hits, country="FR", now=NOW)

    assert (loaf.card["delivery"], loaf.card["price"]) == (890, 450)
    assert loaf.card["title"] == "Loaf"
    assert (notebook.card["delivery"], notebook.card["available"]) == (None, 0)
