from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.models import PointsEntry
from loyalty.selectors import Balance, balance_of
from marketplace.accounts.models import TermsAcceptance
from marketplace.flows.place_order import (
    BasketEmptyError,
    MethodGoneError,
    NotOrderableError,
    ReturnsChangedError,
    TotalChangedError,
)
from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from payouts.models import MoneyCommand, PaymentAttempt, SettlementLine
from tests.integration.buying.market import (
    Market,
    basket_with,
    give_points,
    order_of,
)
from tests.integration.sale import make_user
from vendors.models import VendorOrder
from vendors.services import shop


def stock_of(offer):
    offer.refresh_from_db()
    return (offer.num_in_stock, offer.num_allocated)


def nothing_was_written(basket):
    basket.refresh_from_db()
    return (
        basket.status == Basket.OPEN
        and not Order.objects.exists()
        and not VendorOrder.objects.exists()
        and not MoneyCommand.objects.exists()
        and not PointsEntry.objects.filter(kind="hold").exists()
    )


def test_an_order_is_one_part_for_each_seller_the_most_valuable_first(market: Market):
    basket = basket_with({market.loaf: 2, market.jam: 1, market.notebook: 1})

    order = order_of(basket).order

    parts = VendorOrder.objects.filter(order=order).order_by("number")
    assert [
        (part.number, part.vendor, part.items_minor, part.shipping_minor, part.state)
        for part in parts
    ] == [
        (f"{order.number}-1", market.bakery, 1620, 590, "awaiting_payment"),
        (f"{order.number}-2", market.bindery, 1650, 350, "awaiting_payment"),
    ]
    assert (parts[0].deliver_from, parts[0].deliver_until) == (
        date(2026, 11, 27),
        date(2026, 11, 30),
    )
    assert [line.quantity for line in parts[0].lines.order_by("pk")] == [2, 1]


def test_the_order_says_what_the_buyer_pays_and_the_tax_in_it(market: Market):
    basket = basket_with({market.loaf: 2, market.notebook: 1})

    order = order_of(basket).order

    order.refresh_from_db()
    assert (order.total_incl_tax, order.shipping_incl_tax, order.currency) == (
        Decimal("34.40"),
        Decimal("8.90"),
        "EUR",
    )
    assert [
        (line.title, line.line_price_incl_tax, line.line_price_excl_tax)
        for line in order.lines.order_by("pk")
    ] == [
        ("Notebook", Decimal("16.50"), Decimal("13.64")),
        ("Loaf", Decimal("9.00"), Decimal("8.49")),
    ]
    taxes = SettlementLine.objects.order_by("pk").values_list("kind", "tax_minor")
    assert list(taxes) == [
        ("item", 286),
        ("shipping", 61),
        ("item", 51),
        ("shipping", 31),
    ]
    assert order.total_excl_tax == order.total_incl_tax - Decimal("4.29")


def test_stock_is_promised_and_the_payment_asked_for(market: Market):
    basket = basket_with({market.loaf: 3})

    placed = order_of(basket)

    attempt = PaymentAttempt.objects.get(pk=placed.attempt_id)
    payload = attempt.command.payload
    public_id = placed.order.public_id
    assert stock_of(market.loaf) == (10, 3)
    assert (attempt.amount_minor, attempt.status) == (1350 + 590, "requested")
    assert payload["success_url"] == (
        f"https://market.example/checkout/return/{public_id}/"
    )
    assert payload["customer_email"] == "anna@example.org"
    assert TermsAcceptance.objects.get().version == "2026-11"


def test_the_second_click_gets_the_order_of_the_first(market: Market):
    basket = basket_with({market.loaf: 1})

    first = order_of(basket)
    second = order_of(basket)

    assert (second.order, second.attempt_id) == (first.order, first.attempt_id)
    assert (first.is_new, second.is_new) == (True, False)
    assert Order.objects.count() == 1
    assert stock_of(market.loaf) == (10, 1)


def test_a_price_that_moved_is_told_before_anything_is_written(market: Market):
    basket = basket_with({market.loaf: 1})
    market.loaf.price = Decimal("4.80")
    market.loaf.save()

    with pytest.raises(TotalChangedError) as refusal:
        order_of(basket, seen=940)

    assert (refusal.value.seen.minor, refusal.value.due.minor) == (940, 970)
    assert nothing_was_written(basket)
    assert stock_of(market.loaf) == (10, 0)


