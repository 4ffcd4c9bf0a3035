"""Carried and worn."""

from .colour import BRASS, DARK, PAPER, STEEL, Colour, is_darker, tone
from .ornament import ornament
from .outlines import oval, rect
from .scene import GROUND, Box, Scene


def backpack(s: Scene) -> None:
    c, trim = (s.fabric(), s.leather())
    w, h = (s.num(270, 310), s.num(370, 420))
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w * 1.1)
    for side in (-1, 1):
        s.line(
            f"M{400 + side * w * 0.36},{y + 60}"
            f"C{400 + side * (w * 0.5 + 62)},{y + 120}"
            f" {400 + side * (w * 0.5 + 54)},{GROUND - 90}"
            f" {400 + side * w * 0.44},{GROUND - 40}",
            tone(c, -0.1),
            26,
        )
    s.line(f"M360,{y + 10}c0,-52 80,-52 80,0", trim, 15)
    kind = s.pick("dome", "roll", "flap")
    s.fill(rect(x, y, w, h, 96 if kind == "dome" else 40), c, "round")
    if kind == "roll":
        s.fill(rect(x - 6, y - 16, w + 12, 66, 30), tone(c, -0.06), "top")
        s.line(f"M400,{y + 30}v110", trim, 20)
        s.fill(rect(384, y + 100, 32, 32, 5), BRASS, "flat")
    elif kind == "flap":
        s.fill(
            f"M{x - 6},{y + 50}q0,-56 56,-56h{w - 100}"
            f"q56,0 56,56v{h * 0.3}q0,34 -34,34h{44 - w}"
            "q-34,0 -34,-34z",
            tone(c, 0.04),
            "round",
        )
        for dx in (-60, 60):
            s.line(f"M{400 + dx},{y + 120}v110", trim, 20)
            s.fill(rect(385 + dx, y + 196, 30, 26, 4), BRASS, "flat")
    else:
        s.line(
            f"M{x + 34},{y + 150}q0,-104 {w / 2 - 34},-104t{w / 2 - 34},104",
            tone(c, -0.16),
            5,
        )
    ph = h * 0.4
    s.fill(rect(x + 26, GROUND - ph - 18, w - 52, ph, 28), tone(c, 0.035), "round")
    s.line(f"M{x + 44},{GROUND - ph + 16}H{x + w - 44}", tone(c, -0.16), 6)
    s.fill(rect(400 - 26, GROUND - ph * 0.55, 52, 34, 5), trim, "flat")


def tote(s: Scene) -> None:
    c = s.pick(PAPER, s.fabric(), s.fabric())
    w, h = s.num(300, 350), s.num(290, 340)
    y = GROUND - h
    s.shadow(400, w)
    for dy, darker in ((-16, -0.1), (0, -0.03)):
        loop = (
            f"M{400 - w * 0.22},{y + 24}C{400 - w * 0.24},{y - 190 + dy}"
            f" {400 + w * 0.24},{y - 190 + dy} {400 + w * 0.22},{y + 24}"
        )
        s.line(loop, tone(c, darker), 19)
    d = (
        f"M{400 - w * 0.46},{y}H{400 + w * 0.46}L{400 + w * 0.52},{GROUND - 12}"
        f"q{-w * 0.52},26 {-w * 1.04},0z"
    )
    s.fill(d, c)
    with s.within(d):
        _print(s, (400, y, w, h), s.accent if not is_darker(c, 0.6) else PAPER)
    s.shade(d, "round")
    s.line(f"M{400 - w * 0.44},{y + 22}H{400 + w * 0.44}", tone(c, -0.14), 3, 0.8)


