"""Photos that buyers send with a report: the carton, a crack, not what was ordered."""

from .backdrop import empty_backdrop
from .colour import tone
from .families import FAMILIES, ZOOM
from .outlines import poly
from .scene import GROUND, HORIZON, Scene

# What cracks rather than bends, and how high above the counter its wall is.
_BRITTLE = {"bowl": 72, "mug": 130, "plates": 190, "teapot": 120, "vase": 120}
_DARKER = -0.16
_TAPE, _BOARD, _TOP, _SIDE, _TORN, _INK = (
    (0.90, 0.035, 80),
    (0.72, 0.085, 68),
    (0.79, 0.075, 72),
    (0.65, 0.088, 65),
    (0.53, 0.085, 60),
    (0.43, 0.02, 60),
)


def carton_photo(seed: str) -> str:
    """Draw a parcel as it came, a corner pressed in, 800 x 800."""
    s = Scene(f"carton {seed}")
    empty_backdrop(s, 800, 800, GROUND)
    spread = s.num(0.86, 1.06)
    turn = s.pick(1, -1)
    place = f"translate({400 - 400 * turn * spread} {GROUND - 640 * spread})"
    with s.group(f'transform="{place} scale({turn * spread} {spread})"'):
        s.fill(poly((150, 640), (690, 640), (630, 680), (200, 680)), _INK, opacity=0.3)
        _carton(s)
        _dent(s)
    return s.svg()


def can_crack(family: str) -> bool:
    """Say whether a thing of this family breaks rather than bends."""
    return family in _BRITTLE


def crack_photo(family: str, seed: str) -> str:
    """Draw a thing from near with a crack in its wall, 800 x 800.

    The seed reads `object:hints`, as for the thing's own picture. Raises KeyError for
    what does not crack.
    """
    above = _BRITTLE[family]
    s = Scene(f"{family} {seed}/crack")
    empty_backdrop(s, 800, 800, HORIZON + 160)
    k = ZOOM.get(family, 1) * 1.3
    with s.group(
        f'transform="translate({400 - 400 * k} {720 - GROUND * k}) scale({k})"'
    ):
        FAMILIES[family](s)
        _crack(s, GROUND - above)
    return s.svg()


def other_photo(family: str, seed: str) -> str:
    """Draw a thing darker than its listing shows it, in the light of an evening."""
    s = Scene(f"{family} {seed}/other")
    s.main, s.second = tone(s.main, _DARKER), tone(s.second, _DARKER)
    empty_backdrop(s, 800, 800, GROUND)
    k = ZOOM.get(family, 1) * 1.05
    place = f"rotate(-3 400 400) translate({400 - 400 * k} {GROUND - GROUND * k})"
    with s.group(f'transform="{place} scale({k})"'):
        FAMILIES[family](s)
    s.fill("M0,0H800V800H0z", (0.3, 0.06, 60), opacity=0.22)
    return s.svg()


def _carton(s: Scene) -> None:
    s.fill("M140,240 400,180 680,252V612L400,656 140,600z", _BOARD)
    s.fill("M400,312 680,252V612L400,656z", _SIDE, "flat")
    s.fill("M140,240 400,180 680,252 400,312z", _TOP)
    s.fill("M256,212 300,202 580,274 536,286z", _TAPE, opacity=0.8)
    s.fill("M536,284 580,274V342L536,352z", _TAPE, opacity=0.8)
    s.fill("M444,428 584,402V510L444,534z", (0.96, 0.01, 90))
    for down, length in ((28, 100), (58, 68), (86, 88)):
        start = (464, 426 + down)
        end = (464 + length, 426 + down - length * 0.18)
        s.line(f"M{start[0]},{start[1]}L{end[0]},{end[1]}", _INK, 7)


def _dent(s: Scene) -> None:
    """Press the carton's near corner in."""
    deep = s.num(0, 26)
    s.fill(f"M140,600 140,{508 - deep} 200,552 228,620z", _TORN)
    s.fill(f"M140,{508 - deep} 200,552 252,528 268,{632} 228,620z", tone(_BOARD, -0.09))
    folds = f"M140,{508 - deep}L200,552 252,528M200,552L228,620M252,528L{310},{500}"
    s.line(folds, tone(_TORN, -0.08), 5)


def _crack(s: Scene, middle: float) -> None:
    """Run a crack down a wall: a dark line that branches, light on its edge."""
    x, y = 400 + s.num(-46, 30), middle - s.num(62, 84)
    path, branch = f"M{x},{y}", ""
    for step in range(6):
        x, y = x + s.num(-24, 26), y + s.num(17, 27)
        path += f"L{x},{y}"
        if step in (1, 3):
            side = s.pick(1, -1)
            branch += f"M{x},{y}l{side * s.num(22, 44)},{s.num(4, 22)}"
            branch += f"l{side * s.num(8, 22)},{s.num(8, 20)}"
    dark, light = tone(s.main, -0.3), tone(s.main, 0.16)
    with s.group('transform="translate(2.4 1.6)"'):
        s.line(path, light, 2.4, 0.7)
    s.line(path, dark, 4.2)
    s.line(branch, dark, 2.4)
