from hypothesis import given
from hypothesis import strategies as st

from loyalty.worth import Rule, Spending, earned, most_spendable, spend
from marketplace.core.money import split

EUR = Rule(currency="EUR", earn_bps=100, units_per_minor=1, spend_share_bps=10_000)
HALF = Rule(currency="EUR", earn_bps=100, units_per_minor=10, spend_share_bps=5000)


def test_the_worked_example_of_the_documentation():
    spent = spend(EUR, total_minor=25_630, available=1240, wanted=600)
    for_things, _delivery = split(spent.rest_minor, [24_790, 840])
    too_little = spend(EUR, total_minor=25_630, available=25_600, wanted=25_600)

    assert (spent.worth_minor, spent.rest_minor) == (600, 25_030)
    assert (for_things, earned(EUR, cash_minor=for_things)) == (24_210, 242)
    assert (too_little.points, too_little.rest_minor) == (25_580, 50)


def test_a_percent_of_what_was_paid_is_earned():
    assert earned(EUR, cash_minor=24_790) == 248
    assert earned(HALF, cash_minor=24_790) == 2480


def test_points_are_spent_in_whole_minor_units():
    assert spend(HALF, total_minor=10_000, available=999, wanted=57) == Spending(
        points=50, worth_minor=5, rest_minor=9995
    )


def test_an_order_takes_no_more_than_its_share():
    assert most_spendable(HALF, total_minor=1001, available=10**6) == Spending(
        points=5000, worth_minor=500, rest_minor=501
    )


def test_the_rest_is_nothing_or_what_can_be_charged():
    assert spend(EUR, total_minor=10_000, available=9970, wanted=9970) == Spending(
        points=9950, worth_minor=9950, rest_minor=50
    )
    assert spend(EUR, total_minor=10_000, available=10_000, wanted=10_000) == Spending(
        points=10_000, worth_minor=10_000, rest_minor=0
    )


def test_an_order_below_the_minimum_is_covered_whole_or_not_at_all():
    assert spend(EUR, total_minor=40, available=39, wanted=39).points == 0
    assert spend(EUR, total_minor=40, available=40, wanted=40).rest_minor == 0


@given(
    st.sampled_from([EUR, HALF]),
    st.integers(50, 10**6),
    st.integers(-100, 10**7),
    st.integers(-100, 10**7),
)
def test_spending_never_takes_more_than_there_is(rule, total, available, wanted):
    spent = spend(rule, total_minor=total, available=available, wanted=wanted)

    assert 0 <= spent.points <= max(0, min(available, wanted))
    assert spent.worth_minor + spent.rest_minor == total
    assert spent.points == spent.worth_minor * rule.units_per_minor
    assert spent.rest_minor == 0 or spent.rest_minor >= 50
