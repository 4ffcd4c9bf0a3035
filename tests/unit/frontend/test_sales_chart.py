"""The chart of sales: every day has its bars, and the lines are round numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.backoffice.chart import sales_chart

SUNDAY = date(2026, 11, 22)


def test_a_day_without_sales_keeps_its_place():
    chart = sales_chart({SUNDAY: 8000}, last=SUNDAY, count=3, currency="EUR")

    assert [each.label for each in chart.days] == ["20", "21", "22"]
    assert [each.now_minor for each in chart.days] == [0, 0, 8000]
    assert [each.now.height for each in chart.days] == ["0.0", "0.0", "134.0"]
    assert [line.label for line in chart.lines] == ["0", "20", "40", "60", "80"]


def test_the_days_before_stand_beside():
    sales = {SUNDAY - timedelta(days=2): 300, SUNDAY: 100}

    chart = sales_chart(sales, last=SUNDAY, count=2, currency="EUR")

    assert [each.past_minor for each in chart.days] == [0, 300]
    assert [each.now_minor for each in chart.days] == [0, 100]


def test_the_words_say_how_much_and_when_most():
    sales = {SUNDAY: 225292, SUNDAY - timedelta(days=1): 100}

    chart = sales_chart(sales, last=SUNDAY, count=14, currency="EUR")

    assert chart.words == (
        "Sales by day: €2,253.92 in all, most on Sun 22 Nov with €2,252.92."
    )


def test_nothing_sold_draws_nothing():
    chart = sales_chart({}, last=SUNDAY, count=14, currency="EUR")

    assert chart.is_empty
    assert chart.words == "Nothing was sold in these days."


@given(most=st.integers(min_value=1, max_value=10**12))
def test_no_bar_leaves_the_chart_and_the_lines_stay_few(most: int):
    chart = sales_chart({SUNDAY: most}, last=SUNDAY, count=1, currency="EUR")

    [day] = chart.days
    assert 0 <= float(day.now.height) <= 134
    assert float(day.now.y) >= 12
    assert 2 <= len(chart.lines) <= 6


@pytest.mark.parametrize(("most", "top"), [(3, "0.10"), (999, "10"), (10_001, "150")])
def test_the_topmost_line_is_round_and_near(most: int, top: str):
    chart = sales_chart({SUNDAY: most}, last=SUNDAY, count=1, currency="EUR")

    assert chart.lines[-1].label == top
