"""The scene collects the parts of one picture, and holds its choices.

A picture is 800 x 800; objects stand on GROUND around x = 400.
"""

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from . import markup
from .colour import (
    DEEP_WALLS,
    FABRICS,
    GLAZES,
    LEATHERS,
    LIGHT_WALLS,
    METALS,
    STEEL,
    WALLS,
    WOODS_BY_NAME,
    Colour,
    hexa,
    stand_apart,
    tone,
)
from .outlines import oval

Choice = TypeVar("Choice")
Box = tuple[float, float, float, float]

GROUND = 650  # Where objects stand.
HORIZON = 566  # Where wall and counter meet.


class Scene:
    """Collects the parts of one picture, and holds its choices.

    A seed reads `object:hints/view`. Only the object and its hints decide what is
    drawn; the view decides the wall behind it, so that two views of one seed show
    the same thing. A hint is a word some choice knows: a glaze, a wood, a shape.
    """

    def __init__(self, seed: str, wall: Colour | None = None) -> None:
        thing = seed.partition("/")[0]
        self.rng = random.Random(thing)
        self.air = random.Random(seed)
        self.hints = frozenset(re.findall(r"[\w-]+", thing.partition(":")[2]))
        self.parts: list[str] = []
        self.clips: list[str] = []
        self.recolour(wall)
        self.wall = wall or self._wall_behind()

    def recolour(self, wall: Colour | None) -> None:
        """Choose an object's colours so that they agree, and show before the wall."""
        glazes = list(GLAZES.values())
        seen = [c for c in glazes if wall is None or stand_apart(c, wall)]
        self.main = self._hinted(GLAZES) or self.rng.choice(seen)
        others = [c for c in glazes if abs(c[0] - self.main[0]) > 0.14]
        self.second = self.rng.choice(others)
        self.accent = self.rng.choice([c for c in others if c[1] > 0.07] or others)
        self.wood = self._hinted(WOODS_BY_NAME) or self.rng.choice(
            list(WOODS_BY_NAME.values())
        )
        metals = [STEEL, *METALS.values()]
        self.metal = self._hinted(METALS) or self.rng.choice(metals)
        self._fabrics = [self.main]
        palettes = {**METALS, **WOODS_BY_NAME, **LEATHERS, **GLAZES}
        self._wanted = [palettes[hint] for hint in self.hints if hint in palettes]

    def _hinted(self, palette: dict[str, Colour]) -> Colour | None:
        return next((c for name, c in palette.items() if name in self.hints), None)

    def _wall_behind(self) -> Colour:
        walls = LIGHT_WALLS if self.air.random() < 0.68 else DEEP_WALLS
        fitting = [w for w in walls if stand_apart(self.main, w)]
        return self.air.choice(fitting or WALLS)

    # -- choices

    def fabric(self) -> Colour:
        """Return the object's own cloth first, any other after that."""
        return self._fabrics.pop() if self._fabrics else self.rng.choice(FABRICS)

    def leather(self) -> Colour:
        """Return the hinted leather, or any."""
        return self._hinted(LEATHERS) or self.rng.choice(list(LEATHERS.values()))

    def chance(self, share: float, *hints: str) -> bool:
        """Say yes in a share of the pictures; a hint says yes, "no-" and it says no."""
        rolled = self.rng.random() < share
        if any(f"no-{hint}" in self.hints for hint in hints):
            return False
        return rolled or any(hint in self.hints for hint in hints)

    def pick(self, *options: Choice) -> Choice:
        """Choose one; a hinted word or colour among the options wins."""
        rolled = self.rng.choice(options)
        for option in options:
            if option in self._wanted or (
                isinstance(option, str) and option in self.hints
            ):
                return option
        return rolled

    def count(self, low: int, high: int) -> int:
        """Choose how many; a hinted number in the range wins."""
        rolled = self.rng.randint(low, high)
        hinted = (n for n in range(low, high + 1) if str(n) in self.hints)
        return next(hinted, rolled)

    def num(self, low: float, high: float) -> float:
        """Choose a measure."""
        return round(self.rng.uniform(low, high), 1)

    # -- parts

    def add(self, text: str) -> None:
        """Add markup as it is."""
        self.parts.append(text)

    def fill(
        self,
        d: str,
        colour: Colour,
        shade: str = "",
        opacity: float = 1,
        turn: Sequence[float] = (),
    ) -> None:
        """Fill an outline; the shade is round, ball, flat or top."""
        extra = markup.opacity(opacity)
        if turn:
            extra += f' transform="rotate({" ".join(str(v) for v in turn)})"'
        self.add(f'<path fill="{hexa(colour)}"{extra} d="{d}"/>')
        if shade:
            self.add(f'<path fill="url(#{shade})"{extra} d="{d}"/>')

    def fill_ring(self, d: str, colour: Colour, shade: str) -> None:
        """Fill an outline whose inner outlines are holes."""
        for paint in (hexa(colour), f"url(#{shade})"):
            self.add(f'<path fill="{paint}" fill-rule="evenodd" d="{d}"/>')

    def shade(self, d: str, shade: str) -> None:
        """Lay light and shade over an outline."""
        self.add(f'<path fill="url(#{shade})" d="{d}"/>')

    def glow(self, cx: float, cy: float, r: float, opacity: float) -> None:
        """Light the air around a lamp or a flame."""
        self.add(
            f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="url(#glow)"'
            f"{markup.opacity(opacity)}/>"
        )

    def line(
        self,
        d: str,
        colour: Colour,
        width: float,
        opacity: float = 1,
        cap: str = "round",
    ) -> None:
        """Stroke an outline."""
        self.add(
            f'<path fill="none" stroke="{hexa(colour)}" stroke-width="{width}"'
            f' stroke-linecap="{cap}" stroke-linejoin="round"'
            f'{markup.opacity(opacity)} d="{d}"/>'
        )

    @contextmanager
    def within(self, d: str) -> Iterator[None]:
        """Clip whatever is added meanwhile to the outline."""
        name = f"c{len(self.clips)}"
        self.clips.append(f'<clipPath id="{name}"><path d="{d}"/></clipPath>')
        with self.group(f'clip-path="url(#{name})"'):
            yield

    @contextmanager
    def leaning(self, degrees: float) -> Iterator[None]:
        """Turn whatever is added meanwhile round the foot of the object."""
        with self.group(f'transform="rotate({degrees} 400 {GROUND})"'):
            yield

    @contextmanager
    def group(self, attributes: str) -> Iterator[None]:
        """Wrap whatever is added meanwhile."""
        self.add(f"<g {attributes}>")
        yield
        self.add("</g>")

    def shadow(self, cx: float, width: float, y: float = GROUND) -> None:
        """Cast the object's shadow to the right, and a dark line under its foot."""
        self.add(
            f'<ellipse cx="{cx + width * 0.16}" cy="{y + 4}" rx="{width * 0.74}"'
            f' ry="{max(14, width * 0.115)}" fill="url(#cast)"/>'
            f'<ellipse cx="{cx}" cy="{y}" rx="{width * 0.52}"'
            f' ry="{max(7, width * 0.05)}" fill="#1b1310" opacity=".22"/>'
        )

    def mouth(
        self,
        at: tuple[float, float, float],
        colour: Colour,
        tilt: float = 0.13,
        inside: Colour | None = None,
        rim: float = 9,
    ) -> None:
        """Open the top of a turned body; `at` is centre, height and radius."""
        cx, y, r = at
        self.fill(oval(cx, y, r, r * tilt), tone(colour, 0.07))
        hollow = inside or tone(colour, -0.16)
        self.fill(oval(cx, y + rim * 0.25, r - rim, (r - rim) * tilt), hollow)

    def svg(self, width: int = 800, height: int = 800) -> str:
        """Return the finished picture."""
        return markup.document("".join(self.parts), self.clips, width, height)
