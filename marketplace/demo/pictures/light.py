"""Light, sound and time."""

import math

from .colour import BRASS, DARK, LEATHERS, PAPER, STEEL, Colour, is_darker, tone
from .cover import cover_art
from .ornament import ornament
from .outlines import oval, rect, turned
from .scene import GROUND, Scene


def table_lamp(s: Scene) -> None:
    kind = s.pick("cone", "mushroom", "globe", "drum")
    shade = s.pick(s.main, PAPER, s.second)
    base = s.pick(s.main, s.metal, s.wood)
    s.shadow(400, 220)
    s.glow(400, 330, 290, 0.8)
    if kind == "mushroom":
        foot = [(370, 40), (520, 46), (GROUND - 26, 60), (GROUND, 96)]
        s.fill(turned(400, foot), base, "round")
        s.fill("M230,380C230,190 570,190 570,380Q400,420 230,380z", shade, "ball")
        s.fill(oval(400, 384, 168, 17), (0.97, 0.06, 95))
    elif kind == "globe":
        foot = [(450, 26), (520, 30), (GROUND - 30, 84), (GROUND, 104)]
        s.fill(turned(400, foot), base, "round")
        s.fill(oval(400, 330, 138), (0.96, 0.05, 92), "ball")
    else:
        _shaded_lamp(s, shade, base, (70, 190) if kind == "cone" else (140, 168))


def _shaded_lamp(
    s: Scene, shade: Colour, base: Colour, radii: tuple[float, float]
) -> None:
    slim = [(420, 9), (GROUND - 40, 9), (GROUND - 22, 90), (GROUND, 94)]
    round_foot = [(430, 22), (480, 74), (560, 92), (GROUND - 10, 60), (GROUND, 66)]
    s.fill(turned(400, slim if s.chance(0.5) else round_foot), base, "round")
    d = turned(400, [(230, radii[0]), (430, radii[1])], 0.1)
    s.fill(d, shade)
    pattern = s.pick("plain", "plain", "stripes", "band")
    ornament(s, d, (210, 250, 380, 190), s.accent, pattern)
    s.shade(d, "round")
    s.fill(oval(400, 430, radii[1], radii[1] * 0.1), (0.97, 0.06, 95))


def pendant(s: Scene) -> None:
    kind = s.pick("dome", "cone", "globe", "bell", "slats")
    s.line("M400,0V230", DARK, 6)
    s.shadow(400, 230, GROUND + 20)
    y, r = (s.num(220, 250), s.num(165, 205))
    s.glow(400, y + 190, 280, 0.75)
    if kind == "globe":
        s.fill(oval(400, y + 150, r * 0.8), (0.96, 0.045, 92), "ball")
    elif kind == "slats":
        for i in range(7):
            t = math.sin(math.pi * (i + 0.8) / 7.6)
            s.fill(
                turned(400, [(y + i * 38, r * t), (y + i * 38 + 22, r * t)], 0.12),
                s.wood,
                "round",
            )
    else:
        prof = {
            "dome": [(y, 28), (y + 30, r * 0.55), (y + 130, r * 0.96), (y + 170, r)],
            "cone": [(y, 28), (y + 190, r)],
            "bell": [(y, 28), (y + 60, 70), (y + 130, 92), (y + 220, r * 0.9)],
        }[kind]
        s.fill(turned(400, prof, 0.12), s.main, "round")
        s.fill(
            oval(400, prof[-1][0], prof[-1][1], prof[-1][1] * 0.12), (0.97, 0.07, 95)
        )
        s.line(
            oval(400, prof[-1][0], prof[-1][1], prof[-1][1] * 0.12),
            tone(s.main, -0.05),
            5,
        )
    s.fill(turned(400, [(y - 34, 20), (y + 6, 26)]), s.metal, "round")


def headphones(s: Scene) -> None:
    c, pad = (s.main, s.pick(DARK, tone(s.main, -0.14), s.second))
    s.shadow(400, 380)
    wide = s.num(150, 172)
    s.line(
        f"M{400 - wide},500"
        f"C{400 - wide - 16},170 {400 + wide + 16},170 {400 + wide},500",
        tone(c, -0.05),
        36,
    )
    s.line(
        f"M{400 - wide * 0.72},318C{400 - wide * 0.5},226"
        f" {400 + wide * 0.5},226 {400 + wide * 0.72},318",
        pad,
        20,
    )
    s.line(
        f"M{400 - wide - 4},380C{400 - wide + 20},272 {400 - 60},258 400,257",
        (1, 0, 0),
        6,
        0.3,
    )
    oval_cup = s.chance(0.5)
    for side in (-1, 1):
        x = 400 + side * wide
        s.line(f"M{x},430v60", s.metal, 12)
        h = 196 if oval_cup else 168
        w = 80
        s.fill(rect(x - side * 58 - 26, GROUND - h + 4, 56, h - 14, 28), pad, "round")
        s.fill(rect(x - w / 2 + side * 8, GROUND - h, w, h, 40), c, "round")
        s.fill(
            rect(x - 9 + side * 20, GROUND - h + 40, 18, h - 80, 9),
            s.pick(s.second, s.metal),
            "round",
        )


