"""Bicycle and sport."""

import math

from .colour import BRASS, DARK, LEATHERS, STEEL, tone
from .outlines import oval, poly, rect
from .scene import GROUND, Scene


def saddle(s: Scene) -> None:
    c = s.pick(*LEATHERS.values(), DARK)
    y = 420
    s.shadow(400, 220)
    s.line(f"M400,{y + 70}V{GROUND}", s.metal, 34)
    s.fill(rect(366, y + 74, 68, 34, 8), tone(s.metal, -0.1), "round")
    s.line(f"M250,{y + 20}C300,{y + 86} 500,{y + 86} 590,{y + 34}", s.metal, 11)
    d = (
        f"M176,{y - 26}C190,{y - 74} 300,{y - 52} 400,{y - 44}"
        f"S590,{y - 50} 648,{y - 20}"
        f"q24,30 -30,38C520,{y + 22} 430,{y + 4} 350,{y + 48}S180,{y + 40} 176,{y - 26}"
        "z"
    )
    s.fill(d, c, "top")
    for x, yy in ((206, -22), (226, 8), (206, 18), (622, -8)):
        s.fill(oval(x, y + yy, 8), s.pick(BRASS, STEEL), "ball")
    s.line(
        f"M300,{y - 30}C400,{y - 20} 520,{y - 26} 600,{y - 16}", tone(c, 0.1), 4, 0.6
    )


def bike_bell(s: Scene) -> None:
    c = s.pick(BRASS, STEEL, s.main, DARK)
    s.shadow(400, 260, GROUND + 6)
    s.line("M60,560H740", s.pick(STEEL, DARK), 46, 1, "butt")
    s.line("M60,548H740", (1, 0, 0), 7, 0.4, "butt")
    s.fill(rect(340, 520, 120, 76, 14), tone(c, -0.16), "round")
    s.fill("M244,520C244,290 556,290 556,520z", c, "ball")
    s.fill(oval(400, 520, 156, 17), tone(c, -0.12))
    s.fill(oval(400, 348, 15), tone(c, -0.06), "ball")
    s.line("M548,516l56,10", s.metal, 12)
    s.fill(oval(612, 528, 20), DARK, "ball")
    s.line("M292,454q22,-76 86,-98", (1, 0, 0), 13, 0.5)


def chainring(s: Scene) -> None:
    c = s.pick(STEEL, DARK, BRASS, s.main)
    teeth, r = (s.count(30, 44), s.num(160, 180))
    cx, cy = (400, GROUND - r - 24)
    s.shadow(400, 280)
    out = []
    for i in range(teeth):
        for t, rr in ((0, r), (0.3, r + 14), (0.5, r + 14), (0.8, r)):
            a = math.tau * (i + t) / teeth
            out.append((cx + math.cos(a) * rr, cy + math.sin(a) * rr))
    s.fill_ring(poly(*out) + oval(cx, cy, r * 0.72), c, "flat")
    arms = s.pick(4, 5)
    for i in range(arms):
        a = math.tau * (i + 0.25) / arms
        s.line(
            f"M{cx},{cy}L{cx + math.cos(a) * r * 0.8},{cy + math.sin(a) * r * 0.8}",
            tone(c, -0.04),
            34,
        )
        s.fill(
            oval(cx + math.cos(a) * r * 0.8, cy + math.sin(a) * r * 0.8, 10), s.accent
        )
    a = s.num(-1, 0.4)
    s.line(
        f"M{cx},{cy}L{cx + math.cos(a) * 270},{cy + math.sin(a) * 200}",
        s.pick(STEEL, DARK),
        40,
    )
    s.fill(oval(cx + math.cos(a) * 270, cy + math.sin(a) * 200, 12), DARK)
    s.fill(oval(cx, cy, 40), tone(c, -0.08), "ball")
    s.fill(oval(cx, cy, 16), DARK)


def helmet(s: Scene) -> None:
    c = s.main
    s.shadow(400, 400)
    y = GROUND
    s.line(
        f"M300,{y - 110}Q360,{y + 20} 430,{y - 20}"
        f"M520,{y - 110}Q470,{y - 30} 430,{y - 20}",
        DARK,
        10,
    )
    d = (
        f"M190,{y - 120}C180,{y - 380} 600,{y - 400} 622,{y - 150}"
        f"q4,34 -40,40C470,{y - 150} 330,{y - 140} 230,{y - 86}"
        "q-38,4 -40,-34z"
    )
    s.fill(d, c, "ball")
    with s.within(d):
        for i in range(4):
            s.fill(
                oval(280 + i * 84, y - 236 + abs(i - 1.6) * 26, 24, 70),
                tone(c, -0.22),
                "",
                1,
                (-26 + i * 17, 280 + i * 84, y - 230),
            )
    s.line(f"M196,{y - 104}C330,{y - 150} 470,{y - 160} 616,{y - 130}", s.second, 11)


def dumbbells(s: Scene) -> None:
    s.shadow(400, 420)
    c = s.pick(DARK, s.main)
    y = GROUND - 84
    s.fill(rect(270, y - 17, 260, 34, 12), STEEL, "top")
    for x, h in ((196, 130), (240, 168), (506, 168), (560, 130)):
        s.fill(rect(x, y - h / 2, 46, h, 16), c, "top")
    s.fill(rect(190, y - 20, 10, 40, 3), s.accent)
    s.fill(rect(602, y - 20, 10, 40, 3), s.accent)


def mat(s: Scene) -> None:
    c = s.main
    s.shadow(400, 420)
    s.fill(rect(200, GROUND - 170, 400, 170, 60), c, "top")
    cx, cy = (540, GROUND - 85)
    for i, r in enumerate((85, 68, 51, 34, 17)):
        s.fill(oval(cx + 30, cy, r * 0.7, r), tone(c, 0.07 if i % 2 == 0 else -0.12))
    for x in (280, 420):
        s.line(f"M{x},{GROUND - 168}q-22,84 0,166", s.second, 17, 1, "butt")
