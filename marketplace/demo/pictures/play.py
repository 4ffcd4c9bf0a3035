"""Play and music."""

from .colour import DARK, GLAZES, PAPER, STEEL, WOODS, Colour, tone
from .outlines import blob, oval, poly, rect, turned
from .scene import GROUND, Scene


def blocks(s: Scene) -> None:
    s.shadow(400, 380)
    cs = [s.main, s.second, s.accent, s.wood, s.pick(*GLAZES.values())]
    s.rng.shuffle(cs)
    y = GROUND
    s.fill(rect(230, y - 120, 120, 120, 10), cs[0], "flat")
    s.fill(f"M360,{y}V{y - 120}h220V{y}h-60a50,50 0 0 0 -100,0z", cs[1], "flat")
    s.fill(rect(250, y - 180, 300, 58, 8), cs[3], "top")
    if s.chance(0.5):
        s.fill(poly((270, y - 184), (350, y - 310), (430, y - 184)), cs[2], "flat")
        s.fill(oval(500, y - 232, 50), cs[4], "ball")
    else:
        s.fill(rect(280, y - 310, 110, 128, 10), cs[4], "flat")
        s.fill(oval(335, y - 246, 30), tone(cs[4], 0.2))
        s.fill(f"M420,{y - 184}a70,70 0 0 1 140,0z", cs[2], "flat")
        s.fill(poly((270, y - 312), (335, y - 400), (400, y - 312)), cs[1], "flat")


def toy_car(s: Scene) -> None:
    c = s.pick(s.main, s.wood)
    y = GROUND
    s.shadow(400, 430)
    kind = s.pick("beetle", "van", "truck")
    if kind == "beetle":
        s.fill(
            f"M190,{y - 60}C190,{y - 160} 270,{y - 150} 300,{y - 160}"
            f"C330,{y - 270} 500,{y - 270} 530,{y - 160}"
            f"C590,{y - 150} 616,{y - 120} 612,{y - 60}"
            "z",
            c,
            "top",
        )
        s.fill(
            f"M330,{y - 164}C350,{y - 232} 400,{y - 232} 404,{y - 232}"
            f"V{y - 164}zM424,{y - 232}C470,{y - 230} 494,{y - 200} 500,{y - 164}"
            "H424z",
            (0.9, 0.03, 220),
            "flat",
        )
    elif kind == "van":
        s.fill(rect(190, y - 250, 420, 200, 50), c, "top")
        for x in (224, 330, 436):
            s.fill(rect(x, y - 220, 90, 72, 16), (0.9, 0.03, 220), "flat")
        s.fill(rect(190, y - 130, 420, 18), s.second)
    else:
        s.fill(rect(190, y - 210, 150, 160, 34), c, "top")
        s.fill(rect(214, y - 184, 80, 64, 12), (0.9, 0.03, 220), "flat")
        s.fill(rect(346, y - 110, 270, 60, 10), tone(c, -0.06), "top")
        for i, (x, h) in enumerate(((364, 90), (444, 130), (530, 76))):
            s.fill(
                rect(x, y - 112 - h, 74, h, 8), (s.second, s.accent, s.wood)[i], "flat"
            )
    for x in (286, 520):
        s.fill(oval(x, y - 48, 54), s.pick(DARK, tone(s.wood, -0.1)), "flat")
        s.fill(oval(x, y - 48, 22), s.accent, "ball")


def stacker(s: Scene) -> None:
    s.shadow(400, 280)
    s.fill(turned(400, [(GROUND - 30, 140), (GROUND, 140)], 0.15), s.wood, "round")
    cs = list(GLAZES.values())
    s.rng.shuffle(cs)
    y = GROUND - 30
    for i in range(5):
        r = 132 - i * 17
        s.fill(rect(400 - r, y - 58, 2 * r, 58, 29), cs[i], "round")
        y -= 57
    s.fill(oval(400, y - 36, 44), s.wood if s.chance(0.5) else s.accent, "ball")