def speaker(s: Scene) -> None:
    kind = s.pick("box", "radio", "round")
    if kind == "round":
        s.shadow(400, 290)
        d = turned(
            400,
            [
                (GROUND - 330, 96),
                (GROUND - 300, 128),
                (GROUND - 120, 146),
                (GROUND - 10, 132),
                (GROUND, 120),
            ],
        )
        s.fill(d, s.main)
        ornament(s, d, (254, GROUND - 330, 292, 330), tone(s.main, -0.1), "dots")
        s.shade(d, "round")
        s.fill(oval(400, GROUND - 330, 96, 13), tone(s.main, 0.1))
        s.line("M330,322C330,214 470,214 470,322", s.leather(), 16)
        return
    w, h = (270, 380) if kind == "box" else (430, 250)
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w * 1.05)
    s.fill(rect(x, y, w, h, s.pick(14, 34)), s.pick(s.wood, s.main), "flat")
    d = rect(x + 18, y + 18, w - 36, h - 36, 16)
    s.fill(d, s.pick(DARK, PAPER, s.second))
    if kind == "box":
        for cy, r in ((y + 100, 52), (y + h - 130, 92)):
            s.fill(oval(400, cy, r), (0.25, 0.01, 60), "flat")
            s.fill(oval(400, cy, r * 0.76), (0.36, 0.01, 60), "ball")
            s.fill(oval(400, cy, r * 0.3), s.pick(BRASS, (0.2, 0.01, 60)), "ball")
    else:
        with s.within(d):
            for i in range(21):
                s.line(
                    f"M{x + 30 + i * 13},{y + 34}V{y + h - 34}",
                    (0.45, 0.02, 70),
                    4,
                    0.6,
                )
        s.fill(
            rect(x + w - 130, y + 18, 112, h - 36, 12), s.pick(PAPER, s.main), "flat"
        )
        s.fill(oval(x + w - 74, y + 84, 36), BRASS, "ball")
        s.fill(oval(x + w - 74, y + 172, 22), DARK, "ball")
    if s.chance(0.5):
        s.line(f"M{x + 70},{y}c0,-64 {w - 140},-64 {w - 140},0", s.leather(), 15)


def camera(s: Scene) -> None:
    top, skin = (s.pick(STEEL, DARK, BRASS), s.pick(DARK, *LEATHERS.values(), s.main))
    w, h = (s.num(380, 430), s.num(220, 250))
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w)
    if s.chance(0.6):
        s.line(
            f"M{x + 8},{y + 50}C{x - 110},{y + 10}"
            f" {x - 70},{GROUND + 46} {x + 90},{GROUND + 26}",
            s.leather(),
            15,
        )
    s.fill(rect(400 - 66, y - 42, 132, 70, 14), top, "flat")
    s.fill(rect(x + 40, y - 18, 70, 30, 6), tone(top, -0.06), "round")
    s.fill(rect(x + w - 96, y - 14, 46, 24, 6), tone(top, -0.1), "round")
    s.fill(rect(x, y, w, h, 30), top, "flat")
    s.fill(rect(x, y + 52, w, h - 92, 0), skin, "flat")
    cx, cy = (400 + s.pick(-20, 0, 34), y + h * 0.54)
    s.fill(oval(cx, cy, 104), tone(top, -0.04), "flat")
    s.fill(oval(cx, cy, 88), (0.24, 0.01, 60), "flat")
    s.fill(oval(cx, cy, 62), (0.3, 0.02, 260))
    s.fill(
        oval(cx, cy, 44),
        s.pick((0.34, 0.09, 280), (0.36, 0.07, 200), (0.36, 0.09, 320)),
        "ball",
    )
    s.fill(oval(cx - 20, cy - 22, 12), (1, 0, 0), "", 0.7)
    s.fill(rect(400 - 34, y - 24, 68, 30, 5), (0.22, 0.02, 260))
    s.fill(oval(x + w - 54, y + 28, 9), s.accent)


