import pytest

from vendors.ranks import rank_of


@pytest.mark.parametrize(
    ("score", "shipped", "rank"),
    [
        (50, 0, "regular"),
        (100, 9, "regular"),
        (59, 500, "regular"),
        (60, 10, "silver"),
        (75, 49, "silver"),
        (75, 50, "gold"),
        (84, 1000, "gold"),
        (85, 200, "platinum"),
    ],
)
def test_a_rank_needs_both_its_score_and_its_orders(score, shipped, rank):
    assert rank_of(score=score, shipped=shipped) == rank
