"""Home and garden."""

import math

from .colour import BRASS, DARK, LEAVES, PAPER, STEEL, Colour, is_darker, tone
from .ornament import ornament
from .outlines import oval, poly, rect, turned
from .scene import GROUND, Scene


def cushion(s: Scene) -> None:
    c = s.fabric()
    for i in range(s.count(1, 2)):
        k = 1 - i * 0.24
        cx, w = (400 + i * 90, 330 * k)
        cy = GROUND - w * 0.45
        s.shadow(cx, w)
        d = (
            f"M{cx - w / 2},{cy - w * 0.46}q{w / 2},{w * 0.1} {w},0"
            f"q{-w * 0.08},{w * 0.46} 0,{w * 0.92}q{-w / 2},{-w * 0.07} {-w},0"
            f"q{w * 0.08},{-w * 0.46} 0,{-w * 0.92}z"
        )
        s.fill(d, c)
        ornament(s, d, (cx - w / 2, cy - w / 2, w, w), s.second)
        s.shade(d, "ball")
        s.line(d, tone(c, -0.1), 5, 0.8)
        c = s.accent


def blanket(s: Scene) -> None:
    s.shadow(400, 400)
    y: float = GROUND
    for _ in range(s.count(3, 4)):
        h, w = (s.num(66, 92), 390 - s.num(0, 50))
        c = s.fabric()
        x = 400 - w / 2 + s.num(-10, 10)
        d = rect(x, y - h, w, h, 26)
        s.fill(d, c)
        ornament(
            s,
            d,
            (x, y - h, w, h),
            s.pick(PAPER, s.second),
            s.pick("plain", "stripes", "plain", "waves", "dots"),
        )
        s.shade(d, "top")
        s.line(f"M{x + 16},{y - h / 2}H{x + w - 6}", tone(c, -0.14), 4, 0.8)
        y -= h - 2
    if s.chance(0.5):
        for i in range(9):
            s.line(
                f"M{600 - 6 + s.num(-2, 2)},{GROUND - 74 + i * 8}h{s.num(16, 30)}",
                PAPER,
                3.5,
            )


def candle(s: Scene) -> None:
    k = s.count(1, 3)
    for i in range(k):
        cx = 400 + (i - (k - 1) / 2) * 168
        h, r = (
            (s.num(150, 260), s.num(58, 74))
            if k > 1
            else (s.num(190, 240), s.num(96, 120))
        )
        base = GROUND + i % 2 * 12
        y = base - h
        s.shadow(cx, r * 2, base)
        s.glow(cx, y - 36, 150, 0.8)
        c = s.pick(s.main, s.second, PAPER)
        d = turned(cx, [(y, r), (base, r * 0.96)])
        s.fill(d, c, "round")
        s.mouth((cx, y, r), c, inside=tone(PAPER, -0.02), rim=7)
        s.line(f"M{cx},{y}v-22", DARK, 5)
        s.fill(f"M{cx},{y - 74}q26,36 0,58q-26,-22 0,-58z", (0.9, 0.14, 85))
        s.fill(f"M{cx},{y - 48}q12,18 0,30q-12,-12 0,-30z", (0.97, 0.06, 98))
        if s.chance(0.7):
            s.fill(
                rect(cx - r * 0.58, y + h * 0.36, r * 1.16, h * 0.3, 4),
                PAPER if is_darker(c, 0.9) else DARK,
            )
            s.line(
                f"M{cx - r * 0.3},{y + h * 0.47}h{r * 0.6}"
                f"M{cx - r * 0.18},{y + h * 0.55}h{r * 0.36}",
                DARK if is_darker(c, 0.9) else PAPER,
                4,
                0.8,
            )