def test_what_is_missing_is_named_and_the_rest_is_not_promised(market: Market):
    basket = basket_with({market.loaf: 2, market.notebook: 4})
    market.notebook.num_in_stock = 3
    market.notebook.save()

    with pytest.raises(NotOrderableError, match=r"^Notebook: Only 3 left"):
        order_of(basket)

    assert nothing_was_written(basket)
    assert stock_of(market.loaf) == (10, 0)


def test_a_suspended_seller_is_named(market: Market):
    basket = basket_with({market.loaf: 1, market.notebook: 1})
    shop.suspend(vendor=market.bindery)

    with pytest.raises(NotOrderableError, match="Bindery does not sell"):
        order_of(basket)

    assert nothing_was_written(basket)


def test_the_chosen_way_of_delivery_counts(market: Market):
    basket = basket_with({market.loaf: 1})
    choices = {market.bakery.partner_id: "pickup"}

    order = order_of(basket, seen=770, choices=choices).order

    part = order.vendor_orders.get()
    assert (part.shipping_code, part.shipping_name, part.shipping_minor) == (
        "pickup",
        "Pickup",
        320,
    )


def test_a_way_of_delivery_that_is_gone_is_refused(market: Market):
    basket = basket_with({market.loaf: 1})

    with pytest.raises(MethodGoneError):
        order_of(basket, choices={market.bakery.partner_id: "drone"})

    assert nothing_was_written(basket)


def test_fewer_days_to_send_back_than_were_told_are_refused(market: Market):
    basket = basket_with({market.loaf: 1})
    partner_id = market.bakery.partner_id

    with pytest.raises(ReturnsChangedError, match="within 14 days instead of 30"):
        order_of(basket, returns_days={partner_id: 30})

    assert nothing_was_written(basket)
    assert order_of(basket, returns_days={partner_id: 14}).is_new


def test_an_empty_basket_is_refused(market: Market):
    basket = Basket.objects.create()

    with pytest.raises(BasketEmptyError):
        order_of(basket, seen=0)

    assert nothing_was_written(basket)


def test_points_are_held_and_shared_by_the_lines(market: Market):
    anna = make_user("anna")
    give_points(anna, 500)
    basket = basket_with({market.loaf: 2, market.notebook: 1}, owner=anna)
    buyer = Buyer(user_id=anna.pk, email=anna.email)

    placed = order_of(basket, buyer=buyer, points=400, seen=3440 - 400)

    attempt = PaymentAttempt.objects.get(pk=placed.attempt_id)
    lines = SettlementLine.objects.order_by("pk")
    assert balance_of(anna.pk) == Balance(available=100, held=400)
    assert attempt.amount_minor == 3040
    assert sum(line.points_minor for line in lines) == 400
    assert sum(line.cash_minor for line in lines) == 3040


def test_points_that_cover_everything_pay_the_order_at_once(market: Market):
    anna = make_user("anna")
    give_points(anna, 5000)
    basket = basket_with({market.loaf: 1}, owner=anna)
    buyer = Buyer(user_id=anna.pk, email=anna.email)

    placed = order_of(basket, buyer=buyer, points=5000, seen=0)

    placed.order.refresh_from_db()
    assert (placed.order.status, placed.attempt_id) == (Order.PAID, None)
    assert placed.order.vendor_orders.get().state == VendorOrder.State.TO_SHIP
    assert balance_of(anna.pk) == Balance(available=5000 - 940)
    assert not MoneyCommand.objects.exists()


def test_a_guest_has_no_points_to_spend(market: Market):
    basket = basket_with({market.loaf: 1})

    placed = order_of(basket, points=400)

    assert PaymentAttempt.objects.get(pk=placed.attempt_id).amount_minor == 940


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_placing_takes_few_statements_however_many_lines(market: Market, lines: int):
    offers = [market.loaf, market.notebook, market.jam][:lines]
    basket = basket_with(dict.fromkeys(offers, 1))
    total = {1: 940, 2: 2940, 3: 3710}[lines]

    with CaptureQueriesContext(connection) as queries:
        order_of(basket, seen=total)

    # What one line may take must do for all of them.
    assert len(queries) <= 25 + 4
