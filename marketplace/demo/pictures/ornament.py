"""What a potter or a weaver puts on a surface."""

from collections.abc import Callable

from .colour import Colour, hexa
from .scene import Box, Scene

_KINDS = ("plain", "plain", "band", "dip", "stripes", "speckle", "dots", "waves")


def ornament(
    s: Scene, d: str, box: Box, colour: Colour, kind: str | None = None
) -> None:
    """Decorate an outline: plain, band, dip, stripes, speckle, dots or waves."""
    chosen = kind or s.pick(*_KINDS)
    if chosen in _DRAWN:
        with s.within(d):
            _DRAWN[chosen](s, box, colour)


def _sag(box: Box, depth: float) -> str:
    """Return a line across the box that hangs as on a round body."""
    w = box[2]
    return f"q{w / 2 + 9},{w * depth} {w + 18},0"


def _band(s: Scene, box: Box, colour: Colour) -> None:
    x, y, _, h = box
    top = y + h * s.rng.uniform(0.3, 0.6)
    thick = h * s.rng.uniform(0.06, 0.16)
    s.line(f"M{x - 9},{top}{_sag(box, 0.13)}", colour, thick, 0.95, "butt")


def _dip(s: Scene, box: Box, colour: Colour) -> None:
    x, y, w, h = box
    top = y + h * s.rng.uniform(0.45, 0.72)
    s.fill(f"M{x - 9},{top}{_sag(box, 0.15)}v{h}h{-w - 18}z", colour)


def _stripes(s: Scene, box: Box, colour: Colour) -> None:
    x, y, _, h = box
    count = s.rng.randint(3, 7)
    for i in range(count):
        at = y + h * (i + 0.6) / count
        thick = h / count * 0.28
        s.line(f"M{x - 9},{at}{_sag(box, 0.13)}", colour, thick, 0.9, "butt")


def _speckle(s: Scene, box: Box, colour: Colour) -> None:
    x, y, w, h = box
    for _ in range(30):
        cx, cy = x + w * s.rng.random(), y + h * s.rng.random()
        r = s.rng.uniform(1.4, 4.2)
        paint = f'fill="{hexa(colour)}" opacity="60%"'
        s.add(f'<circle cx="{cx}" cy="{cy}" r="{r}" {paint}/>')


def _dots(s: Scene, box: Box, colour: Colour) -> None:
    x, y, w, h = box
    step = w / s.rng.randint(4, 6)
    for row in range(int(h / step) + 2):
        for column in range(int(w / step) + 2):
            cx = x + (column + 0.5 * (row % 2)) * step
            cy = y + (row + 0.5) * step
            paint = f'fill="{hexa(colour)}"'
            s.add(f'<circle cx="{cx}" cy="{cy}" r="{step * 0.17}" {paint}/>')


def _waves(s: Scene, box: Box, colour: Colour) -> None:
    x, y, w, h = box
    step = h / s.rng.randint(4, 6)
    wave = f"q{w / 16},{-step * 0.5} {w / 8},0t{w / 8},0" * 5
    for row in range(int(h / step) + 1):
        at = y + (row + 0.5) * step
        s.line(f"M{x - 9},{at}{wave}", colour, step * 0.16, 0.9)


_DRAWN: dict[str, Callable[[Scene, Box, Colour], None]] = {
    "band": _band,
    "dip": _dip,
    "stripes": _stripes,
    "speckle": _speckle,
    "dots": _dots,
    "waves": _waves,
}