def animal(s: Scene) -> None:
    c = s.pick(s.wood, s.main)
    kind = s.pick("elephant", "whale", "bear", "bird")
    s.shadow(400, 360)
    if kind == "whale":
        _whale(s, c, GROUND)
    elif kind == "bird":
        _bird(s, c, GROUND)
    else:
        _on_four_legs(s, c, GROUND, has_trunk=kind == "elephant")


def _whale(s: Scene, c: Colour, y: float) -> None:
    body = (
        f"M190,{y - 110}C190,{y - 280} 470,{y - 300} 530,{y - 130}"
        f"C560,{y - 150} 580,{y - 190} 560,{y - 250}"
        f"q50,16 56,66q44,-34 60,-14q-10,70 -70,100C560,{y - 10} 470,{y} 360,{y}"
        f"H280C220,{y} 190,{y - 50} 190,{y - 110}z"
    )
    belly = (
        f"M196,{y - 80}C260,{y - 50} 420,{y - 60} 500,{y - 20}Q420,{y} 330,{y}"
        f"H280C230,{y} 200,{y - 40} 196,{y - 80}z"
    )
    s.fill(body, c, "top")
    s.fill(belly, tone(c, 0.12))
    s.fill(oval(268, y - 150, 10), DARK)


def _bird(s: Scene, c: Colour, y: float) -> None:
    body = (
        f"M230,{y - 180}C240,{y - 330} 420,{y - 330} 440,{y - 200}"
        f"C500,{y - 180} 580,{y - 190} 640,{y - 230}"
        f"C620,{y - 60} 500,{y} 400,{y}S230,{y - 60} 230,{y - 180}z"
    )
    wing = f"M380,{y - 150}q120,-20 170,-10q-40,110 -150,100q-60,-30 -20,-90z"
    s.fill(body, c, "top")
    s.fill(poly((236, y - 220), (172, y - 196), (234, y - 170)), s.accent, "flat")
    s.fill(wing, s.second, "top")
    s.fill(oval(300, y - 236, 11), DARK)


def _on_four_legs(s: Scene, c: Colour, y: float, *, has_trunk: bool) -> None:
    s.fill(rect(240, y - 240, 320, 170, 84), c, "top")
    for x in (262, 336, 420, 494):
        shade = -0.05 if x in {336, 420} else 0
        s.fill(rect(x, y - 130, 52, 130, 16), tone(c, shade), "round")
    if has_trunk:
        s.line(f"M250,{y - 200}C180,{y - 190} 180,{y - 90} 176,{y - 40}", c, 40)
        s.fill(oval(262, y - 230, 84), c, "ball")
        s.fill(oval(310, y - 232, 58, 70), s.second, "flat")
    else:
        s.fill(oval(236, y - 250, 78), c, "ball")
        for x in (190, 282):
            s.fill(oval(x, y - 318, 26), tone(c, -0.06), "ball")
        s.fill(oval(196, y - 232, 34, 26), tone(c, 0.16))
    s.fill(oval(226, y - 258, 8), DARK)


def ukulele(s: Scene) -> None:
    c = s.pick(s.wood, s.main)
    s.shadow(400, 260)
    with s.leaning(s.num(-8, 8)):
        s.fill(rect(380, 130, 40, 270, 6), tone(WOODS[2], -0.04), "round")
        s.fill(rect(366, 84, 68, 74, 14), tone(WOODS[2], -0.04), "round")
        for x in (358, 442):
            for y in (104, 134):
                s.fill(oval(x, y, 9), STEEL, "ball")
        d = blob(
            (400, 350),
            (470, 366),
            (486, 420),
            (462, 462),
            (508, 540),
            (472, 632),
            (400, GROUND),
            (328, 632),
            (292, 540),
            (338, 462),
            (314, 420),
            (330, 366),
        )
        s.fill(d, c, "round")
        s.line(d, tone(c, -0.16), 7)
        s.fill(oval(400, 470, 44), (0.24, 0.03, 50))
        s.line(oval(400, 470, 52), s.accent, 5)
        s.fill(rect(352, 574, 96, 20, 6), tone(WOODS[2], -0.06))
        for i in range(4):
            s.line(f"M{389 + i * 7.4},140V580", PAPER, 2)
