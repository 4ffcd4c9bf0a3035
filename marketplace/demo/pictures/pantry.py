"""Coffee and the pantry."""

from .colour import BRASS, DARK, PAPER, STEEL, Colour, tone
from .ornament import ornament
from .outlines import oval, poly, rect, turned
from .scene import GROUND, Box, Scene


def coffee_bag(s: Scene) -> None:
    w, h = (s.num(220, 260), s.num(320, 370))
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w * 1.1)
    d = (
        f"M{x + 12},{y + 40}L{x + 16},{y}H{x + w - 16}"
        f"L{x + w - 12},{y + 40}q22,{h * 0.5} 4,{h - 50}"
        f"q{-w / 2},26 {-w + 16},0q-18,{-h * 0.5} 4,{50 - h}"
        "z"
    )
    s.fill(d, s.main, "round")
    s.fill(rect(x + 14, y - 4, w - 28, 34, 5), tone(s.main, -0.07), "round")
    s.line(f"M{x + 18},{y + 34}H{x + w - 18}", tone(s.main, -0.16), 3, 0.6)
    lw, lh = (w * 0.64, h * s.num(0.38, 0.46))
    lx, ly = (400 - lw / 2, y + h * 0.36)
    label = s.pick(PAPER, s.second)
    s.fill(rect(lx, ly, lw, lh, s.pick(0, 10, 60)), label)
    cx, cy = 400, ly + lh * 0.38
    _motif(s, (cx, cy, lw, lh), label)
    for i, t in enumerate((0.6, 0.42)):
        s.line(
            f"M{cx - lw * t / 2},{ly + lh * (0.74 + i * 0.12)}h{lw * t}",
            DARK,
            6 - i * 2,
            0.75,
        )
    for _ in range(s.count(0, 7)):
        bx, by = (s.num(470, 640), GROUND + s.num(4, 54))
        s.fill(
            oval(bx, by, 17, 12), (0.34, 0.05, 48), "ball", 1, (s.num(-50, 50), bx, by)
        )


def _motif(s: Scene, box: Box, label: Colour) -> None:
    """Draw what stands on a label; the box begins at its middle."""
    cx, cy, w, _ = box
    kind = s.pick("sun", "hill", "bean", "bars")
    if kind == "sun":
        s.fill(oval(cx, cy, w * 0.24), s.accent)
        s.line(f"M{cx - w * 0.36},{cy + w * 0.16}h{w * 0.72}", label, 6)
    elif kind == "hill":
        ridge = ((-0.36, 34), (-0.1, -30), (0.06, 4), (0.16, -14), (0.36, 34))
        s.fill(poly(*((cx + w * dx, cy + dy) for dx, dy in ridge)), s.accent)
    elif kind == "bean":
        s.fill(oval(cx, cy, 30, 42), (0.36, 0.05, 50), "", 1, (24, cx, cy))
        s.line(f"M{cx + 12},{cy - 30}q-24,28 -22,62", label, 5)
    else:
        for i, c in enumerate((s.accent, s.main, DARK)):
            s.fill(rect(cx - w * 0.3, cy - 30 + i * 24, w * (0.6 - i * 0.14), 14), c)


def moka(s: Scene) -> None:
    c = s.pick(STEEL, STEEL, s.main, (0.3, 0.01, 60))
    s.shadow(400, 240)

    def faceted(y0: float, y1: float, r0: float, r1: float) -> None:
        cuts = (-1, -0.62, 0, 0.62, 1)
        for i, dl in enumerate((0.02, 0.08, -0.02, -0.13)):
            s.fill(
                poly(
                    (400 + r0 * cuts[i], y0),
                    (400 + r0 * cuts[i + 1], y0),
                    (400 + r1 * cuts[i + 1], y1),
                    (400 + r1 * cuts[i], y1),
                ),
                tone(c, dl),
            )

    grip = s.pick(DARK, s.wood, s.second)
    s.line(f"M474,330L{566},318V{440}", grip, 26)
    faceted(GROUND - 170, GROUND, 88, 118)
    s.fill(rect(316, GROUND - 192, 168, 26, 8), tone(c, -0.08), "round")
    faceted(GROUND - 360, GROUND - 192, 116, 80)
    s.fill(
        poly((284, GROUND - 362), (250, GROUND - 372), (300, GROUND - 290)),
        tone(c, -0.03),
    )
    s.fill(
        f"M284,{GROUND - 360}Q400,{GROUND - 420} 516,{GROUND - 360}z",
        tone(c, 0.03),
        "round",
    )
    s.fill(
        turned(400, [(GROUND - 436, 20), (GROUND - 420, 24), (GROUND - 396, 12)], 0.2),
        grip,
        "round",
    )
    s.fill(oval(400, GROUND - 112, 9), tone(c, -0.2))


