"""The inverse of a refund's shares: how much of a line has so much cash in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.shares import Shares, gross_of_cash, refund_shares

NOTHING = Shares(gross=0, net=0, commission=0, vat=0, cash=0, points=0)
amounts = st.integers(0, 3000)


@given(st.data())
def test_the_gross_of_some_cash_has_exactly_that_cash(data: st.DataObject) -> None:
    cash, promo, points, fee, vat = (data.draw(amounts) for _ in range(5))
    gross = cash + promo + points
    commission = min(fee, gross)
    vat = min(vat, gross - commission)
    line = Shares(
        gross=gross,
        net=gross - commission - vat,
        commission=commission,
        vat=vat,
        cash=cash,
        points=points,
    )
    done = NOTHING
    if gross > 1 and data.draw(st.booleans()):
        before = data.draw(st.integers(1, gross - 1))
        done = refund_shares(line=line, returned=done, gross_minor=before)

    wanted = data.draw(st.integers(0, line.cash - done.cash))
    found = gross_of_cash(line=line, returned=done, cash_minor=wanted)

    if found:
        step = refund_shares(line=line, returned=done, gross_minor=found)
        assert step.cash == wanted
    else:
        assert wanted == 0
    if wanted == line.cash - done.cash:
        assert found == line.gross - done.gross


@pytest.mark.parametrize("cash", [-1, 8001])
def test_cash_that_is_not_left_is_refused(cash: int) -> None:
    line = Shares(gross=10_000, net=8800, commission=1200, vat=0, cash=8000, points=0)

    with pytest.raises(ValueError, match="not left"):
        gross_of_cash(line=line, returned=NOTHING, cash_minor=cash)


def test_half_the_cash_takes_half_the_line() -> None:
    line = Shares(gross=10_000, net=8800, commission=1200, vat=0, cash=8000, points=0)

    assert gross_of_cash(line=line, returned=NOTHING, cash_minor=4000) == 5000
