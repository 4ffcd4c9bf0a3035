"""Abstract cover art: for books, record sleeves and screens."""

from .colour import PAPER, tone
from .outlines import oval, rect
from .scene import Box, Scene


def cover_art(s: Scene, x: float, y: float, w: float, h: float) -> None:
    """Cover a box with one of six abstract pictures."""
    draws = {
        "sun": _sun,
        "arches": _arches,
        "bars": _bars,
        "grid": _grid,
        "wave": _wave,
        "moon": _moon,
    }
    draws[s.pick(*draws)](s, (x, y, w, h))


def _sun(s: Scene, box: Box) -> None:
    x, y, w, h = box
    s.fill(oval(x + w * 0.5, y + h * 0.42, w * 0.27), s.accent)
    s.fill(rect(x, y + h * 0.62, w, h * 0.4), s.second)


def _arches(s: Scene, box: Box) -> None:
    x, y, w, h = box
    for i, colour in enumerate((s.second, s.accent, PAPER)):
        left, r = x + w * (0.14 + 0.11 * i), w * (0.36 - 0.11 * i)
        arch = f"M{left},{y + h}V{y + h * 0.5}a{r},{r} 0 0 1 {2 * r},0V{y + h}"
        s.line(arch, colour, w * 0.06)


def _bars(s: Scene, box: Box) -> None:
    x, y, w, h = box
    for i in range(5):
        colour = s.second if i % 2 else s.accent
        left, top = x + w * (0.14 + 0.15 * i), y + h * s.num(0.3, 0.6)
        s.fill(rect(left, top, w * 0.1, h), colour)


def _grid(s: Scene, box: Box) -> None:
    x, y, w, h = box
    for place in range(12):
        column, row = divmod(place, 4)
        if s.chance(0.7):
            cx, cy = x + w * (0.25 + 0.25 * column), y + h * (0.22 + 0.19 * row)
            s.fill(oval(cx, cy, w * 0.09), s.pick(s.second, s.accent, PAPER))


def _wave(s: Scene, box: Box) -> None:
    x, y, w, h = box
    swell = f"q{w * 0.25},{-h * 0.13} {w * 0.5},0t{w * 0.5},0"
    for i, colour in enumerate((s.second, s.accent, tone(s.second, -0.12))):
        s.fill(f"M{x},{y + h * (0.45 + 0.17 * i)}{swell}V{y + h}H{x}z", colour)


def _moon(s: Scene, box: Box) -> None:
    x, y, w, h = box
    s.fill(oval(x + w * 0.5, y + h * 0.5, w * 0.34), s.second)
    s.fill(oval(x + w * 0.62, y + h * 0.44, w * 0.28), s.main)
