from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import (
    CurrencyMismatchError,
    InexactAmountError,
    Money,
    exponent,
    from_decimal,
    half_up,
    minimum_charge,
    share_bps,
    split,
    to_decimal,
)

amounts = st.integers(min_value=-(10**12), max_value=10**12)
weight_lists = st.lists(
    st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(25, 2, 13), (-25, 2, -13), (24, 10, 2), (26, 10, 3), (5, -2, -3), (0, 7, 0)],
)
def test_half_up_rounds_ties_away_from_zero(numerator, denominator, expected):
    assert half_up(numerator, denominator) == expected


def test_a_percentage_is_not_rounded_the_way_of_bankers():
    assert share_bps(1250, 100) == 13


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1000, [3333, 3333, 3334], [333, 333, 334]),
        (100, [1000, 1000, 1000], [34, 33, 33]),
        (100, [100, 100, 100], [34, 33, 33]),
        (212, [8385, 4105], [142, 70]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (0, [3, 4], [0, 0]),
        (7, [0, 1, 0], [0, 7, 0]),
    ],
)
def test_split_gives_the_largest_remainder_first(total, weights, parts):
    assert split(total, weights) == parts


@given(total=amounts, weights=weight_lists)
def test_parts_sum_to_the_whole(total, weights):
    assert sum(split(total, weights)) == total


@given(total=st.integers(0, 10**12), weights=weight_lists)
def test_no_part_is_a_whole_unit_away_from_its_exact_share(total, weights):
    whole = sum(weights) or len(weights)
    shares = weights if sum(weights) else [1] * len(weights)

    parts = split(total, weights)

    exact_misses = [
        abs(part * whole - total * share)
        for part, share in zip(parts, shares, strict=True)
    ]
    assert max(exact_misses) < whole


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_split_refuses_weights_that_mean_nothing(weights):
    with pytest.raises(ValueError, match=r"(?i)weight"):
        split(10, weights)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("jpy", 0), ("KWD", 3), ("UGX", 0)]
)
def test_decimals_follow_stripes_list(currency, decimals):
    assert exponent(currency) == decimals


def test_decimal_amounts_convert_exactly():
    assert to_decimal(124900, "EUR") == Decimal("1249.00")
    assert to_decimal(1999, "JPY") == Decimal(1999)
    assert from_decimal(Decimal("10.005"), "KWD") == 10005
    assert from_decimal(Decimal("12.5"), "EUR") == 1250


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1e999990"])
def test_an_inexact_amount_is_refused(amount):
    with pytest.raises(InexactAmountError):
        from_decimal(Decimal(amount), "EUR")


@given(minor=amounts, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_converting_there_and_back_changes_nothing(minor, currency):
    assert from_decimal(to_decimal(minor, currency), currency) == minor


def test_minimum_charge_is_per_currency():
    assert [minimum_charge(code) for code in ("EUR", "GBP", "SEK")] == [50, 30, 300]


def test_money_adds_scales_and_compares_within_a_currency():
    price = Money(1250, "EUR")

    assert price + Money(50, "EUR") - Money(300, "EUR") == Money(1000, "EUR")
    assert 3 * price == price * 3 == Money(3750, "EUR")
    assert Money(1, "EUR") < price <= Money(1250, "EUR")
    assert -price < Money(0, "EUR")
    assert not Money(0, "EUR")
    assert str(price) == "12.50 EUR"


def test_money_of_two_currencies_never_meets():
    with pytest.raises(CurrencyMismatchError):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrencyMismatchError):
        assert Money(1, "EUR") < Money(1, "USD")


def test_money_splits_into_money():
    assert Money(100, "JPY").split([1, 1, 1]) == [
        Money(34, "JPY"),
        Money(33, "JPY"),
        Money(33, "JPY"),
    ]
