from datetime import date

from marketplace.core.money import Money
from marketplace.shop.shipping.quotes import (
    Method,
    Tariff,
    dispatch_day,
    methods_for,
    price_of,
)

WEDNESDAY = date(2026, 11, 25)
BPOST = Tariff(
    code="bpost",
    name="Bpost home",
    carrier_code="bpost",
    currency="EUR",
    first_item_minor=490,
    next_item_minor=100,
    free_from_minor=14_000,
    days_min=1,
    days_max=2,
)


def test_each_further_piece_adds_its_charge():
    assert price_of(BPOST, quantity=1, items_minor=2000) == 490
    assert price_of(BPOST, quantity=3, items_minor=6000) == 690


def test_delivery_is_free_from_the_very_amount():
    assert price_of(BPOST, quantity=1, items_minor=13_999) == 490
    assert price_of(BPOST, quantity=9, items_minor=14_000) == 0


def test_a_method_says_when_it_arrives():
    methods = methods_for(
        [BPOST],
        currency="EUR",
        quantity=2,
        items_minor=4000,
        dispatch_on=date(2026, 11, 26),
    )

    assert methods == (
        Method(
            code="bpost",
            name="Bpost home",
            carrier_code="bpost",
            price=Money(590, "EUR"),
            free_from_minor=14_000,
            arrives_from=date(2026, 11, 27),
            arrives_until=date(2026, 11, 30),
        ),
    )


def test_a_tariff_in_another_currency_is_not_offered():
    methods = methods_for(
        [BPOST], currency="USD", quantity=1, items_minor=1, dispatch_on=WEDNESDAY
    )

    assert methods == ()


def test_a_seller_who_is_away_hands_over_after_the_return():
    away = {"away_from": date(2026, 11, 26), "away_until": date(2026, 12, 6)}

    leaves = dispatch_day(today=WEDNESDAY, handling_days=1, **away)

    assert leaves == date(2026, 12, 7)


def test_a_holiday_that_begins_after_dispatch_delays_nothing():
    away = {"away_from": date(2026, 11, 27), "away_until": date(2026, 12, 6)}

    leaves = dispatch_day(today=WEDNESDAY, handling_days=1, **away)

    assert leaves == date(2026, 11, 26)
