"""Whole pictures: a product, a category's tile, a seller's banner and mark, a scene."""

import random
from collections.abc import Sequence

from .backdrop import backdrop, empty_backdrop
from .colour import DEEP_WALLS, GLAZES, LIGHT_WALLS, WALLS, Colour, hexa
from .families import (
    FAMILIES,
    GROUPS,
    HALF_WIDTH,
    UNFIT_FOR_ROWS,
    WIDEST,
    ZOOM,
    Family,
)
from .outlines import oval
from .scene import GROUND, Scene

Place = tuple[Family, float, float]

# Views of one thing: how much nearer, and where its middle moves to.
_VIEWS = {"1": (1.0, 0, 0), "2": (1.55, -40, 90), "3": (0.86, 0, -8), "4": (2, 90, 70)}

# What hangs reaches the top of a tile at this size.
_ALONE = 0.86


def product_picture(family: str, seed: str) -> str:
    """Draw one product, 800 x 800.

    The seed reads `object:hints/view`: the same object and hints show the same thing
    in every view (1 to 4). The same words always give the same bytes.

    Raises KeyError for an unknown family.
    """
    draw = FAMILIES[family]
    s = Scene(f"{family} {seed}")
    nearer, right, down = _VIEWS[seed.partition("/")[2] or "1"]
    backdrop(s)
    k = ZOOM.get(family, 1) * nearer
    x, y = 400 - 400 * k + right, GROUND + 22 * (k > 1) - GROUND * k + down
    with s.group(f'transform="translate({x} {y}) scale({k:.2f})"'):
        draw(s)
    return s.svg()


def tile(families: Sequence[str], seed: str) -> str:
    """Draw a category's tile, 800 x 600: its first thing and another on one counter.

    Where nothing of it stands well in a row, one alone, from the top of the picture.
    """
    rng = random.Random(f"tile:{seed}")
    draws = [FAMILIES[family] for family in families]
    fit = [draw for draw in draws if draw not in UNFIT_FOR_ROWS]
    pair = [fit[0], rng.choice(fit[1:])] if len(fit) > 1 else fit * 2
    wall = rng.choice(WALLS)
    places = _in_a_row(pair, 800, 0.72) or [(rng.choice(draws), 400, _ALONE)]
    return _counter(f"tile:{seed}", places, (800, 600, 500), wall)


def banner(category: str, seed: str) -> str:
    """Draw a seller's banner, 1600 x 400: a row of things of one category."""
    rng = random.Random(f"banner:{category}:{seed}")
    draws = _fit_for_rows(category)
    wall = rng.choice(DEEP_WALLS + LIGHT_WALLS[:4])
    places = _in_a_row([rng.choice(draws) for _ in range(7)], 1600, 0.54)
    return _counter(f"banner:{category}:{seed}", places, (1600, 400, 336), wall)


def scene(seed: str, families: Sequence[str], *, free: float = 0.43) -> str:
    """Draw a hero, 1600 x 760: a free share on the left for words, things beside it."""
    width, height, gap = 1600, 760, 14
    halves = [HALF_WIDTH.get(family, WIDEST) for family in families]
    room = width * (1 - free) - gap * len(families)
    k = min(0.66, room / (2 * sum(halves)))
    spare = (room - 2 * k * sum(halves)) / 2
    x = width - gap - room + spare - gap * (len(families) - 1)
    places: list[Place] = []
    for family, half in zip(families, halves, strict=True):
        places.append((FAMILIES[family], x + half * k, k * 1.12))
        x += 2 * half * k + gap
    wall = random.Random(f"scene:{seed}").choice(LIGHT_WALLS)
    size = (width, height, int(height * 0.86))
    return _counter(f"scene:{seed}", places, size, wall)


def mark(seed: str) -> str:
    """Draw a seller's mark, 160 x 160: four tiles of simple shapes, three colours."""
    rng = random.Random(f"mark:{seed}")
    glazes = list(GLAZES.values())
    ground = rng.choice([c for c in glazes if c[0] < 0.6 or c[1] > 0.1])
    one = rng.choice([c for c in glazes if abs(c[0] - ground[0]) > 0.25])
    two = rng.choice(
        [c for c in glazes if abs(c[0] - ground[0]) > 0.15 and c is not one]
    )
    symmetric = rng.random() < 0.45
    tiles = _mirrored(rng, one, two) if symmetric else _mixed(rng, one, two)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160"'
        f' width="160" height="160"><rect width="160" height="160"'
        f' fill="{hexa(ground)}"/>{"".join(tiles)}</svg>\n'
    )


_MOTIFS = {
    "quarter": "M0,60V0A60,60 0 0 1 60,60z",
    "half": "M0,60A30,30 0 0 1 60,60z",
    "dot": oval(30, 30, 19),
    "leaf": "M0,0H30A30,30 0 0 1 60,30V60H30A30,30 0 0 1 0,30z",
    "steps": "M0,60V0H20V20H40V40H60V60z",
    "ring": "M0,60V0A60,60 0 0 1 60,60H34A34,34 0 0 0 0,26z",
}
_CORNERS = ((20, 20), (80, 20), (20, 80), (80, 80))


def _motif(name: str, corner: tuple[int, int], spin: int, colour: Colour) -> str:
    x, y = corner
    place = f"translate({x} {y}) rotate({spin} 30 30)"
    return f'<path fill="{hexa(colour)}" transform="{place}" d="{_MOTIFS[name]}"/>'


def _mirrored(rng: random.Random, one: Colour, two: Colour) -> list[str]:
    name = rng.choice(["quarter", "half", "dot", "leaf"])
    spins, colours = (0, 90, 270, 180), (one, two, two, one)
    return [
        _motif(name, corner, spin, colour)
        for corner, spin, colour in zip(_CORNERS, spins, colours, strict=True)
    ]


def _mixed(rng: random.Random, one: Colour, two: Colour) -> list[str]:
    return [
        _motif(
            rng.choice(list(_MOTIFS)),
            corner,
            rng.choice((0, 90, 180, 270)),
            one if rng.random() < 0.6 else two,
        )
        for corner in _CORNERS
    ]


def _fit_for_rows(category: str) -> list[Family]:
    group = GROUPS[category]
    return [draw for draw in group if draw not in UNFIT_FOR_ROWS] or group


def _in_a_row(draws: Sequence[Family], width: int, scale: float) -> list[Place]:
    step = width / (len(draws) + 0.7)
    return [(draw, step * (i + 0.85), scale) for i, draw in enumerate(draws)]


def _counter(
    seed: str, places: Sequence[Place], size: tuple[int, int, int], wall: Colour
) -> str:
    """Draw each thing in its own colours; every second one stands a little nearer."""
    width, height, ground = size
    s = Scene(seed, wall)
    empty_backdrop(s, width, height, ground)
    for i, (draw, x, scale) in enumerate(places):
        s.recolour(wall)
        k = scale * s.rng.uniform(0.9, 1.06)
        y = ground + (i % 2) * height * 0.03
        shift = f"translate({x - 400 * k} {y - GROUND * k})"
        with s.group(f'transform="{shift} scale({k:.2f})"'):
            draw(s)
    return s.svg(width, height)
