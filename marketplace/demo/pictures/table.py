"""The kitchen and the table."""

import math

from .colour import BRASS, DARK, GLAZES, LEAVES, PAPER, STEEL, WOODS, Colour, tone
from .ornament import ornament
from .outlines import oval, rect, turned
from .scene import GROUND, Scene


def mug(s: Scene) -> None:
    h, r = (s.num(210, 300), s.num(105, 140))
    y = GROUND - h
    foot = r * s.num(0.72, 1)
    d = turned(
        400,
        [
            (y, r),
            (y + h * 0.5, r * s.pick(1, 1.05, 0.97)),
            (GROUND - 22, foot * 1.02),
            (GROUND, foot * 0.92),
        ],
    )
    s.shadow(400, r * 2.1)
    grip = h * s.num(0.52, 0.64)
    thick = s.num(24, 34)
    if "no-handle" not in s.hints:
        s.line(
            f"M{400 + r * 0.9},{y + h * 0.2}"
            f"c{grip * 0.62},{-grip * 0.08} {grip * 0.62},{grip * 1.08}"
            f" {-r * 0.02},{grip}",
            tone(s.main, -0.07),
            thick,
        )
    s.fill(d, s.main)
    ornament(s, d, (400 - r, y + 20, 2 * r, h), s.second)
    s.shade(d, "round")
    s.mouth(
        (400, y, r),
        s.main,
        inside=(0.33, 0.05, 50) if s.chance(0.45, "filled") else None,
    )


def bowl(s: Scene) -> None:
    h, r = (s.num(150, 210), s.num(185, 235))
    y = GROUND - h
    foot = r * s.num(0.34, 0.5)
    d = turned(
        400,
        [
            (y, r),
            (y + h * 0.35, r * 0.95),
            (y + h * 0.75, r * 0.66),
            (GROUND - 20, foot),
            (GROUND, foot),
        ],
        0.2,
    )
    s.shadow(400, r * 1.4)
    s.fill(d, s.main)
    ornament(s, d, (400 - r, y + 30, 2 * r, h), s.second)
    s.shade(d, "round")
    s.mouth((400, y, r), s.main, 0.2, tone(s.pick(s.main, s.second), -0.1))
    if s.chance(0.4, "fruit"):
        fruit = s.pick((0.82, 0.15, 95), (0.62, 0.17, 35), (0.66, 0.13, 130))
        for dx, dy in ((-70, 2), (20, -6), (92, 4)):
            with s.within(f"M0,0H800V{y}a{r},{r * 0.2} 0 0 1 -800,0z"):
                s.fill(oval(400 + dx, y + dy - 26, 52, 48), fruit, "ball")
        with s.within(d):
            s.fill(
                f"M{400 - r},{y}a{r},{r * 0.2} 0 0 0 {2 * r},0v{h}h{-2 * r}z",
                s.main,
                "round",
            )


def vase(s: Scene) -> None:
    h, r = s.num(270, 350), s.num(95, 140)
    y = GROUND - h
    neck = r * s.num(0.26, 0.46)
    profile = _vase_profile(s.pick(*_VASES), (y, h, r, neck))
    s.shadow(400, profile[-1][1] * 2.3)
    if s.chance(0.65):
        leaf = s.pick(*LEAVES, (0.8, 0.09, 80), (0.72, 0.1, 30))
        for _ in range(s.count(2, 4)):
            _twig(s, leaf, y)
    d = turned(400, profile)
    s.fill(d, s.main)
    wide = max(radius for _, radius in profile)
    ornament(s, d, (400 - wide, y + h * 0.15, 2 * wide, h * 0.85), s.second)
    s.shade(d, "round")
    s.mouth((400, y, profile[0][1]), s.main, rim=6)