def soap(s: Scene) -> None:
    s.shadow(400, 330)
    y = GROUND
    for i in range(s.count(2, 3)):
        c = s.pick(
            (0.88, 0.05, 95),
            (0.8, 0.06, 140),
            (0.84, 0.05, 20),
            (0.74, 0.06, 60),
            (0.82, 0.05, 290),
            s.main,
        )
        w, x = (300 - i * 18, 250 + i * 9 + s.num(-12, 12))
        d = rect(x, y - 92, w, 92, 18)
        s.fill(d, c)
        ornament(
            s, d, (x, y - 92, w, 92), tone(c, -0.1), s.pick("plain", "speckle", "waves")
        )
        s.shade(d, "top")
        if i == 0 or s.chance(0.4):
            s.fill(
                rect(x + w * 0.3, y - 93, w * 0.4, 94), s.pick(PAPER, s.second), "top"
            )
            s.line(
                f"M{x + w * 0.38},{y - 54}h{w * 0.24}M{x + w * 0.43},{y - 36}"
                f"h{w * 0.14}",
                DARK,
                5,
                0.75,
            )
        y -= 94
    s.line(f"M330,{y}q30,-40 70,-4q40,-36 66,4", s.pick(*LEAVES), 7)


def bottles(s: Scene) -> None:
    k = s.count(1, 3)
    for i in range(k):
        cx = 400 + (i - (k - 1) / 2) * 165
        h, r = (s.num(180, 300), s.num(58, 76))
        base = GROUND + i % 2 * 14
        y = base - h
        glass = s.pick(
            (0.48, 0.09, 58), (0.36, 0.04, 150), PAPER, s.main, (0.86, 0.03, 200)
        )
        s.shadow(cx, r * 2, base)
        s.fill(
            turned(
                cx,
                [
                    (y, r * 0.38),
                    (y + 24, r * 0.5),
                    (y + 54, r),
                    (base - 8, r),
                    (base, r * 0.92),
                ],
            ),
            glass,
            "round",
        )
        cap = s.pick("pump", "dropper", "cap")
        if cap == "pump":
            s.line(f"M{cx},{y}v-62h-52v14", DARK, 13)
            s.fill(rect(cx - 26, y - 26, 52, 34, 6), DARK, "round")
        elif cap == "dropper":
            s.fill(rect(cx - 24, y - 34, 48, 40, 5), s.metal, "round")
            s.fill(rect(cx - 14, y - 92, 28, 62, 14), DARK, "round")
        else:
            s.fill(
                rect(cx - 30, y - 50, 60, 56, 6), s.pick(s.wood, DARK, BRASS), "round"
            )
        s.fill(
            rect(cx - r * 0.8, y + h * 0.42, r * 1.6, h * 0.38, 3),
            PAPER if is_darker(glass, 0.9) else s.accent,
            "round",
        )
        s.line(
            f"M{cx - r * 0.4},{y + h * 0.55}h{r * 0.8}"
            f"M{cx - r * 0.25},{y + h * 0.63}h{r * 0.5}",
            DARK if is_darker(glass, 0.9) else PAPER,
            5,
            0.75,
        )


def basket(s: Scene) -> None:
    straw = s.pick((0.78, 0.085, 82), (0.7, 0.085, 70), (0.84, 0.06, 88))
    r, h = (s.num(160, 200), s.num(190, 240))
    y = GROUND - h
    s.shadow(400, r * 1.9)
    s.line(
        f"M{400 - r * 0.7},{y + 10}C{400 - r * 0.7},{y - 190}"
        f" {400 + r * 0.7},{y - 190} {400 + r * 0.7},{y + 10}",
        tone(straw, -0.12),
        17,
    )
    d = turned(400, [(y, r), (y + h * 0.5, r * 1.02), (GROUND, r * 0.74)], 0.14)
    s.fill(d, straw)

    def weave() -> None:
        rows = 9
        for i in range(rows):
            for j in range(12):
                x = 400 - r * 1.1 + (j + 0.5 * (i % 2)) * r * 0.2
                s.line(
                    f"M{x},{y + 16 + i * h / rows}"
                    f"q{r * 0.07},{h * 0.05} {r * 0.14},{h * 0.015}",
                    tone(straw, -0.11),
                    7,
                    0.75,
                )
        if s.chance(0.5, "dipped"):
            s.fill(
                f"M{400 - r * 1.1},{y + h * 0.62}q{r * 1.1},{r * 0.2} {r * 2.2},0"
                f"v{h}h{-r * 2.2}z",
                s.main,
            )

    with s.within(d):
        weave()
    s.shade(d, "round")
    s.mouth((400, y, r), straw, 0.14)


