"""Vouchers from the basket to the frozen lines, and back when the order dies."""

from datetime import timedelta

import pytest

from loyalty.selectors import balance_of
from marketplace.flows.place_order import TotalChangedError, VoucherGoneError
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.services import BasketClosedError, leave_out_vouchers
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from marketplace.shop.promotions.models import (
    BasketVoucher,
    Promotion,
    Redemption,
    RedemptionShare,
)
from marketplace.shop.promotions.selectors.applying import Claimant
from marketplace.shop.promotions.services.vouchers import VoucherRefusedError
from payouts.models import PaymentAttempt, Settlement, SettlementLine
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    give_points,
    order_of,
)
from tests.integration.buying.promotions import (
    enter,
    make_promotion,
    make_sellers_own,
    make_shared,
    seen_in,
)
from tests.integration.sale import make_user


def refusal_of(basket, typed, **more):
    before = BasketVoucher.objects.count()
    with pytest.raises(VoucherRefusedError) as refusal:
        enter(basket, typed, **more)
    assert BasketVoucher.objects.count() == before
    return refusal.value.message


def lines_of(order):
    """Return gross, tax, what the seller and the platform gave, and cash, by line."""
    lines = SettlementLine.objects.filter(settlement__order=order).order_by("pk")
    return list(
        lines.values_list(
            "kind",
            "gross_minor",
            "tax_minor",
            "vendor_discount_minor",
            "platform_discount_minor",
            "cash_minor",
        )
    )


@pytest.mark.parametrize("typed", ["NOPE", "", "  ", "a b", "NO\0PE", "É" * 30, "%"])
def test_a_code_that_nobody_gave_is_refused(market: Market, typed: str):
    basket = basket_with({market.loaf: 2})
    make_promotion("AUTUMN")

    assert "code" in refusal_of(basket, typed)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": NOW}, "Voucher AUTUMN has ended."),
        ({"stopped_at": NOW}, "Voucher AUTUMN has ended."),
        (
            {"starts_at": NOW + timedelta(days=6)},
            "Voucher AUTUMN counts from 1 December.",
        ),
        ({"uses_total": 3, "uses": 3}, "Voucher AUTUMN is used up."),
        ({"currency": "USD"}, "Voucher AUTUMN counts in USD only."),
        (
            {"min_spend_minor": 2000},
            "Add goods for 11.00 EUR to use voucher AUTUMN.",
        ),
    ],
)
def test_a_voucher_that_does_not_count_says_why(market: Market, changes, words):
    basket = basket_with({market.loaf: 2})
    make_promotion("AUTUMN", **changes)

    assert refusal_of(basket, "AUTUMN") == words


def test_a_sellers_voucher_is_not_for_the_things_of_another(market: Market):
    basket = basket_with({market.loaf: 2})
    make_sellers_own(market.bindery, "BINDING")

    assert refusal_of(basket, "BINDING") == (
        "Voucher BINDING does not count on what is in your basket."
    )


def test_an_empty_basket_has_nothing_for_a_voucher(market: Market):
    make_promotion("AUTUMN")

    assert "nothing in your basket" in refusal_of(basket_with({}), "AUTUMN")


def test_a_second_voucher_of_the_same_giver_names_the_first(market: Market):
    basket = basket_with({market.loaf: 2})
    make_promotion("AUTUMN")
    make_promotion("WINTER")
    enter(basket, "autumn")

    assert refusal_of(basket, "WINTER") == (
        "An order takes one voucher of whoever gives it. Remove AUTUMN to use WINTER."
    )
    assert BasketVoucher.objects.get().promotion.code == "AUTUMN"
    with pytest.raises(VoucherRefusedError, match="AUTUMN is in your basket already"):
        enter(basket, "AUTUMN")