def watch(s: Scene) -> None:
    strap, case = (
        s.pick(*LEATHERS.values(), s.fabric(), STEEL),
        s.pick(STEEL, BRASS, DARK, STEEL),
    )
    dial = s.pick(PAPER, s.main, DARK, (0.4, 0.07, 255), (0.5, 0.06, 165))
    r = s.num(112, 132)
    cx, cy = (400, 372)
    s.shadow(400, 190)
    s.fill(
        f"M{cx - 66},{cy - 70}L{cx - 52},108q52,-34 104,0L{cx + 66},{cy - 70}z",
        strap,
        "round",
    )
    s.fill(
        f"M{cx - 66},{cy + 70}L{cx - 56},{GROUND}q56,18 112,0L{cx + 66},{cy + 70}z",
        strap,
        "round",
    )
    if strap == STEEL:
        for i in range(9):
            for y in (120 + i * 18, cy + 116 + i * 19):
                s.line(f"M{cx - 58},{y}h116", tone(STEEL, -0.2), 3, 0.7)
    else:
        for i in range(5):
            s.fill(oval(cx, cy + 150 + i * 28, 5, 4), tone(strap, -0.16))
        s.line(
            f"M{cx - 48},130L{cx - 56},{cy - 96}M{cx + 48},130L{cx + 56},{cy - 96}",
            tone(strap, 0.12),
            2.5,
            0.7,
        )
    s.fill(rect(cx + r - 6, cy - 14, 26, 28, 6), tone(case, -0.06), "top")
    s.fill(oval(cx, cy, r), case, "flat")
    s.fill(oval(cx, cy, r - 15), dial, "flat")
    ink = DARK if not is_darker(dial, 0.6) else PAPER
    for i in range(12):
        a = math.tau * i / 12
        r0 = r - (40 if i % 3 == 0 else 32)
        s.line(
            f"M{cx + math.sin(a) * r0},{cy - math.cos(a) * r0}"
            f"L{cx + math.sin(a) * (r - 23)},{cy - math.cos(a) * (r - 23)}",
            ink,
            7 if i % 3 == 0 else 3.5,
        )
    s.line(f"M{cx},{cy}L{cx - 38},{cy - 30}", ink, 8)
    s.line(f"M{cx},{cy}L{cx + 38},{cy - 58}", ink, 6)
    s.line(f"M{cx - 8},{cy - 16}L{cx + 22},{cy + 54}", s.accent, 3)
    s.fill(oval(cx, cy, 7), s.accent)


def clock(s: Scene) -> None:
    c = s.pick(s.main, s.wood)
    s.shadow(400, 300)
    cx, cy, r = (400, GROUND - 190, 176)
    for side in (-1, 1):
        s.line(
            f"M{cx + side * 90},{GROUND - 40}L{cx + side * 120},{GROUND - 6}",
            tone(c, -0.1),
            26,
        )
    if s.chance(0.5):
        s.fill(oval(cx - 80, cy - r + 6, 46), s.metal, "ball")
        s.fill(oval(cx + 80, cy - r + 6, 46), s.metal, "ball")
        s.line(f"M{cx},{cy - r}v-44", s.metal, 14)
    s.fill(oval(cx, cy, r), c, "flat")
    dial = s.pick(PAPER, s.second)
    s.fill(oval(cx, cy, r - 24), dial, "flat")
    ink = DARK if not is_darker(dial, 0.6) else PAPER
    for i in range(12):
        a = math.tau * i / 12
        s.fill(
            oval(
                cx + math.sin(a) * (r - 50),
                cy - math.cos(a) * (r - 50),
                8 if i % 3 == 0 else 4.5,
            ),
            ink,
        )
    a, b = (s.num(0, 6.2), s.num(0, 6.2))
    s.line(f"M{cx},{cy}L{cx + math.sin(a) * 70},{cy - math.cos(a) * 70}", ink, 12)
    s.line(f"M{cx},{cy}L{cx + math.sin(b) * 104},{cy - math.cos(b) * 104}", ink, 8)
    s.fill(oval(cx, cy, 12), s.accent)


def record(s: Scene) -> None:
    s.shadow(420, 420)
    s.fill(oval(500, GROUND - 190, 178), (0.22, 0.01, 60), "flat")
    for r in (150, 122, 98):
        s.line(oval(500, GROUND - 190, r), (0.34, 0.01, 60), 3)
    s.fill(oval(500, GROUND - 190, 58), s.accent)
    d = rect(190, GROUND - 380, 380, 380, 6)
    s.fill(d, s.main, "flat")
    with s.within(d):
        cover_art(s, 190, GROUND - 380, 380, 380)
