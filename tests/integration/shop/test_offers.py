"""Who sells a product, best first, and what Oscar's own basket makes of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.core.money import Money
from marketplace.shop.basket.models import Basket
from marketplace.shop.partner.selectors import buy_box, buy_boxes
from marketplace.shop.partner.strategy import Marketplace
from tests.integration.buying.market import NOW, Market, open_market


@pytest.fixture
def market(db):
    """A market where the bindery sells the loaf too, for less."""
    made = open_market()
    made.notebook.product = made.loaf.product
    made.notebook.price = "4.20"
    made.notebook.save()
    return made


def test_the_lowest_price_with_delivery_comes_first(market: Market):
    box = buy_box(market.loaf.product_id, country="BE", now=NOW)

    assert [(one.seller.name, one.total) for one in box.offers] == [
        ("Bindery", Money(770, "EUR")),
        ("Bakery", Money(940, "EUR")),
    ]


@pytest.mark.parametrize("change_of", ["offer", "seller", "product"])
def test_what_is_not_on_sale_is_not_compared(market: Market, change_of):
    subject, name = {
        "offer": (market.notebook, "is_active"),
        "seller": (market.bindery.partner, "is_selling"),
        "product": (market.loaf.product, "is_public"),
    }[change_of]
    setattr(subject, name, False)
    subject.save()

    box = buy_box(market.loaf.product_id, country="BE", now=NOW)

    left = [] if change_of == "product" else ["Bakery"]
    assert [one.seller.name for one in box.offers] == left


def test_a_seller_who_is_away_is_shown_with_the_later_date(market: Market):
    partner = market.bindery.partner
    partner.away_from, partner.away_until = "2026-11-24", "2026-12-04"
    partner.save()

    box = buy_box(market.loaf.product_id, country="BE", now=NOW)

    away = next(one for one in box.offers if one.seller.name == "Bindery")
    assert str(away.delivery.arrives_from) == "2026-12-08"


@pytest.mark.parametrize("count", [1, 2])
def test_two_queries_do_for_any_number_of_products(market: Market, count: int):
    products = [market.loaf.product_id, market.jam.product_id][:count]

    with CaptureQueriesContext(connection) as queries:
        boxes = buy_boxes(products, country="BE", now=NOW)

    assert set(boxes) == set(products)
    assert len(queries) == 2


def test_oscars_basket_charges_the_chosen_sellers_price(market: Market):
    basket = Basket.objects.create()
    basket.strategy = Marketplace()

    basket.add_product(market.loaf.product, stockrecord=market.loaf)

    line = basket.all_lines()[0]
    assert line.stockrecord == market.loaf
    assert str(line.unit_price_incl_tax) == "4.50"


def test_without_a_choice_oscars_basket_takes_the_buy_box(market: Market):
    basket = Basket.objects.create()
    basket.strategy = Marketplace()

    line, _ = basket.add_product(market.loaf.product)

    assert line.stockrecord == market.notebook
