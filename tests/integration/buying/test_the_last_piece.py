"""Many buyers at once, in threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from loyalty.selectors import Balance, balance_of
from marketplace.core.errors import RefusedError
from marketplace.flows.place_order import (
    NotOrderableError,
    Placed,
    place_order,
)
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from tests.integration.buying.market import (
    NOW,
    basket_with,
    give_points,
    open_market,
    purchase_of,
)
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")
BUYERS = 8


def all_at_once(work: list[Callable[[], object]]) -> list[object]:
    """Run each piece of work in a thread of its own; refusals are answers."""
    start = Barrier(len(work))

    def run(one: Callable[[], object]) -> object:
        start.wait()
        try:
            return one()
        except RefusedError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_eight_buyers_of_the_last_piece_make_one_order():
    market = open_market()
    market.loaf.num_in_stock = 1
    market.loaf.save()
    purchases = [purchase_of(basket_with({market.loaf: 1})) for _ in range(BUYERS)]

    answers = all_at_once(
        [lambda one=one: place_order(purchase=one, now=NOW) for one in purchases]
    )

    market.loaf.refresh_from_db()
    assert sum(isinstance(one, Placed) for one in answers) == 1
    assert sum(isinstance(one, NotOrderableError) for one in answers) == BUYERS - 1
    assert Order.objects.count() == 1
    assert (market.loaf.num_in_stock, market.loaf.num_allocated) == (1, 1)


def test_baskets_in_opposite_order_do_not_wait_for_each_other_in_a_circle():
    market = open_market()
    purchases = [
        purchase_of(basket_with(dict.fromkeys(offers, 1)))
        for offers in [(market.loaf, market.jam), (market.jam, market.loaf)] * 4
    ]

    answers = all_at_once(
        [lambda one=one: place_order(purchase=one, now=NOW) for one in purchases]
    )

    assert all(isinstance(one, Placed) for one in answers)
    market.loaf.refresh_from_db()
    assert market.loaf.num_allocated == BUYERS


def test_four_clicks_at_once_make_one_order():
    market = open_market()
    purchase = purchase_of(basket_with({market.loaf: 1}))

    answers = all_at_once(
        [lambda: place_order(purchase=purchase, now=NOW) for _ in range(4)]
    )

    order = Order.objects.get()
    market.loaf.refresh_from_db()
    assert [one.order for one in answers] == [order] * 4
    assert sorted(one.is_new for one in answers) == [False, False, False, True]
    assert len({one.attempt_id for one in answers}) == 1
    assert market.loaf.num_allocated == 1


def test_the_same_points_are_not_spent_on_two_orders():
    market = open_market()
    anna = make_user("anna")
    give_points(anna, 400)
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    # Two tabs of one buyer, each with a basket of its own.
    purchases = [
        purchase_of(
            basket_with({market.loaf: 1}), buyer=buyer, points=400, seen=940 - 400
        )
        for _ in range(2)
    ]

    answers = all_at_once(
        [lambda one=one: place_order(purchase=one, now=NOW) for one in purchases]
    )

    assert sum(isinstance(one, Placed) for one in answers) == 1
    assert balance_of(anna.pk) == Balance(available=0, held=400)