def _print(s: Scene, box: Box, ink: Colour) -> None:
    """Print a bag; the box begins at its middle."""
    x, y, w, h = box
    cy = y + h * 0.52
    kind = s.pick("disc", "stripe", "split", "type", "arches")
    if kind == "disc":
        s.fill(oval(x, cy, w * 0.2), ink)
    elif kind == "stripe":
        for i in range(6):
            s.line(f"M0,{y + 40 + i * h / 6}h800", ink, 15, 1, "butt")
    elif kind == "split":
        s.fill(rect(0, y + h * 0.62, 800, h), ink)
    elif kind == "type":
        words = "".join(
            f"M{x - w * share / 2},{cy - 40 + i * 40}h{w * share}"
            for i, share in enumerate((0.5, 0.62, 0.34))
        )
        s.line(words, ink, 17, 1, "butt")
    else:
        for r in (w * 0.26, w * 0.17, w * 0.08):
            arch = f"M{x - r},{cy + 46}a{r},{r} 0 0 1 {2 * r},0"
            s.line(arch, ink, 14, 1, "butt")


def satchel(s: Scene) -> None:
    c = s.leather()
    w, h = (s.num(360, 410), s.num(230, 260))
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w)
    s.line(
        f"M{x + 20},{y + 30}C{x - 10},120 {x + w + 10},120 {x + w - 20},{y + 30}",
        tone(c, -0.06),
        16,
    )
    s.fill(rect(x, y, w, h, 34), tone(c, -0.04), "round")
    s.fill(
        f"M{x - 5},{y + 30}q0,-36 36,-36h{w - 62}"
        f"q36,0 36,36v{h * 0.34}q0,{h * 0.24} -70,{h * 0.24}"
        f"h{150 - w - 10}q-70,0 -70,{-h * 0.24}z",
        c,
        "flat",
    )
    for dx in (-w * 0.24, w * 0.24):
        s.fill(rect(400 + dx - 15, y + h * 0.3, 30, h * 0.46, 6), tone(c, -0.1), "flat")
        s.fill(
            rect(400 + dx - 21, y + h * 0.5, 42, 30, 5), s.pick(BRASS, STEEL), "flat"
        )


def sneaker(s: Scene) -> None:
    c, sole = (s.main, s.pick(PAPER, PAPER, (0.7, 0.08, 60), s.second))
    y = GROUND
    s.shadow(400, 460)
    high = s.chance(0.35, "high")
    top = 300 if high else 400
    d = (
        f"M196,{y - 40}C180,{y - 150} 190,{top + 30} 214,{top}"
        f"q50,26 106,-6L{372},{top + 26}C430,{y - 130} 500,{y - 112} 566,{y - 96}"
        "q54,14 52,58z"
    )
    s.fill(d, c, "top")
    with s.within(d):
        s.fill(f"M190,{y}V{top}h60q-8,110 40,{y - top}z", s.second, "top")
        s.fill(f"M540,{y}q0,-90 40,-110h90v120z", tone(c, -0.07))
    for i in range(4):
        x, yy = (356 + i * 40, top + 56 + i * (y - 150 - top - 40) / 3.4)
        s.line(f"M{x},{yy}l44,-26", PAPER if is_darker(c, 0.85) else DARK, 9)
    s.fill(
        f"M190,{y - 46}q210,22 430,6q22,2 18,24t-30,20H216q-30,0 -30,-26z", sole, "top"
    )
    s.line(f"M196,{y - 26}q210,18 430,6", s.pick(s.accent, tone(sole, -0.12)), 5)


def eyewear(s: Scene) -> None:
    c = s.pick(s.leather(), DARK, s.main, s.accent)
    lens = s.pick(
        (0.9, 0.02, 220), (0.55, 0.05, 150), (0.42, 0.03, 60), (0.66, 0.07, 40)
    )
    s.shadow(400, 430)
    r = s.num(92, 108)
    cy = GROUND - r - 10
    shape = s.pick("round", "square", "panto")
    for side in (-1, 1):
        s.line(
            f"M{400 + side * (r * 2 + 20)},{cy - 46}l{side * 26},-34l{-side * 70},-92",
            tone(c, -0.05),
            15,
        )
    for side in (-1, 1):
        cx = 400 + side * (r + 26)
        d = {
            "round": oval(cx, cy, r),
            "square": rect(cx - r, cy - r * 0.8, 2 * r, r * 1.72, 40),
            "panto": f"M{cx - r},{cy - r * 0.6}q{r},{-r * 0.5} {2 * r},0"
            f"q{r * 0.1},{r * 1.5} {-r},{r * 1.56}t{-r},{-r * 1.56}"
            "z",
        }[shape]
        s.fill(d, lens, "flat", 0.8)
        s.line(
            f"M{cx - r * 0.5},{cy + r * 0.1}L{cx + r * 0.05},{cy - r * 0.5}",
            (1, 0, 0),
            13,
            0.45,
        )
        s.line(d, c, 19)
    s.line(f"M{376},{cy - 18}q24,-26 48,0", c, 16)


