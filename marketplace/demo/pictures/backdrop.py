"""Wall, counter, and one quiet thing behind the object."""

from .colour import Colour, hexa, is_darker, tone
from .markup import opacity
from .outlines import oval, poly, rect
from .scene import GROUND, HORIZON, Scene


def backdrop(s: Scene, width: int = 800, height: int = 800) -> None:
    """Draw what stands behind a single object."""
    quiet = tone(s.wall, 0.035 if is_darker(s.wall, 0.9) else -0.035, 0.006)
    _wall(s, width, height)
    kind = s.air.choice(["plain", "arch", "disc", "window", "panel", "plain"])
    _behind(s, kind, width, quiet)
    _counter(s, width, height, HORIZON)


def empty_backdrop(s: Scene, width: int, height: int, ground: float) -> None:
    """Draw wall and counter alone, for pictures of several objects."""
    _wall(s, width, height)
    _counter(s, width, height, ground - (GROUND - HORIZON))


def _wall(s: Scene, width: int, height: int) -> None:
    s.add(f'<rect width="{width}" height="{height}" fill="{hexa(s.wall)}"/>')


def _counter(s: Scene, width: int, height: int, top: float) -> None:
    dark = is_darker(s.wall, 0.7)
    board = tone(s.wall, 0.05 if dark else -0.05, 0 if dark else 0.010)
    lit = opacity(min(0.99, s.wall[0] ** 2 + 0.1))
    size = f'y="{top}" width="{width}" height="{height - top}"'
    s.add(f'<rect width="{width}" height="{height}" fill="url(#light)"{lit}/>')
    s.add(f'<rect {size} fill="{hexa(board)}"/><rect {size} fill="url(#plane)"/>')
    s.add(f'<rect y="{top}" width="{width}" height="3" fill="#fff" opacity="35%"/>')


def _behind(s: Scene, kind: str, width: int, quiet: Colour) -> None:
    cx, air = width / 2, s.air
    if kind == "arch":
        r = air.randint(190, 250)
        top = HORIZON - 240
        arc = f"a{r},{r} 0 0 1 {2 * r},0"
        s.fill(f"M{cx - r},{HORIZON}V{top}{arc}V{HORIZON}z", quiet)
    elif kind == "disc":
        at = cx + air.randint(-70, 70)
        s.fill(oval(at, air.randint(270, 350), air.randint(190, 240)), quiet)
    elif kind == "window":
        _panes(s, tone(s.wall, 0.05))
    elif kind == "panel":
        x = air.randint(0, width // 2)
        s.fill(rect(x, 0, width, HORIZON), quiet)


def _panes(s: Scene, lit: Colour) -> None:
    for i in range(2):
        for j in range(2):
            x, y = 130 + i * 190 - j * 44, 110 + j * 212
            pane = poly((x + 40, y), (x + 210, y), (x + 170, y + 190), (x, y + 190))
            s.fill(pane, lit, opacity=0.75)
