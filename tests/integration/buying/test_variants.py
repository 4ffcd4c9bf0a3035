"""Sizes and colours: each is a page of its own, and works without script."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.shop.catalogue.models import Product, ProductClass
from tests.factories import AttributeFactory, ProductFactory
from tests.integration.buying.browsing import add
from tests.integration.buying.market import Market
from tests.integration.sale import make_offer


@pytest.fixture
def shirt(market: Market) -> dict[str, Product]:
    """A shirt in ink S and M, and in moss M; ink M is sold out, moss is cheapest."""
    kind = ProductClass.objects.create(name="Shirt")
    for name in ("Colour", "Size"):
        AttributeFactory.create(name=name, product_class=kind)
    made = {
        "whole": ProductFactory.create(
            title="Shirt",
            structure="parent",
            product_class=kind,
            description="<p>Warm</p>",
        )
    }
    for colour, size, cents, stock in (
        ("ink", "S", 3000, 5),
        ("ink", "M", 2500, 0),
        ("moss", "M", 2000, 5),
    ):
        offer = make_offer(market.bakery, f"Shirt, {size}, {colour}", cents=cents)
        offer.num_in_stock = stock
        offer.save()
        one = offer.product
        one.parent, one.structure, one.product_class = made["whole"], "child", None
        one.facts = {"colour": colour, "size": size}
        one.save()
        made[f"{colour} {size}"] = one
    return made


def links_of(page: str) -> dict[str, tuple[str, bool, bool]]:
    """Return the choices: where each leads, whether it is chosen, or struck."""
    lists = "".join(re.findall(r'<ul class="list opts">.*?</ul>', page))
    opts = re.findall(r'<li><a href="([^"]+)"([^>]*)>(\w+)', lists)
    return {
        label: (href, "aria-current" in rest, "data-out" in rest)
        for href, rest, label in opts
    }


def test_a_product_shows_its_cheapest_variant_and_all_choices(
    shirt: dict[str, Product], client: Client
):
    address = shirt["whole"].get_absolute_url()

    page = client.get(address).content.decode()

    assert '<h1 class="h2">Shirt, M, moss</h1>' in page
    assert "Warm" in page
    assert links_of(page) == {
        "ink": (shirt["ink M"].get_absolute_url(), False, True),
        "moss": (shirt["moss M"].get_absolute_url(), True, False),
        "S": (shirt["ink S"].get_absolute_url(), False, True),
        "M": (shirt["moss M"].get_absolute_url(), True, False),
    }
    assert 'Size: <span class="muted">M' in page


def test_a_variant_has_its_own_page_that_search_engines_know_by_the_product(
    shirt: dict[str, Product], client: Client
):
    page = client.get(shirt["ink S"].get_absolute_url()).content.decode()

    assert "€30" in page
    whole = shirt["whole"].get_absolute_url()
    assert f'rel="canonical" href="http://127.0.0.1:8000{whole}"' in page or (
        f'{whole}">' in page
    )


def test_a_sold_out_variant_says_so_and_leads_on(
    shirt: dict[str, Product], client: Client
):
    page = client.get(shirt["ink M"].get_absolute_url()).content.decode()

    assert "Sold out" in page
    assert "sold out, or not delivered to you" in page
    assert links_of(page)["S"][0] == shirt["ink S"].get_absolute_url()


def test_a_variant_of_what_was_taken_down_is_not_there(
    shirt: dict[str, Product], client: Client
):
    Product.objects.filter(pk=shirt["whole"].pk).update(is_public=False)

    assert client.get(shirt["ink S"].get_absolute_url()).status_code == 404


def test_a_variant_lies_in_the_basket_under_its_own_name(
    shirt: dict[str, Product], client: Client
):
    page = add(client, shirt["ink S"].stockrecords.get()).content.decode()

    assert "Shirt, S, ink" in page
    assert shirt["ink S"].get_absolute_url() in page


def test_the_page_asks_as_much_for_two_variants_as_for_many(
    shirt: dict[str, Product], market: Market, client: Client
):
    address = shirt["ink S"].get_absolute_url()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(5):
        one = make_offer(market.bindery, f"Shirt {number}", cents=900).product
        one.parent, one.structure = shirt["whole"], "child"
        one.facts = {"colour": f"c{number}", "size": "S"}
        one.save()

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_the_map_of_the_site_names_the_product_once(
    shirt: dict[str, Product], client: Client
):
    listed = client.get("/sitemap-products.xml").content.decode()

    address = settings.PUBLIC_URL + shirt["whole"].get_absolute_url()
    assert listed.count(f"<loc>{address}</loc>") == 1
    assert shirt["ink S"].get_absolute_url() not in listed


def test_what_only_a_sheet_names_can_be_chosen_too(
    shirt: dict[str, Product], client: Client
):
    for key, cut in (("ink S", "Slim"), ("ink M", "Slim"), ("moss M", "Wide")):
        one = shirt[key]
        one.choice = {**one.facts, "Cut": cut}
        one.facts = one.choice
        one.save()

    page = client.get(shirt["ink S"].get_absolute_url()).content.decode()

    assert "Slim" in page