def test_a_voucher_that_was_used_once_is_refused_to_the_same_account(market: Market):
    anna = make_user("anna")
    make_promotion("AUTUMN", uses_per_buyer=1)
    first = basket_with({market.loaf: 2}, owner=anna)
    enter(first, "AUTUMN")
    order_of(first, buyer=Buyer(user_id=anna.pk, email=anna.email))
    second = basket_with({market.loaf: 2}, owner=anna)

    words = refusal_of(second, "AUTUMN", claimant=Claimant(user_id=anna.pk))

    assert words.endswith("it cannot be used again.")


def test_a_guest_learns_at_the_end_that_the_voucher_was_used(market: Market):
    make_promotion("AUTUMN", uses_per_buyer=1)
    first, second = basket_with({market.loaf: 2}), basket_with({market.loaf: 2})
    for basket in (first, second):
        enter(basket, "AUTUMN")
    order_of(first)
    due = seen_in(second).total.minor

    with pytest.raises(VoucherGoneError) as refusal:
        order_of(second, buyer=Buyer(user_id=None, email="ANNA@example.org"), seen=due)

    leave_out_vouchers(basket_id=second.pk, public_ids=refusal.value.public_ids)
    assert seen_in(second).total.minor == due + 500
    assert Order.objects.count() == 1


def test_a_first_order_is_the_first_of_the_account_and_of_its_address(market: Market):
    anna = make_user("anna")
    order_of(basket_with({market.loaf: 1}))  # as a guest with the same address
    make_promotion("WELCOME", is_first_order=True)
    basket = basket_with({market.loaf: 2}, owner=anna)
    claimant = Claimant(user_id=anna.pk, email=anna.email)

    assert refusal_of(basket, "WELCOME", claimant=claimant).endswith(
        "it cannot be used again."
    )


def test_a_campaign_for_first_orders_waits_for_the_account(market: Market):
    anna = make_user("anna")
    make_promotion(is_first_order=True)
    basket = basket_with({market.loaf: 2})

    for_guest = contents_of(basket.pk, country="BE", now=NOW)
    for_anna = contents_of(
        basket.pk, country="BE", now=NOW, claimant=Claimant(user_id=anna.pk)
    )

    assert (for_guest.discount.minor, for_anna.discount.minor) == (0, 500)


def test_a_basket_that_is_being_ordered_takes_no_voucher(market: Market):
    make_promotion("AUTUMN")
    basket = basket_with({market.loaf: 2})
    order_of(basket)

    with pytest.raises(BasketClosedError):
        enter(basket, "AUTUMN")


def test_the_platforms_voucher_leaves_the_sellers_price_and_tax_alone(market: Market):
    make_promotion("AUTUMN", amount_minor=1000)
    basket = basket_with({market.loaf: 2, market.notebook: 1})
    enter(basket, " autumn ")

    placed = order_of(basket)

    assert lines_of(placed.order) == [
        ("item", 1650, 286, 0, 647, 1003),
        ("shipping", 350, 61, 0, 0, 350),
        ("item", 900, 51, 0, 353, 547),
        ("shipping", 540, 31, 0, 0, 540),
    ]
    assert PaymentAttempt.objects.get().amount_minor == 3440 - 1000
    placed.order.refresh_from_db()
    assert placed.order.total_incl_tax * 100 == 3440


def test_a_sellers_voucher_makes_the_price_smaller_that_is_taxed(market: Market):
    make_sellers_own(
        market.bindery, "BINDING", benefit=Promotion.Benefit.PERCENT, bps=2000
    )
    basket = basket_with({market.loaf: 2, market.notebook: 1})
    enter(basket, "BINDING")

    placed = order_of(basket)

    assert lines_of(placed.order) == [
        ("item", 1320, 229, 330, 0, 1320),
        ("shipping", 350, 61, 0, 0, 350),
        ("item", 900, 51, 0, 0, 900),
        ("shipping", 540, 31, 0, 0, 540),
    ]
    line = placed.order.lines.order_by("pk").first()
    assert (
        line.line_price_before_discounts_incl_tax * 100,
        line.line_price_incl_tax * 100,
    ) == (1650, 1320)
    part = Settlement.objects.order_by("pk").first().vendor_order
    assert (part.items_minor, part.shipping_minor) == (1320, 350)