def shirt(s: Scene) -> None:
    c = s.fabric()
    knit = s.chance(0.5, "knit")
    s.line("M400,96q26,-6 18,-30t-34,-12", s.metal, 7)
    s.line("M262,176L400,110L538,176", s.wood, 13)
    sleeve = 250 if knit else 130
    body = (
        f"M300,158q100,54 200,0l76,36l{64},{sleeve}"
        f"l-70,28l-34,{-sleeve * 0.5}V{GROUND - 20}"
        f"H264V{222 + sleeve * 0.45}l-34,{sleeve * 0.5}"
        f"l-70,-28l{64},{-sleeve}z"
    )
    s.shadow(400, 320, GROUND + 22)
    s.fill(body, c)
    ornament(
        s,
        body,
        (150, 240, 500, 400),
        s.second,
        s.pick("plain", "plain", "stripes", "band")
        if not knit
        else s.pick("plain", "stripes", "waves"),
    )
    s.shade(body, "round")
    s.line("M304,160q96,66 192,0", tone(c, -0.12), 12)
    if knit:
        s.line(f"M268,{GROUND - 34}H532", tone(c, -0.1), 24, 1, "butt")
    else:
        s.line(f"M268,{GROUND - 40}H532", tone(c, -0.12), 3, 0.8)
    if not knit and s.chance(0.4):
        s.fill(rect(438, 300, 66, 74, 6), tone(c, -0.05))


def beanie(s: Scene) -> None:
    c = s.fabric()
    s.shadow(400, 330)
    d = f"M240,{GROUND - 90}C240,{GROUND - 330} 560,{GROUND - 330} 560,{GROUND - 90}z"
    s.fill(d, c)
    with s.within(d):
        for i in range(-4, 5):
            s.line(
                f"M{400 + i * 9},{GROUND - 300}"
                f"Q{400 + i * 38},{GROUND - 220} {400 + i * 42},{GROUND - 80}",
                tone(c, -0.09),
                5,
                0.8,
            )
    ornament(
        s,
        d,
        (240, GROUND - 270, 320, 150),
        s.second,
        s.pick("plain", "band", "stripes"),
    )
    s.shade(d, "round")
    s.fill(rect(226, GROUND - 106, 348, 106, 30), tone(c, 0.04), "round")
    for i in range(12):
        s.line(f"M{248 + i * 28},{GROUND - 92}v78", tone(c, -0.1), 5, 0.7)
    if s.chance(0.55, "pompom"):
        s.fill(oval(400, GROUND - 300, 50), s.pick(s.second, PAPER), "ball")
    s.fill(rect(470, GROUND - 78, 54, 44, 4), s.leather())


def umbrella(s: Scene) -> None:
    c = s.fabric()
    s.shadow(400, 150)
    s.line(f"M400,200V{GROUND - 60}q0,50 44,50t44,-50", s.wood, 15)
    d = "M150,400C160,130 640,130 650,400" + "q-42,-44 -83.3,0" * 6 + "z"
    s.fill(d, c, "round")
    with s.within(d):
        for a, b in ((234, 317), (400, 483), (566, 650)):
            s.fill(
                f"M400,190Q{a},250 {a},420H{b}Q{b},250 400,190z",
                s.pick(s.second, tone(c, -0.07)),
                "",
                0.9,
            )
    s.line("M400,198v-28", s.wood, 11)
