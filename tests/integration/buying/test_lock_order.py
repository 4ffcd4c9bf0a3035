"""Whoever holds what another wants lets them wait, never in a circle."""

import pytest
from django.db import transaction

from marketplace.flows.expire_order import expire_order, restore_basket
from marketplace.flows.place_order import place_order
from marketplace.shop.basket import services as baskets
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.services import BasketClosedError
from marketplace.shop.basket.stock import promise
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from marketplace.shop.partner.models import StockRecord
from tests.integration.beside import Beside
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    expire_page,
    open_market,
    order_of,
    purchase_of,
)
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")


def lines_of(basket: Basket) -> list[tuple[str, int]]:
    return list(basket.lines.values_list("stockrecord__product__title", "quantity"))


def dying_order(market: Market, *, buyer: Buyer, owner: object) -> Order:
    """An order of two loaves whose payment page has closed."""
    placed = order_of(basket_with({market.loaf: 2}, owner=owner), buyer=buyer)
    expire_page(placed.attempt_id)
    return placed.order


def test_things_do_not_come_back_into_a_basket_that_is_being_ordered():
    market, anna = open_market(), make_user("anna")
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    dying = dying_order(market, buyer=buyer, owner=anna)
    basket = basket_with({market.loaf: 1, market.jam: 1}, owner=anna)

    with transaction.atomic():
        baskets.freeze(basket.pk)
        expiry = Beside(lambda: expire_order(order_id=dying.pk, now=NOW))
        has_waited = expiry.waits()
        # It holds no offer while it waits for the basket.
        promise(basket.pk)

    assert has_waited
    assert expiry.result()
    assert lines_of(basket) == [("Loaf", 1), ("Jam", 1)]
    assert lines_of(Basket.open.get(owner=anna)) == [("Loaf", 2)]


def test_an_order_and_the_end_of_another_finish_whoever_waits_for_whom():
    market, anna = open_market(), make_user("anna")
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    dying = dying_order(market, buyer=buyer, owner=anna)
    basket = basket_with({market.loaf: 1}, owner=anna)
    purchase = purchase_of(basket, buyer=buyer)

    with transaction.atomic():
        StockRecord.objects.select_for_update(no_key=True).get(pk=market.loaf.pk)
        placing = Beside(lambda: place_order(purchase=purchase, now=NOW))
        waits_for_offer = placing.waits()
        expiry = Beside(lambda: expire_order(order_id=dying.pk, now=NOW))
        waits_for_basket = expiry.waits()

    assert (waits_for_offer, waits_for_basket) == (True, True)
    assert placing.result().is_new
    assert expiry.result()
    market.loaf.refresh_from_db()
    assert market.loaf.num_allocated == 1
    assert lines_of(Basket.open.get(owner=anna)) == [("Loaf", 2)]


def test_a_guests_things_do_not_come_back_into_a_basket_that_is_being_ordered():
    market = open_market()
    placed = order_of(basket_with({market.loaf: 2}))
    expire_page(placed.attempt_id)
    expire_order(order_id=placed.order.pk, now=NOW)
    placed.order.refresh_from_db()
    basket = basket_with({market.jam: 1})

    with transaction.atomic():
        baskets.freeze(basket.pk)
        giving = Beside(
            lambda: restore_basket(order=placed.order, into=lambda: basket, now=NOW)
        )
        has_waited = giving.waits()

    assert has_waited
    with pytest.raises(BasketClosedError):
        giving.result()
    assert lines_of(basket) == [("Jam", 1)]
    restored = restore_basket(order=placed.order, into=Basket, now=NOW)
    assert lines_of(restored) == [("Loaf", 2)]


def test_something_is_put_into_a_basket_while_another_orders_the_same():
    market = open_market()
    ordered = basket_with({market.loaf: 1})

    with transaction.atomic():
        promise(ordered.pk)
        filling = Beside(lambda: basket_with({market.loaf: 1}))
        has_waited = filling.waits()

    assert not has_waited
    assert lines_of(filling.result()) == [("Loaf", 1)]
