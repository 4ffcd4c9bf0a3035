"""The factors of the order, and what they make of the match."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.ranking import (
    FACTORS,
    USUAL_WEIGHTS,
    boost,
    factor_values,
)

WORST = {"note": 1.0, "seller_score": 0, "sales": 0}
notes = st.floats(min_value=1, max_value=5)


def test_the_worst_offer_is_not_lifted_and_the_best_by_the_sum_of_weights():
    worst = factor_values(**WORST, delivery_days=None)
    best = factor_values(note=5.0, seller_score=100, delivery_days=0, sales=10**9)

    assert round(boost(worst), 4) == 1.0
    assert round(100 * boost(best)) == 100 + sum(USUAL_WEIGHTS.values())


def test_each_further_sale_counts_less():
    gains = [
        factor_values(**{**WORST, "sales": sold}, delivery_days=None)["sales"]
        for sold in (0, 10, 20, 30)
    ]

    steps = [after - before for before, after in pairwise(gains)]
    assert steps == sorted(steps, reverse=True)


@given(notes, st.integers(0, 100), st.integers(0, 400))
def test_every_factor_lies_between_none_and_all(note, score, days):
    values = factor_values(
        note=note, seller_score=score, delivery_days=days, sales=days
    )

    assert values.keys() == {one.key for one in FACTORS}
    assert all(0 <= value <= 1 for value in values.values())
