"""Sales as a line: this span over the one before, and small lines for a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import formats
from frontend.ruler import GridLine, ruler_of
from marketplace.core.money import Money

WIDTH, _HEIGHT = 640, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 634, 12, 206
_LABEL_AT = 224
# More words than this under the line run into each other on a phone.
_MOST_LABELS = 8
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 96, 28, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A day or month of the span: its words, its amounts in minor units.

    `now_minor` is None for what has not begun yet, `past_minor` where the span before
    has no such day.
    """

    label: str
    name: str
    now_minor: int | None
    past_minor: int | None
    x: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """All that is drawn; numbers are written as SVG reads them in every language."""

    now: str
    past: str
    area: str
    dot: tuple[str, str] | None
    labels: list[tuple[str, str]]
    lines: list[GridLine]
    words: str
    is_empty: bool
    view_box: str = f"0 0 {WIDTH} {_HEIGHT}"
    left: int = _LEFT
    right: int = WIDTH
    label_at: int = _LABEL_AT


def line_chart(places: Sequence[Place], *, currency: str) -> LineChart:
    """Draw amounts over time, what was before as a thinner line under it."""
    now = [each.now_minor for each in places]
    past = [each.past_minor for each in places]
    most = max((value for value in [*now, *past] if value is not None), default=0)
    ruler = ruler_of(most, currency)
    here = _points(now, ruler.top)
    path = _path(here)
    every = -(-len(places) // _MOST_LABELS)
    return LineChart(
        now=path,
        past=_path(_points(past, ruler.top)) if any(past) else "",
        area=f"{path}L{here[-1][0]} {_BOTTOM}L{here[0][0]} {_BOTTOM}z" if here else "",
        dot=here[-1] if here else None,
        labels=[
            (f"{_x(n, len(places)):.1f}", each.label)
            for n, each in enumerate(places)
            if n % every == 0
        ],
        lines=[
            GridLine(y=f"{_y(value, ruler.top):.1f}", label=label)
            for value, label in ruler.marks
        ],
        words=_words(places, currency),
        is_empty=most == 0,
    )


def spark(values: Sequence[int]) -> str:
    """Return the points of a small line, from the left to the right."""
    most = max(values, default=0) or 1
    wide = _SPARK_WIDTH - 2 * _SPARK_EDGE
    high = _SPARK_HEIGHT - 2 * _SPARK_EDGE
    last = max(1, len(values) - 1)
    return " ".join(
        f"{_SPARK_EDGE + wide * n / last:.1f},"
        f"{_SPARK_HEIGHT - _SPARK_EDGE - high * max(0, value) / most:.1f}"
        for n, value in enumerate(values)
    )


def _points(values: Sequence[int | None], top: int) -> list[tuple[str, str]]:
    return [
        (f"{_x(n, len(values)):.1f}", f"{_y(value, top):.1f}")
        for n, value in enumerate(values)
        if value is not None
    ]


def _path(points: Sequence[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) if points else ""


def _x(place: int, count: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * place / max(1, count - 1)


def _y(minor: int, top: int) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(minor, 0), top) / top


def _words(places: Sequence[Place], currency: str) -> str:
    sold = [each for each in places if each.now_minor]
    if not sold:
        return _("Nothing was sold in this time.")
    best = max(sold, key=lambda each: each.now_minor or 0)
    total = sum(each.now_minor or 0 for each in sold)
    return _("Sales: %(sum)s in all, most on %(when)s with %(most)s.") % {
        "sum": formats.amount(Money(total, currency)),
        "when": best.name,
        "most": formats.amount(Money(best.now_minor or 0, currency)),
    }
