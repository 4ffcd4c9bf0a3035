"""The mean as it is shown: few voices move little, and never leave the scale."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.ratings import bayesian

many_stars = st.lists(st.integers(1, 5), min_size=1, max_size=400)


def test_few_ratings_move_little_and_many_move_all():
    assert bayesian(0, 0) is None
    assert bayesian(5, 1) == Decimal("4.17")
    assert bayesian(40, 10) == Decimal("4.00")
    assert bayesian(5 * 995, 995) == Decimal("5.00")
    # The worked example of docs/algorithms/ratings.md.
    assert bayesian(33, 7) == Decimal("4.42")


@given(many_stars)
def test_a_mean_lies_between_what_was_given_and_the_usual(given_stars):
    mean = bayesian(sum(given_stars), len(given_stars))

    plain = Decimal(sum(given_stars)) / len(given_stars)
    assert min(plain, Decimal(4)) - Decimal("0.005") <= mean
    assert mean <= max(plain, Decimal(4)) + Decimal("0.005")


@given(many_stars, st.integers(1, 4))
def test_a_better_rating_never_lowers_the_mean(given_stars, star):
    total, count = sum(given_stars) + star, len(given_stars) + 1

    assert bayesian(total + 1, count) >= bayesian(total, count)
