"""The scale of a chart of amounts: a few lines at round numbers, the last one free."""

from dataclasses import dataclass

from frontend import formats
from marketplace.core.money import exponent

# Round distances of lines, and how many of them at most.
_STEPS = (10, 20, 25, 50)
_MOST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """A line across with what it stands for."""

    y: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Where lines stand, in minor units from 0 to `top`, with their words."""

    top: int
    marks: list[tuple[int, str]]


def ruler_of(most: int, currency: str) -> Ruler:
    """Return a scale that reaches `most` with as few round lines as tell enough."""
    step = _step(most)
    top = max(step, -(-most // step) * step)
    marks = [(value, _label(value, currency)) for value in range(0, top + 1, step)]
    return Ruler(top=top, marks=marks)


def _step(most: int) -> int:
    """Return a round distance of lines, of which four reach `most`."""
    scale = 1
    while _STEPS[-1] * scale * _MOST_LINES < most:
        scale *= 10
    enough = (step * scale for step in _STEPS if step * scale * _MOST_LINES >= most)
    return next(enough)


def _label(minor: int, currency: str) -> str:
    places = exponent(currency)
    whole = minor % 10**places == 0
    return formats.number(minor / 10**places, 0 if whole else places)
