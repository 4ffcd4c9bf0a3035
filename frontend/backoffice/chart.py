"""Sales by day as bars: this stretch of days beside the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from frontend import formats
from frontend.ruler import GridLine, ruler_of
from marketplace.core.money import Money
from marketplace.db.dates import written_day

WIDTH, _HEIGHT = 640, 170
_LEFT, _TOP, _BOTTOM = 44, 12, 146
# Of a day's width: two bars, a sliver between them, the rest is air.
_BAR, _SLIVER = 0.34, 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle; numbers are written as SVG reads them, in every language."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day with its two bars; amounts in minor units."""

    day: date
    label: str
    middle: str
    now: Bar
    past: Bar
    now_minor: int
    past_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that is drawn, and one sentence for who cannot see it."""

    days: list[Day]
    lines: list[GridLine]
    words: str
    is_empty: bool
    view_box: str = f"0 0 {WIDTH} {_HEIGHT}"
    left: int = _LEFT
    right: int = WIDTH


def sales_chart(
    sales: Mapping[date, int], *, last: date, count: int, currency: str
) -> Chart:
    """Draw `count` days up to `last` beside as many before; days without sales too."""
    first = last - timedelta(days=count - 1)
    asked = [first + timedelta(days=n) for n in range(count)]
    before = timedelta(days=count)
    most = max(sales.get(day, 0) for each in asked for day in (each, each - before))
    ruler = ruler_of(most, currency)
    top = ruler.top
    slot = (WIDTH - _LEFT) / count
    return Chart(
        days=[
            _day(day, sales, before=before, left=_LEFT + n * slot, slot=slot, top=top)
            for n, day in enumerate(asked)
        ],
        lines=[
            GridLine(y=f"{_y(value, top):.1f}", label=label)
            for value, label in ruler.marks
        ],
        words=_words({day: sales.get(day, 0) for day in asked}, currency),
        is_empty=most == 0,
    )


def _day(
    day: date,
    sales: Mapping[date, int],
    *,
    before: timedelta,
    left: float,
    slot: float,
    top: int,
) -> Day:
    now, past = sales.get(day, 0), sales.get(day - before, 0)
    middle = left + slot / 2
    half = slot * _SLIVER / 2
    return Day(
        day=day,
        label=written_day(day, "d"),
        middle=f"{middle:.1f}",
        past=_bar(past, middle - half - slot * _BAR, slot, top),
        now=_bar(now, middle + half, slot, top),
        now_minor=now,
        past_minor=past,
    )


def _bar(minor: int, x: float, slot: float, top: int) -> Bar:
    y = _y(minor, top)
    return Bar(
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        width=f"{slot * _BAR:.1f}",
        height=f"{_BOTTOM - y:.1f}",
    )


def _y(minor: int, top: int) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(minor, 0), top) / top


def _words(sales: Mapping[date, int], currency: str) -> str:
    best = max(sales, key=lambda day: sales[day])
    if not sales[best]:
        return _("Nothing was sold in these days.")
    return _("Sales by day: %(sum)s in all, most on %(day)s with %(most)s.") % {
        "sum": formats.amount(Money(sum(sales.values()), currency)),
        "day": formats.date_range(best),
        "most": formats.amount(Money(sales[best], currency)),
    }
