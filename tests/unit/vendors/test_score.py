"""The score of a seller; docs/algorithms/seller-score.md has the worked example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.score import Counters, score_of


def test_the_worked_example_of_the_docs():
    done = Counters(
        orders=40,
        shipped=38,
        shipped_late=4,
        cancelled_by_seller=2,
        problems=3,
        note_sum=138,
        note_count=30,
    )

    assert score_of(done) == 82


def test_a_newcomer_stands_in_the_middle():
    assert score_of(Counters()) == 50


@pytest.mark.parametrize(
    "worse",
    [
        {"shipped_late": 20},
        {"cancelled_by_seller": 20},
        {"problems": 20},
        {"returned": 20},
        {"note_sum": 60},
    ],
)
def test_each_failing_costs_points(worse: dict[str, int]):
    good = {"orders": 50, "shipped": 50, "note_sum": 200, "note_count": 40}

    assert score_of(Counters(**{**good, **worse})) < score_of(Counters(**good))


counts = st.integers(0, 10_000)


@given(counts, counts, counts, counts, counts, st.integers(1, 5))
def test_a_score_is_from_0_to_100(orders, shipped, late, cancelled, notes, mean):
    done = Counters(
        orders=orders,
        shipped=shipped,
        shipped_late=late,
        cancelled_by_seller=cancelled,
        note_sum=notes * mean,
        note_count=notes,
    )

    assert 0 <= score_of(done) <= 100
