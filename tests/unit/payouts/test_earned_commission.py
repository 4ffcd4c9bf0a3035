"""What the platform earned on a sale, from the moves of its commission alone."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from payouts.documents.earned import Earned, Move, earned_of

AT = datetime(2026, 11, 25, tzinfo=UTC)


def move(deferred: int, revenue: int, vat: int) -> Move:
    return Move("key", AT, deferred, revenue, vat)


def amounts(*moves: Move) -> list[tuple[int, int]]:
    rows: list[Earned] = list(earned_of(1, moves))
    return [(row.commission, row.vat) for row in rows]


CAPTURE = move(1200, 0, 240)


def test_nothing_is_earned_before_the_release():
    assert amounts(CAPTURE) == []


def test_a_release_earns_all_with_its_vat():
    assert amounts(CAPTURE, move(-1200, 1200, 0)) == [(1200, 240)]


def test_parcels_earn_their_shares_and_the_last_one_the_rest():
    moves = (CAPTURE, *(move(-400, 400, 0) for _ in range(3)))

    assert amounts(*moves) == [(400, 80), (400, 80), (400, 80)]
    assert amounts(move(100, 0, 20), move(-33, 33, 0), move(-67, 67, 0)) == [
        (33, 7),
        (67, 13),
    ]


def test_a_refund_before_the_release_was_never_earned():
    assert amounts(CAPTURE, move(-400, 0, -80), move(-800, 800, 0)) == [(800, 160)]


def test_a_refund_after_the_release_is_returned():
    rows = amounts(CAPTURE, move(-1200, 1200, 0), move(0, -400, -80))

    assert rows == [(1200, 240), (-400, -80)]


def test_what_the_platform_keeps_of_a_refund_is_earned_at_once():
    # 400 and 80 go back before the release; 100 and 20 of it are kept.
    rows = amounts(CAPTURE, move(-400, 100, -60), move(-800, 800, 0))

    assert rows == [(100, 20), (800, 160)]


def test_a_sale_that_is_given_back_whole_earns_nothing():
    assert amounts(CAPTURE, move(-1200, 0, -240)) == []


@given(
    commission=st.integers(1, 100_000),
    rate=st.integers(0, 2700),
    cuts=st.lists(st.tuples(st.integers(1, 5000), st.booleans()), max_size=8),
)
def test_every_cent_is_earned_once(commission: int, rate: int, cuts):
    vat = commission * rate // 10_000
    moves, left, left_vat, returned = [move(commission, 0, vat)], commission, vat, 0
    for part, is_refund in cuts:
        step = min(part, left)
        if step and is_refund:
            back = left_vat * step // left
            moves.append(move(-step, 0, -back))
            left_vat -= back
            returned += back
        elif step:
            moves.append(move(-step, step, 0))
            left_vat -= left_vat * step // left
        left -= step
    if left:
        moves.append(move(-left, left, 0))

    rows = amounts(*moves)

    assert sum(earned for earned, _vat in rows) == sum(each.revenue for each in moves)
    assert sum(vat for _earned, vat in rows) == vat - returned