# Profiles from top to bottom: how far down, then shares of belly and of neck.
_VASES: dict[str, list[tuple[float, float, float]]] = {
    "bottle": [(0, 0, 1), (0.3, 0, 0.9), (0.5, 0.8, 0), (0.75, 1, 0), (1, 0.7, 0)],
    "belly": [(0, 0, 1.5), (0.12, 0, 1.2), (0.5, 1, 0), (0.85, 0.72, 0), (1, 0.55, 0)],
    "column": [(0, 0.62, 0), (0.1, 0.7, 0), (0.9, 0.74, 0), (1, 0.68, 0)],
    "flare": [(0, 1, 0), (0.3, 0.55, 0), (0.6, 0.48, 0), (0.88, 0.72, 0), (1, 0.7, 0)],
    "double": [(0, 0, 1.3), (0.2, 0.68, 0), (0.42, 0, 1.3), (0.72, 1, 0), (1, 0.62, 0)],
}


def _vase_profile(
    kind: str, size: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    y, h, r, neck = size
    return [
        (y + h * down, r * belly + neck * throat)
        for down, belly, throat in _VASES[kind]
    ]


def _twig(s: Scene, leaf: Colour, y: float) -> None:
    """Draw a twig with four leaves, standing in a neck at the height y."""
    right, top = s.num(-150, 150), y - s.num(110, 190)
    stem = f"M400,{y + 10}Q{400 + right * 0.2},{y - 80} {400 + right},{top}"
    s.line(stem, tone(leaf, -0.12), 5)
    for k in range(4):
        t = 0.45 + k * 0.18
        cx, cy = 400 + right * t * t, y + (top - y) * t
        side = 1 if k % 2 else -1
        turn = (side * -28 + right * 0.12, cx, cy)
        s.fill(oval(cx + side * 20, cy, 24, 11), leaf, "flat", turn=turn)


def plates(s: Scene) -> None:
    r = s.num(170, 205)
    cx, cy = (375, GROUND - r - 12)
    s.shadow(400, r * 1.9)
    s.fill(oval(cx, cy, r), s.main, "flat")
    ornament(
        s,
        oval(cx, cy, r),
        (cx - r, cy - r, 2 * r, 2 * r),
        s.second,
        s.pick("plain", "speckle", "plain"),
    )
    ring = s.pick("rim", "double", "sun", "plain")
    if ring in ("rim", "double"):
        s.line(oval(cx, cy, r - 14), s.second, s.num(6, 14))
    if ring == "double":
        s.line(oval(cx, cy, r - 44), s.second, 4)
    if ring == "sun":
        for i in range(18):
            a = math.tau * i / 18
            s.line(
                f"M{cx + math.cos(a) * r * 0.72},{cy + math.sin(a) * r * 0.72}"
                f"L{cx + math.cos(a) * r * 0.9},{cy + math.sin(a) * r * 0.9}",
                s.second,
                9,
            )
    s.line(oval(cx, cy, r * 0.62), tone(s.main, -0.1), 4, 0.7)
    bx, br, bh = (520, s.num(76, 100), s.num(76, 100))
    y = GROUND + 14 - bh
    s.shadow(bx, br * 1.5, GROUND + 14)
    d = turned(bx, [(y, br), (y + bh * 0.6, br * 0.8), (GROUND + 14, br * 0.5)], 0.22)
    s.fill(d, s.second if s.chance(0.5) else s.main, "round")
    s.mouth((bx, y, br), s.second, 0.22)


def teapot(s: Scene) -> None:
    r, h = (s.num(130, 160), s.num(190, 230))
    y = GROUND - h
    s.shadow(400, r * 2)
    over = s.chance(0.5, "hoop")
    grip = s.pick(s.wood, tone(s.main, -0.08), BRASS)
    if over:
        s.line(
            f"M{400 - r * 0.7},{y + 34}C{400 - r * 0.8},{y - 160}"
            f" {400 + r * 0.8},{y - 160} {400 + r * 0.7},{y + 34}",
            grip,
            17,
        )
    else:
        s.line(f"M{400 + r * 0.8},{y + 40}c120,-30 120,150 -12,112", grip, 24)
    s.fill(
        f"M{400 - r * 0.75},{y + h * 0.72}C{400 - r * 1.3},{y + h * 0.62}"
        f" {400 - r * 1.25},{y + h * 0.3} {400 - r * 1.72},{y + h * 0.08}"
        f"l30,-18C{400 - r * 1.1},{y + h * 0.1} {400 - r},{y + h * 0.3}"
        f" {400 - r * 0.7},{y + h * 0.36}z",
        tone(s.main, -0.03),
        "top",
    )
    d = turned(
        400,
        [
            (y, r * 0.5),
            (y + h * 0.18, r * 0.8),
            (y + h * 0.5, r),
            (y + h * 0.82, r * 0.84),
            (GROUND, r * 0.58),
        ],
    )
    s.fill(d, s.main)
    ornament(s, d, (400 - r, y + 30, 2 * r, h), s.second)
    s.shade(d, "round")
    s.fill(
        turned(400, [(y - 26, r * 0.16), (y - 16, r * 0.38), (y + 4, r * 0.52)]),
        tone(s.main, 0.03),
        "round",
    )
    s.fill(oval(400, y - 40, 19), grip if not over else s.second, "ball")


def glasses_set(s: Scene) -> None:
    glass = s.pick(
        (0.86, 0.04, 200),
        (0.82, 0.07, 150),
        (0.84, 0.06, 30),
        (0.88, 0.03, 90),
        (0.78, 0.08, 300),
    )
    k = s.count(2, 3)
    for i in range(k):
        cx = 400 + (i - (k - 1) / 2) * 158
        h, r = (s.num(190, 220), 66)
        base = GROUND + i % 2 * 14
        y = base - h
        s.shadow(cx, r * 1.6, base)
        d = turned(cx, [(y, r), (y + h * 0.7, r * 0.92), (base, r * 0.78)])
        s.fill(d, glass, "round", 0.72)
        s.fill(
            turned(
                cx,
                [
                    (y + h * 0.42, r * 0.9),
                    (y + h * 0.8, r * 0.84),
                    (base - 12, r * 0.74),
                ],
            ),
            s.pick((0.62, 0.14, 35), (0.78, 0.12, 85), (0.8, 0.05, 210)),
            "",
            0.7,
        )
        s.line(oval(cx, y, r, r * 0.13), (1, 0, 0), 4, 0.7)
        s.line(
            f"M{cx - r * 0.62},{y + 34}L{cx - r * 0.55},{base - 50}", (1, 0, 0), 7, 0.5
        )


def casserole(s: Scene) -> None:
    r, h = (s.num(180, 215), s.num(150, 190))
    y = GROUND - h
    s.shadow(400, r * 2.1)
    for side in (-1, 1):
        s.line(
            f"M{400 + side * (r - 6)},{y + 40}c{side * 56},-8 {side * 56},48 0,42",
            tone(s.main, -0.09),
            21,
        )
    d = turned(400, [(y, r), (y + h * 0.8, r * 0.97), (GROUND, r * 0.86)], 0.1)
    s.fill(d, s.main, "round")
    s.fill(
        turned(
            400,
            [
                (y - 58, r * 0.2),
                (y - 42, r * 0.62),
                (y - 4, r * 1.03),
                (y + 10, r * 1.03),
            ],
            0.1,
        ),
        tone(s.main, 0.03),
        "round",
    )
    s.fill(
        turned(400, [(y - 100, 30), (y - 86, 34), (y - 72, 15), (y - 56, 17)], 0.2),
        s.pick(BRASS, STEEL, DARK),
        "round",
    )


def pan(s: Scene) -> None:
    r = s.num(165, 195)
    cx, cy = (352, GROUND - r + 4)
    steel = s.pick((0.36, 0.008, 250), (0.3, 0.012, 60), STEEL, (0.62, 0.09, 50))
    s.shadow(390, r * 2)
    grip = s.pick(s.wood, DARK, steel)
    s.line(f"M{cx + r * 0.7},{cy - r * 0.5}L{cx + r * 1.05},{cy - r * 0.78}", steel, 30)
    s.line(
        f"M{cx + r * 1.05},{cy - r * 0.78}L{cx + r * 1.66},{cy - r * 1.26}", grip, 38
    )
    s.fill(oval(cx + r * 1.62, cy - r * 1.23, 8), s.wall)
    s.fill(oval(cx, cy, r), steel, "flat")
    s.fill(oval(cx, cy, r - 20), tone(steel, -0.07), "flat")
    s.line(oval(cx, cy, r - 40), tone(steel, 0.05), 3, 0.5)
    s.line(
        f"M{cx - r * 0.6},{cy - r * 0.2}"
        f"A{r * 0.66},{r * 0.66} 0 0 1 {cx - r * 0.1},{cy - r * 0.62}",
        (1, 0, 0),
        10,
        0.22,
    )


def knives(s: Scene) -> None:
    bar, k = (s.wood, s.count(1, 3))
    grip = s.pick(DARK, s.pick(*WOODS), GLAZES["plum"], GLAZES["forest"], PAPER)
    s.fill(rect(150, 468, 500, 62, 12), tone(s.wall, -0.14), "", 0.5)
    s.fill(rect(140, 456, 520, 62, 10), bar, "top")
    shapes = ["chef", "santoku", "paring", "bread", "slicer"]
    s.rng.shuffle(shapes)
    shapes.sort(key=lambda shape: shape not in s.hints)
    for i in range(k):
        x = 400 + (i - (k - 1) / 2) * 140
        long, wide = {
            "chef": (330, 66),
            "santoku": (280, 72),
            "paring": (190, 40),
            "bread": (340, 50),
            "slicer": (350, 40),
        }[shapes[i]]
        tip, heel = (540 - long, 540)
        s.fill(
            f"M{x + 12},{heel + 6}V{tip + 26}l{wide - 10},200V{heel + 6}z",
            (0.2, 0.01, 60),
            "",
            0.16,
        )
        if shapes[i] == "bread":
            d = (
                f"M{x - wide / 2},{heel}V{tip}q{wide},4 {wide},60"
                + "l-7,12 7,12" * int((long - 60) / 24)
                + f"V{heel}z"
            )
        elif shapes[i] == "santoku":
            d = (
                f"M{x - wide / 2},{heel}V{tip + 60}q6,-56 {wide * 0.62},-60"
                f"q{wide * 0.38},30 {wide * 0.38},120V{heel}"
                "z"
            )
        else:
            d = (
                f"M{x - wide / 2},{heel}V{tip}q{wide * 0.95},60 {wide},{long * 0.66}"
                f"V{heel}z"
            )
        s.fill(d, (0.86, 0.006, 250), "round")
        s.line(f"M{x - wide / 2 + 9},{heel - 6}V{tip + 40}", (1, 0, 0), 3, 0.7)
        s.fill(rect(x - wide / 2, heel, wide * 0.62, 20, 3), (0.66, 0.01, 250), "round")
        s.fill(
            rect(x - wide / 2 - 2, heel + 18, wide * 0.56 + 8, 150, 16), grip, "round"
        )
        for j in range(3):
            s.fill(oval(x - wide / 2 + wide * 0.3, heel + 48 + j * 44, 4.5), BRASS)


def boards(s: Scene) -> None:
    s.shadow(400, 380)
    for i in range(s.count(2, 3)):
        w, h = (s.num(190, 260), s.num(300, 420) - i * 70)
        x, y = (210 + i * s.num(70, 100), GROUND - h + i * 8)
        wood = s.rng.choice(WOODS)
        shape = s.pick("slab", "paddle", "round")
        d = (
            oval(x + w / 2, GROUND - w / 2 + i * 8, w / 2)
            if shape == "round"
            else rect(x, y, w, h, s.pick(14, 40))
        )
        if shape == "paddle":
            s.fill(rect(x + w / 2 - 32, y - 84, 64, 120, 30), wood, "flat")
            s.fill(oval(x + w / 2, y - 50, 12), s.wall)
        s.fill(d, wood, "flat")
        with s.within(d):
            for t in (0.16, 0.34, 0.5, 0.7, 0.88):
                s.line(
                    f"M{x + w * t},{y - 20}"
                    f"c{s.num(-14, 14)},140 {s.num(-14, 14)},280 0,520",
                    tone(wood, -0.06),
                    s.num(3, 9),
                    0.5,
                )
        s.line(d, tone(wood, -0.09), 3, 0.6)
        if shape == "slab":
            s.fill(oval(x + w - 36, y + 36, 13), tone(s.wall, -0.1))