def chair(s: Scene) -> None:
    wood = s.pick(s.wood, s.main, DARK)
    seat = s.pick((0.8, 0.07, 85), s.fabric(), s.leather())
    kind = s.pick("spindle", "panel", "shell", "stool", "arm")
    y, seat_y = GROUND + 20, 440
    s.shadow(400, 330, y)
    if kind == "arm":
        _armchair(s, y)
        return
    for top, foot in ((-62, -70), (62, 70)):
        s.line(f"M{400 + top},{seat_y}L{400 + foot},{y - 26}", tone(wood, -0.1), 14)
    _back(s, kind, wood, seat)
    s.fill(rect(282, seat_y - 16, 236, 44, 22), seat, "top")
    for top, foot in ((-96, -124), (96, 124)):
        s.line(f"M{400 + top},{seat_y + 20}L{400 + foot},{y}", wood, 17)
    if s.chance(0.6):
        s.line(f"M290,{y - 90}H510", wood, 9)


def _armchair(s: Scene, y: float) -> None:
    c = s.fabric()
    for dx in (-120, 120):
        s.line(f"M{400 + dx},{y - 90}L{400 + dx * 1.14},{y}", s.wood, 15)
    s.fill(rect(250, 220, 300, 330, 90), c, "round")
    s.fill(rect(226, 400, 72, 180, 34), tone(c, -0.05), "round")
    s.fill(rect(502, 400, 72, 180, 34), tone(c, -0.08), "round")
    s.fill(rect(280, 440, 240, 92, 36), tone(c, 0.05), "top")


def _back(s: Scene, kind: str, wood: Colour, seat: Colour) -> None:
    """Draw the back of a chair whose seat is at 440; a stool has none."""
    if kind == "spindle":
        s.line("M304,440L290,190Q400,150 510,190L496,440", wood, 16)
        for i in range(-2, 3):
            s.line(f"M{400 + i * 36},440L{400 + i * 38},178", wood, 8)
    elif kind == "panel":
        s.line("M310,440V190M490,440V190", wood, 18)
        s.fill(rect(296, 184, 208, s.pick(70, 110), 24), s.pick(wood, seat), "top")
    elif kind == "shell":
        s.fill("M286,440C270,230 300,180 400,180s130,50 114,260z", seat, "round")


def _blades(s: Scene, leaf: Colour, y: float) -> None:
    for i in range(-3, 4):
        tip = (400 + i * s.num(26, 46), y - s.num(160, 300) + abs(i) * 22)
        d = (
            f"M{400 + i * 20 - 17},{y + 8}"
            f"Q{tip[0] - 30},{(y + tip[1]) / 2} {tip[0]},{tip[1]}"
            f"Q{tip[0] + 26},{(y + tip[1]) / 2} {400 + i * 20 + 17},{y + 8}"
            "z"
        )
        s.fill(d, tone(leaf, 0.05 * (i % 2)), "round")
        s.line(
            f"M{400 + i * 20},{y + 4}"
            f"Q{tip[0] - 4},{(y + tip[1]) / 2} {tip[0]},{tip[1]}",
            tone(leaf, 0.14),
            3,
            0.6,
        )