def pour_over(s: Scene) -> None:
    s.shadow(400, 250)
    y = GROUND
    body = turned(
        400, [(y - 190, 62), (y - 150, 70), (y - 60, 138), (y - 20, 138), (y, 122)]
    )
    s.fill(body, (0.9, 0.015, 220), "round", 0.75)
    s.fill(
        turned(400, [(y - 92, 112), (y - 56, 133), (y - 22, 133), (y - 8, 118)]),
        (0.34, 0.06, 48),
        "round",
        0.93,
    )
    s.line(f"M300,{y - 60}q8,-50 46,-84", (1, 0, 0), 9, 0.55)
    collar = s.pick(s.wood, s.main)
    s.fill(turned(400, [(y - 222, 70), (y - 190, 56), (y - 160, 68)]), collar, "round")
    s.fill(
        turned(400, [(y - 372, 142), (y - 300, 106), (y - 216, 56)]),
        s.pick(s.main, PAPER, (0.9, 0.015, 220)),
        "round",
    )
    s.mouth((400, y - 372, 142), PAPER, inside=(0.42, 0.06, 48))
    if s.chance(0.6):
        s.line(f"M524,{y - 340}c66,-4 58,90 -22,78", collar, 17)


def kettle(s: Scene) -> None:
    c = s.pick(s.main, s.main, STEEL, DARK)
    s.shadow(410, 300)
    y = GROUND
    s.line(
        f"M300,{y - 56}C210,{y - 60} 262,{y - 236} 176,{y - 262}", tone(c, -0.05), 21
    )
    grip = s.pick(s.wood, DARK)
    s.line(f"M470,{y - 226}C560,{y - 270} 610,{y - 220} 586,{y - 110}", c, 15)
    s.line(f"M596,{y - 206}Q606,{y - 160} 586,{y - 110}", grip, 30)
    s.fill(
        turned(400, [(y - 226, 88), (y - 120, 118), (y - 30, 136), (y, 128)]),
        c,
        "round",
    )
    s.fill(
        turned(400, [(y - 256, 34), (y - 248, 70), (y - 226, 90)]),
        tone(c, 0.04),
        "round",
    )
    s.fill(
        turned(400, [(y - 292, 20), (y - 280, 24), (y - 256, 12)], 0.2), grip, "round"
    )


def oil_bottle(s: Scene) -> None:
    k = s.count(1, 2)
    for i in range(k):
        cx = 400 + (i - (k - 1) / 2) * 190
        r, h = (s.num(64, 86), s.num(350, 420) - i * 40)
        y = GROUND - h + i * 12
        base = GROUND + i * 12
        glass = s.pick(
            (0.36, 0.05, 140),
            (0.42, 0.07, 110),
            (0.3, 0.03, 60),
            (0.78, 0.13, 92),
            (0.86, 0.03, 200),
        )
        s.shadow(cx, r * 2, base)
        neck = s.num(17, 22)
        s.fill(
            turned(
                cx,
                [
                    (y + 30, neck),
                    (y + h * 0.24, neck),
                    (y + h * 0.38, r),
                    (base - 14, r),
                    (base, r * 0.92),
                ],
            ),
            glass,
            "round",
            0.96,
        )
        s.line(f"M{cx - r * 0.66},{y + h * 0.48}V{base - 40}", (1, 0, 0), 8, 0.35)
        s.fill(
            rect(cx - neck - 3, y, neck * 2 + 6, 58, 6),
            s.pick(s.wood, DARK, BRASS),
            "round",
        )
        ly = y + h * 0.5
        s.fill(rect(cx - r, ly, 2 * r, h * 0.3), PAPER, "round")
        s.fill(oval(cx, ly + h * 0.1, 19), s.accent)
        s.line(
            f"M{cx - r * 0.5},{ly + h * 0.2}h{r}M{cx - r * 0.3},{ly + h * 0.245}"
            f"h{r * 0.6}",
            DARK,
            4,
            0.7,
        )