def test_only_sellers_who_accepted_pay_for_a_shared_campaign(market: Market):
    make_shared(
        benefit=Promotion.Benefit.PERCENT,
        bps=1000,
        accepted=[market.bindery],
        asked=[market.bakery],
    )
    basket = basket_with({market.loaf: 2, market.notebook: 1})

    placed = order_of(basket)

    assert [line[3:] for line in lines_of(placed.order)] == [
        (82, 83, 1485),
        (0, 0, 350),
        (0, 0, 900),
        (0, 0, 540),
    ]


def test_a_seller_gives_free_delivery(market: Market):
    make_sellers_own(
        market.bindery,
        "POST",
        benefit=Promotion.Benefit.FREE_SHIPPING,
        min_spend_minor=1000,
    )
    basket = basket_with({market.notebook: 1})
    enter(basket, "POST")

    placed = order_of(basket)

    assert lines_of(placed.order)[1] == ("shipping", 0, 0, 350, 0, 0)
    assert PaymentAttempt.objects.get().amount_minor == 1650


def test_what_was_given_is_kept_by_line_with_who_gave_it(market: Market):
    own = make_sellers_own(market.bindery, "BINDING", amount_minor=300)
    market_wide = make_promotion("AUTUMN")
    basket = basket_with({market.loaf: 2, market.notebook: 1})
    enter(basket, "AUTUMN")
    enter(basket, "BINDING")

    placed = order_of(basket)

    shares = RedemptionShare.objects.order_by("redemption_id", "pk")
    assert list(
        shares.values_list(
            "redemption__promotion_id",
            "partner__code",
            "order_line__title",
            "platform_minor",
            "vendor_minor",
        )
    ) == [
        (own.pk, "bindery", "Notebook", 0, 300),
        (market_wide.pk, "bakery", "Loaf", 200, 0),
        (market_wide.pk, "bindery", "Notebook", 300, 0),
    ]
    frozen = Settlement.objects.filter(order=placed.order)
    assert sum(row.platform_discount_minor for row in frozen) == 500
    assert sum(row.vendor_discount_minor for row in frozen) == 300


def test_vouchers_and_points_pay_together_down_to_the_smallest_payment(market: Market):
    anna = make_user("anna")
    give_points(anna, 5000)
    make_promotion("AUTUMN", amount_minor=800)
    basket = basket_with({market.loaf: 2}, owner=anna)
    enter(basket, "AUTUMN")

    placed = order_of(
        basket,
        buyer=Buyer(user_id=anna.pk, email=anna.email),
        points=630,
        seen=50,
    )

    frozen = Settlement.objects.get()
    assert (frozen.gross_minor, frozen.platform_discount_minor) == (1440, 1390)
    assert (frozen.points_minor, frozen.cash_minor) == (590, 50)
    assert PaymentAttempt.objects.get(pk=placed.attempt_id).amount_minor == 50
    assert balance_of(anna.pk).held == 590


def test_a_voucher_that_pays_everything_asks_stripe_for_nothing(market: Market):
    make_promotion("ALLOFIT", benefit=Promotion.Benefit.PERCENT, bps=10_000)
    make_promotion(benefit=Promotion.Benefit.FREE_SHIPPING, name="Free delivery")
    basket = basket_with({market.notebook: 1})
    enter(basket, "ALLOFIT")

    placed = order_of(basket, seen=0)

    placed.order.refresh_from_db()
    assert (placed.attempt_id, placed.order.status) == (None, Order.PAID)
    frozen = Settlement.objects.get()
    assert (frozen.gross_minor, frozen.cash_minor, frozen.state) == (2000, 0, "held")


def test_a_total_that_moved_without_a_voucher_is_told_as_before(market: Market):
    basket = basket_with({market.loaf: 2})
    make_promotion()

    with pytest.raises(TotalChangedError):
        order_of(basket, seen=1440)

    assert not Redemption.objects.exists()
