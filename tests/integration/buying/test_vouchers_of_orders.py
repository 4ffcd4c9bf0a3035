"""What an order has of vouchers: held, given back, kept as evidence, and its cost."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from frontend.backoffice.why_nothing import why_nothing
from marketplace.flows.cancel_order import cancel_order
from marketplace.flows.expire_order import expire_order
from marketplace.shop.order.services import Buyer
from marketplace.shop.promotions.models import (
    Promotion,
    Redemption,
)
from payouts.models import RefundRequest, Settlement
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    expire_page,
    order_of,
)
from tests.integration.buying.promotions import (
    enter,
    make_promotion,
    make_sellers_own,
    seen_in,
)
from tests.integration.sale import make_user
from vendors.models import VendorOrder


def test_an_unpaid_order_holds_the_voucher_and_gives_it_back(market: Market):
    anna = make_user("anna")
    voucher = make_promotion("AUTUMN", uses_total=1, uses_per_buyer=1)
    basket = basket_with({market.loaf: 2}, owner=anna)
    enter(basket, "AUTUMN")
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    placed = order_of(basket, buyer=buyer)
    voucher.refresh_from_db()
    held = voucher.uses
    expire_page(placed.attempt_id)

    was_news = [expire_order(order_id=placed.order.pk, now=NOW) for _ in range(2)]

    voucher.refresh_from_db()
    assert (held, voucher.uses, was_news) == (1, 0, [True, False])
    assert Redemption.objects.get().released_at == NOW
    again = anna.baskets.get(status="Open")
    assert [one.promotion for one in again.entered_vouchers.all()] == [voucher]
    assert order_of(again, buyer=buyer).is_new


def test_baskets_without_promotions_ask_nothing_more(market: Market):
    basket = basket_with({market.loaf: 2, market.notebook: 1})
    make_promotion(starts_at=NOW + timedelta(days=1))
    make_promotion("AUTUMN")

    with CaptureQueriesContext(connection) as queries:
        seen_in(basket)

    assert len(queries) == 3


def test_a_voucher_costs_an_order_few_statements_more(market: Market):
    make_promotion("AUTUMN", uses_total=5)
    basket = basket_with({market.loaf: 2, market.notebook: 1, market.jam: 1})
    enter(basket, "AUTUMN")
    due = seen_in(basket).total.minor

    with CaptureQueriesContext(connection) as queries:
        order_of(basket, seen=due)

    assert len(queries) <= 27 + 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE promotions_redemption SET platform_minor = 1",
        "DELETE FROM promotions_redemptionshare",
        "UPDATE promotions_redemptionshare SET vendor_minor = 1",
        "UPDATE promotions_promotion SET amount_minor = 1",
        "DELETE FROM promotions_redemption",
    ],
)
def test_the_database_keeps_what_an_order_was_given(market: Market, change: str):
    make_promotion("AUTUMN")
    basket = basket_with({market.loaf: 2})
    enter(basket, "AUTUMN")
    order_of(basket)

    with (
        pytest.raises(IntegrityError, match=r"refused|final"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_part_that_its_seller_gave_away_is_cancelled_without_money(market: Market):
    gift = {"benefit": Promotion.Benefit.PERCENT, "bps": 10_000}
    make_sellers_own(market.bindery, "GIFT", **gift)
    make_sellers_own(
        market.bindery, benefit=Promotion.Benefit.FREE_SHIPPING, name="Free delivery"
    )
    basket = basket_with({market.notebook: 1})
    enter(basket, "GIFT")
    part = order_of(basket).order.vendor_orders.get()

    before = why_nothing(part)
    cancel_order(part=part, now=NOW)

    assert not RefundRequest.objects.exists()
    assert Settlement.objects.get().state == "cancelled"
    # An operator can settle a problem with it for the buyer, until it is cancelled.
    words = "It cost nothing: no money goes back."
    assert before == {"is_free": True, "why_not": words}
    assert not why_nothing(VendorOrder.objects.get())["is_free"]
    assert Redemption.objects.filter(released_at__isnull=True).count() == 2