def jar(s: Scene) -> None:
    k = s.count(1, 3)
    for i in range(k):
        cx = 400 + (i - (k - 1) / 2) * 178
        r, h = (s.num(74, 88) if k > 1 else 120, s.num(150, 190) if k > 1 else 250)
        base = GROUND + i % 2 * 16
        y = base - h
        inside = s.pick(
            (0.74, 0.15, 78),
            (0.45, 0.16, 22),
            (0.52, 0.1, 120),
            (0.62, 0.16, 48),
            (0.38, 0.11, 345),
            (0.84, 0.1, 92),
        )
        s.shadow(cx, r * 2, base)
        s.fill(
            turned(
                cx, [(y, r * 0.86), (y + h * 0.14, r), (base - 16, r), (base, r * 0.9)]
            ),
            inside,
            "round",
        )
        s.line(f"M{cx - r * 0.7},{y + h * 0.24}V{base - 26}", (1, 0, 0), 8, 0.4)
        if s.chance(0.5):
            s.fill(
                turned(cx, [(y - 34, r * 0.8), (y - 26, r * 0.92), (y + 6, r * 0.94)]),
                s.pick(BRASS, STEEL, s.second),
                "round",
            )
        else:
            cloth = s.second
            d = (
                f"M{cx - r * 0.84},{y - 30}q{r * 0.84},-22 {r * 1.68},0"
                f"l{r * 0.26},44q{-r * 0.3},18 {-r * 0.55},2"
                f"q{-r * 0.3},20 {-r * 0.55},2q{-r * 0.3},18 {-r * 0.55},0"
                f"q{-r * 0.3},12 {-r * 0.55},-4z"
            )
            s.fill(d, cloth, "round")
            s.line(f"M{cx - r * 0.84},{y - 2}q{r * 0.84},14 {r * 1.68},0", s.accent, 6)
        lw = r * 1.3
        s.fill(rect(cx - lw / 2, y + h * 0.36, lw, h * 0.38, s.pick(4, 40)), PAPER)
        s.line(
            f"M{cx - lw * 0.28},{y + h * 0.52}h{lw * 0.56}"
            f"M{cx - lw * 0.18},{y + h * 0.6}h{lw * 0.36}",
            DARK,
            5,
            0.75,
        )


def tins(s: Scene) -> None:
    s.shadow(400, 360)
    for i in range(s.count(2, 3)):
        y = GROUND - i * 72
        w = 330 - i * 16
        c = s.pick(s.main, s.second, s.accent)
        x = 400 - w / 2 + s.num(-16, 16)
        d = rect(x, y - 68, w, 68, 22)
        s.fill(d, c, "round")
        s.fill(rect(x, y - 70, w, 14, 7), tone(BRASS, 0.06), "round")
        with s.within(d):
            s.line(
                f"M{x + w * 0.3},{y - 30}q{w * 0.1},-26 {w * 0.3},-4"
                f"l{w * 0.1},-14v28l{-w * 0.1},-14q{-w * 0.2},22 {-w * 0.3},4"
                "z",
                PAPER,
                5,
            )
    cx = 470
    s.fill(oval(cx + 60, GROUND + 22, 40), (0.84, 0.14, 98), "ball")


def chocolate(s: Scene) -> None:
    s.shadow(400, 300)
    c = s.main
    with s.leaning(-7):
        s.fill(rect(270, 270, 240, 380, 6), (0.36, 0.05, 42), "flat")
        for i in range(2):
            for j in range(3):
                s.fill(
                    rect(282 + j * 74, 282 + i * 62, 66, 54, 5),
                    (0.42, 0.055, 42),
                    "flat",
                )
        s.fill(
            poly(
                (262, 400),
                (300, 388),
                (340, 404),
                (390, 390),
                (440, 406),
                (518, 392),
                (518, 656),
                (262, 656),
            ),
            tone(BRASS, 0.1),
            "flat",
        )
        s.fill(rect(262, 430, 256, 226, 4), c, "flat")
        ornament(
            s,
            rect(262, 430, 256, 226),
            (262, 430, 256, 226),
            s.second,
            s.pick("waves", "dots", "stripes"),
        )
        s.fill(rect(310, 490, 160, 90, 4), PAPER)
        s.line("M340,522h100M362,546h56", DARK, 6, 0.8)
