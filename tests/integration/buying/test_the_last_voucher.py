"""A voucher with limits, and several buyers at the same moment."""

import pytest

from marketplace.flows.expire_order import expire_order
from marketplace.flows.place_order import VoucherGoneError, place_order
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from marketplace.shop.promotions.models import Promotion, Redemption
from tests.integration.buying.market import (
    NOW,
    basket_with,
    expire_page,
    open_market,
    order_of,
    purchase_of,
)
from tests.integration.buying.promotions import enter, make_promotion
from tests.integration.buying.test_the_last_piece import all_at_once

pytestmark = pytest.mark.usefixtures("committing_db")
BUYERS = 6


def purchases(market, code, emails):
    found = []
    for email in emails:
        basket = basket_with({market.loaf: 1})
        enter(basket, code)
        found.append(purchase_of(basket, buyer=Buyer(user_id=None, email=email)))
    return found


def placing(wanted):
    return [lambda one=one: place_order(purchase=one, now=NOW) for one in wanted]


def test_two_uses_are_two_orders_however_many_come_at_once():
    market = open_market()
    make_promotion("AUTUMN", uses_total=2)
    emails = [f"buyer{n}@example.org" for n in range(BUYERS)]

    answers = all_at_once(placing(purchases(market, "AUTUMN", emails)))

    refused = [one for one in answers if isinstance(one, VoucherGoneError)]
    assert [one.message for one in refused] == ["Voucher AUTUMN is used up."] * 4
    assert (Order.objects.count(), Redemption.objects.count()) == (2, 2)
    assert Promotion.objects.get().uses == 2


def test_one_use_for_each_buyer_is_one_order_of_two_browsers():
    market = open_market()
    make_promotion("AUTUMN", uses_per_buyer=1)

    answers = all_at_once(
        placing(purchases(market, "AUTUMN", ["anna@example.org"] * 2))
    )

    assert [isinstance(one, VoucherGoneError) for one in answers].count(True) == 1
    assert Order.objects.count() == 1


def test_a_use_that_is_given_back_while_others_wait_is_used_once():
    market = open_market()
    make_promotion("AUTUMN", uses_total=1)
    first = order_of(
        basket_with_voucher(market), buyer=Buyer(user_id=None, email="a@example.org")
    )
    expire_page(first.attempt_id)
    emails = ["b@example.org", "c@example.org"]
    waiting = purchases_made_before(market, emails)

    all_at_once(
        [
            lambda: expire_order(order_id=first.order.pk, now=NOW),
            lambda: expire_order(order_id=first.order.pk, now=NOW),
            *placing(waiting),
        ]
    )

    living = Redemption.objects.filter(released_at__isnull=True).count()
    assert living <= 1
    assert Promotion.objects.get().uses == living


def basket_with_voucher(market):
    basket = basket_with({market.loaf: 1})
    enter(basket, "AUTUMN")
    return basket


def purchases_made_before(market, emails):
    """Return purchases that were shown the voucher while it was free."""
    voucher = Promotion.objects.get()
    Promotion.objects.update(uses=0)
    made = purchases(market, "AUTUMN", emails)
    Promotion.objects.filter(pk=voucher.pk).update(uses=1)
    return made
