"""A page says what a campaign takes off in the basket, and the basket does so."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from marketplace.shop.catalogue.models import ProductCategory
from marketplace.shop.partner.models import StockRecord
from tests.factories import CategoryFactory
from tests.integration.buying.market import NOW, Market, basket_with
from tests.integration.buying.promotions import (
    make_promotion,
    make_sellers_own,
    make_shared,
    seen_in,
)


def said(client: Client, offer: StockRecord) -> list[str]:
    caches["process"].clear()
    page = client.get(offer.product.get_absolute_url())
    return [f"{each.gives}: {each.name}" for each in page.context["campaigns"]]


def test_what_the_page_promises_the_basket_takes_off(market: Market, client: Client):
    make_promotion(benefit="percent", bps=1500, amount_minor=0)
    basket = basket_with({market.loaf: 2})

    assert said(client, market.loaf) == ["15\N{NO-BREAK SPACE}% off: Autumn"]
    assert [each.minor for each in seen_in(basket).discounts] == [135]
    page = client.get(market.loaf.product.get_absolute_url()).text
    assert "in the basket: Autumn" in page


def test_of_two_the_one_is_named_that_the_basket_takes(market: Market, client: Client):
    make_promotion(benefit="percent", bps=1500, amount_minor=0)
    make_promotion(amount_minor=10, name="Winter")
    make_promotion(amount_minor=9900, min_spend_minor=99_900, name="Much")
    basket = basket_with({market.loaf: 1})

    assert said(client, market.loaf) == ["15\N{NO-BREAK SPACE}% off: Autumn"]
    assert [each.terms.name for each in seen_in(basket).discounts] == ["Autumn"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "AUTUMN"},
        {"stopped_at": NOW},
        {"starts_at": NOW + timedelta(days=9999)},
        {"is_first_order": True},
        {"uses_per_buyer": 1},
        {"uses_total": 3, "uses": 3},
        {"currency": "CHF"},
    ],
)
def test_what_does_not_count_for_everybody_is_not_promised(
    market: Market, client: Client, changes: dict[str, object]
):
    make_promotion(**changes)

    assert said(client, market.loaf) == []


def test_a_sellers_campaign_stands_beside_its_own_things(
    market: Market, client: Client
):
    make_sellers_own(market.bakery, min_spend_minor=3000)
    make_shared(accepted=[market.bindery], asked=[market.bakery], name="Together")

    assert said(client, market.loaf) == ["€5.00 off, from €30.00: Autumn"]
    assert said(client, market.notebook) == ["€5.00 off: Together"]


def test_a_campaign_of_a_shelf_stands_beside_what_lies_on_it(
    market: Market, client: Client
):
    shelf = CategoryFactory.create(name="Bread")
    ProductCategory.objects.create(product=market.loaf.product, category=shelf)
    make_promotion(category=shelf)

    assert said(client, market.loaf) == ["€5.00 off: Autumn"]
    assert said(client, market.notebook) == []
