"""The bars of a shop's ratings by month."""

from datetime import date
from decimal import Decimal

import pytest

from frontend.aspects import chart_of
from reviews.selectors.years import Given, Month, Year

NONE, FOUR = Given(0, None), Given(3, Decimal(4))


def year_of(*rated: int) -> Year:
    months = tuple(
        Month(date(2026, n, 1), FOUR if n in rated else NONE, {}) for n in range(1, 13)
    )
    return Year(months=months, stars=FOUR, aspects={}, positive_percent=None)


@pytest.mark.parametrize(
    ("rated", "bars"),
    [
        ((1, 12), 12),
        ((4, 9), 9),
        ((11, 12), 6),
        ((), 12),
    ],
)
def test_months_before_the_first_rating_are_left_out_but_half_a_year_stays(rated, bars):
    chart = chart_of(year_of(*rated))

    assert len(chart.bars) == bars
