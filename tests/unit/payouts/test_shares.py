from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import split
from payouts.shares import Shares, refund_shares

NOTHING = Shares(gross=0, net=0, commission=0, vat=0, cash=0, points=0)


def line(gross: int, *, k: int, vat: int = 0, platform: int = 0, points: int = 0):
    return Shares(
        gross=gross,
        net=gross - k - vat,
        commission=k,
        vat=vat,
        cash=gross - platform,
        points=points,
    )


def add(one: Shares, other: Shares, sign: int = 1) -> Shares:
    parts = zip(astuple(one), astuple(other), strict=True)
    return Shares(
        **dict(
            zip(
                ("gross", "net", "commission", "vat", "cash", "points"),
                (left + sign * right for left, right in parts),
                strict=True,
            )
        )
    )


def test_a_third_is_taken_from_everybody():
    sold = line(10_000, k=1200, vat=240, platform=2000)

    back = refund_shares(line=sold, returned=NOTHING, gross_minor=3333)

    assert (back.net, back.commission, back.vat) == (2853, 400, 80)
    assert (back.cash, back.promo, back.points) == (2666, 667, 0)


def test_a_quarter_gives_its_commission_back():
    back = refund_shares(line=line(10_000, k=1200), returned=NOTHING, gross_minor=2500)

    assert (back.net, back.commission) == (2200, 300)


def test_a_half_with_a_platform_voucher_is_the_same_twice():
    sold = line(10_000, k=1200, platform=2000)

    first = refund_shares(line=sold, returned=NOTHING, gross_minor=5000)
    second = refund_shares(line=sold, returned=first, gross_minor=5000)

    assert first == second
    assert (first.cash, first.promo, first.net, first.commission) == (
        4000,
        1000,
        4400,
        600,
    )


def test_points_come_back_as_points():
    sold = line(10_000, k=1200, platform=4000, points=4000)

    back = refund_shares(line=sold, returned=NOTHING, gross_minor=2500)

    assert (back.cash, back.points, back.promo, back.net) == (1500, 1000, 0, 2200)


def test_shipping_gives_its_commission_back():
    back = refund_shares(line=line(499, k=50), returned=NOTHING, gross_minor=499)

    assert (back.cash, back.commission, back.net) == (499, 50, 449)


@pytest.mark.parametrize("gross", [0, -1, 101])
def test_more_than_is_left_is_refused(gross):
    with pytest.raises(ValueError, match="at most what is left"):
        refund_shares(line=line(100, k=12), returned=NOTHING, gross_minor=gross)


@st.composite
def sold_lines(draw):
    net, commission, vat = (draw(st.integers(0, 10**6)) for _ in range(3))
    gross = net + commission + vat + 1
    cash, promo, points = split(gross, [draw(st.integers(0, 100)) for _ in range(3)])
    sold = Shares(
        gross=gross,
        net=net + 1,
        commission=commission,
        vat=vat,
        cash=cash,
        points=points,
    )
    assert sold.promo == promo
    return sold


@given(sold=sold_lines(), steps=st.lists(st.integers(1, 10**5), max_size=20))
def test_refunds_in_any_steps_end_exactly_at_what_was_sold(sold, steps):
    done = NOTHING
    for step in steps:
        left = sold.gross - done.gross
        if left == 0:
            break
        back = refund_shares(line=sold, returned=done, gross_minor=min(step, left))
        assert min(*astuple(back), back.promo) >= 0
        assert back.net + back.fee == back.gross == back.cash + back.platform
        done = add(done, back)
    if done.gross < sold.gross:
        last = refund_shares(
            line=sold, returned=done, gross_minor=sold.gross - done.gross
        )
        done = add(done, last)

    assert done == sold


@given(sold=sold_lines(), data=st.data())
def test_a_refund_that_never_happened_leaves_nothing_behind(sold, data):
    half = max(1, sold.gross // 2)
    first = refund_shares(line=sold, returned=NOTHING, gross_minor=half)
    rest = sold.gross - half
    if rest == 0:
        return
    small = data.draw(st.integers(1, rest))
    second = refund_shares(line=sold, returned=first, gross_minor=small)

    # Stripe refuses the first one after the second was computed from it.
    left = refund_shares(
        line=sold, returned=second, gross_minor=sold.gross - second.gross
    )

    assert min(*astuple(left), left.promo) >= 0
    assert add(second, left) == sold


def test_a_line_that_costs_nothing_in_fees_gives_no_fee_back():
    free = replace(line(100, k=0), net=100)

    back = refund_shares(line=free, returned=NOTHING, gross_minor=40)

    assert (back.net, back.fee) == (40, 0)