def _cactus(s: Scene, leaf: Colour, y: float) -> None:
    for dx, hh, rr in (
        (0, s.num(220, 280), 60),
        (-84, s.num(90, 140), 34),
        (82, s.num(110, 170), 36),
    ):
        x = 400 + dx * 0.8
        s.fill(rect(x - rr, y - hh, 2 * rr, hh + 30, rr), leaf, "round")
        for t in (-0.4, 0, 0.4):
            s.line(f"M{x + rr * t},{y - hh + rr * 0.7}V{y}", tone(leaf, 0.12), 3, 0.7)


def _twigs(s: Scene, leaf: Colour, y: float, kind: str) -> None:
    count = s.count(7, 10)
    for i in range(count):
        a = math.pi * (0.08 + 0.84 * i / (count - 1))
        long = s.num(170, 270) * (0.75 + 0.3 * math.sin(a))
        tip = (400 - math.cos(a) * long * 0.9, y - math.sin(a) * long)
        s.line(
            f"M400,{y + 6}"
            f"Q{400 - math.cos(a) * long * 0.2},{y - long * 0.6} {tip[0]},{tip[1]}",
            tone(leaf, -0.1),
            6,
        )
        c = tone(leaf, s.pick(-0.04, 0, 0.05))
        if kind == "discs":
            s.fill(oval(tip[0], tip[1], s.num(34, 46)), c, "ball")
        elif kind == "ovals":
            s.fill(
                f"M{tip[0]},{tip[1] - 62}q46,50 0,124q-46,-74 0,-124z",
                c,
                "flat",
                1,
                (90 - math.degrees(a), tip[0], tip[1]),
            )
        else:
            for k in range(5):
                t = 0.4 + k * 0.15
                x, yy = (400 + (tip[0] - 400) * t * t**0.4, y + (tip[1] - y) * t)
                for side in (-1, 1):
                    s.fill(
                        oval(x + side * 22, yy - 4, 25, 8),
                        c,
                        "",
                        1,
                        (side * -24, x, yy),
                    )


def plant(s: Scene) -> None:
    leaf, pot = (s.rng.choice(LEAVES), s.pick(s.main, (0.62, 0.12, 42), PAPER))
    if abs(leaf[0] - s.wall[0]) < 0.1:
        leaf = tone(leaf, -0.14)
    r, h = (s.num(92, 120), s.num(130, 170))
    y = GROUND - h
    kind = s.pick("blades", "discs", "fronds", "cactus", "ovals")
    s.shadow(400, r * 1.9)
    if kind == "blades":
        _blades(s, leaf, y)
    elif kind == "cactus":
        _cactus(s, leaf, y)
    else:
        _twigs(s, leaf, y, kind)
    d = turned(400, [(y, r), (GROUND, r * s.num(0.66, 0.92))])
    s.fill(d, pot)
    ornament(s, d, (400 - r, y + 16, 2 * r, h), s.second)
    s.shade(d, "round")
    if s.chance(0.5):
        s.fill(
            turned(400, [(y - 6, r * 1.07), (y + 26, r * 1.05)]),
            tone(pot, 0.03),
            "round",
        )


def watering_can(s: Scene) -> None:
    c = s.pick(s.main, STEEL, BRASS)
    s.shadow(400, 340)
    y = GROUND
    s.line(
        f"M480,{y - 190}C640,{y - 240} 640,{y - 40} 506,{y - 40}", tone(c, -0.08), 20
    )
    s.line(f"M310,{y - 50}L190,{y - 250}", tone(c, -0.04), 26)
    s.fill(
        poly((150, y - 262), (214, y - 300), (226, y - 240), (186, y - 216)), c, "flat"
    )
    s.fill(turned(400, [(y - 210, 104), (y - 40, 118), (y, 112)]), c, "round")
    s.mouth((400, y - 210, 104), c)
    s.line(
        f"M304,{y - 216}C320,{y - 330} 480,{y - 330} 496,{y - 216}", tone(c, -0.08), 17
    )
