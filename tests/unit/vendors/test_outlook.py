"""What would change a seller's rank."""

import pytest

from vendors.outlook import outlook_of
from vendors.ranks import Rank
from vendors.score import Counters, lost_by, score_of

NEWCOMER = Counters()
SILVER = Counters(orders=40, shipped=38, note_sum=92, note_count=20)
PLATINUM = Counters(orders=400, shipped=400, note_sum=980, note_count=200)


@pytest.mark.parametrize(
    ("done", "rank", "following"),
    [
        (NEWCOMER, Rank.REGULAR, Rank.SILVER),
        (SILVER, Rank.SILVER, Rank.GOLD),
        (PLATINUM, Rank.PLATINUM, None),
    ],
)
def test_the_next_rank_is_the_one_just_above(
    done: Counters, rank: Rank, following: Rank | None
):
    outlook = outlook_of(done)

    assert outlook.rank == rank
    assert (outlook.following and outlook.following.rank) == following


def test_so_many_late_orders_cost_a_rank_and_one_less_does_not():
    near = Counters(
        orders=40, shipped=38, shipped_late=16, problems=18, note_sum=60, note_count=20
    )

    late = outlook_of(near).late_to_lose

    assert outlook_of(near).rank == Rank.SILVER
    assert late == 7
    assert score_of(near) >= 60


def test_a_newcomer_has_no_rank_to_lose_and_a_far_loss_is_not_told():
    assert outlook_of(NEWCOMER).late_to_lose is None
    assert outlook_of(PLATINUM).late_to_lose is None


def test_what_costs_most_comes_first():
    done = Counters(orders=50, shipped=50, shipped_late=30, note_sum=250, note_count=50)

    assert next(iter(lost_by(done))) == "punctual"
    assert outlook_of(done).costs_most == "punctual"


def test_what_is_lost_and_the_score_make_a_hundred():
    lost = sum(lost_by(SILVER).values())

    assert abs(score_of(SILVER) + lost / 100 - 100) <= 1
