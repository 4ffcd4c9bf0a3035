"""The line of sales: as wide as its span, drawn as far as time has come."""

import pytest

from frontend.portal.line_chart import Place, line_chart, spark


def place(number: int, now: int | None, past: int | None = 0) -> Place:
    return Place(
        label=str(number), name=f"day {number}", now_minor=now, past_minor=past
    )


def test_the_line_ends_today_and_the_span_before_goes_on():
    places = [place(1, 0, 100), place(2, 4000, 8000), place(3, None, 4000)]

    chart = line_chart(places, currency="EUR")

    assert chart.now == "M46.0 206.0L340.0 109.0"
    assert chart.past.count(" ") == 3
    assert chart.dot == ("340.0", "109.0")
    assert chart.area == "M46.0 206.0L340.0 109.0L340.0 206L46.0 206z"
    assert [line.label for line in chart.lines] == ["0", "20", "40", "60", "80"]
    assert chart.words == "Sales: €40.00 in all, most on day 2 with €40.00."


def test_without_a_span_before_there_is_no_line_for_it():
    chart = line_chart([place(1, 100, None), place(2, 50, 0)], currency="EUR")

    assert chart.past == ""


def test_nothing_sold_says_so():
    chart = line_chart([place(1, 0), place(2, None)], currency="EUR")

    assert chart.is_empty
    assert chart.words == "Nothing was sold in this time."


def test_a_month_has_few_labels():
    chart = line_chart([place(n, n) for n in range(1, 32)], currency="EUR")

    assert [label for _x, label in chart.labels] == [
        "1",
        "5",
        "9",
        "13",
        "17",
        "21",
        "25",
        "29",
    ]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([0, 2, 1], "3.0,25.0 48.0,3.0 93.0,14.0"),
        ([0, 0], "3.0,25.0 93.0,25.0"),
        ([5], "3.0,3.0"),
        ([], ""),
    ],
)
def test_a_small_line_fills_its_height(values: list[int], points: str):
    assert spark(values) == points
