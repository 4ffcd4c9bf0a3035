"""Paper and desk."""

from .colour import DARK, GLAZES, LEATHERS, PAPER, is_darker, tone
from .cover import cover_art
from .ornament import ornament
from .outlines import oval, poly, rect
from .scene import GROUND, Scene


def _lying_book(s: Scene, y: float) -> float:
    """Lay a book on what is at the height y; return its thickness."""
    h, w = s.num(44, 66), s.num(320, 390)
    c = s.rng.choice(list(GLAZES.values()))
    x = 400 - w / 2 + s.num(-14, 14)
    s.fill(rect(x + 8, y - h + 6, w - 14, h - 12, 2), PAPER, "top")
    if s.chance(0.5):
        s.fill(rect(x, y - h, w - 20, h, 7), c, "top")
    else:
        s.fill(rect(x, y - h, w, 9, 4), c)
        s.fill(rect(x, y - 9, w, 9, 4), c)
        s.fill(rect(x, y - h, 20, h, 7), c)
    ink = tone(c, 0.25 if is_darker(c, 0.6) else -0.3)
    s.line(f"M{x + 60},{y - h / 2}h{w * 0.3}", ink, 8, 0.9, "butt")
    return h


def books(s: Scene) -> None:
    s.shadow(400, 400)
    y: float = GROUND
    upright = s.chance(0.6, "upright")
    for _ in range(s.count(1, 2) if upright else s.count(2, 4)):
        y -= _lying_book(s, y)
    if upright:
        w, h = (s.num(220, 260), s.num(310, 350))
        x, top = (400 - w / 2, y - h)
        s.fill(
            poly((x + w, top + 4), (x + w + 34, top + 20), (x + w + 34, y), (x + w, y)),
            PAPER,
            "top",
        )
        d = rect(x, top, w, h, 5)
        s.fill(d, s.main)
        with s.within(d):
            cover_art(s, x, top, w, h)
        s.fill(
            rect(x + 26, top + 26, w * 0.5, 15),
            PAPER if is_darker(s.main, 0.7) else DARK,
        )
        s.fill(
            rect(x + 26, top + 50, w * 0.32, 8),
            PAPER if is_darker(s.main, 0.7) else DARK,
            "",
            0.7,
        )
        s.shade(d, "flat")
        s.line(f"M{x + 13},{top}v{h}", (0.2, 0.01, 60), 4, 0.2, "butt")


def notebook(s: Scene) -> None:
    c = s.pick(s.main, *LEATHERS.values())
    s.shadow(400, 290)
    turn = s.num(-7, 7)
    with s.leaning(turn):
        for i, cc in enumerate((s.second, c)):
            x, y = (296 - i * 26, 262 + i * 14)
            s.fill(rect(x + 12, y + 8, 236, GROUND - y - 8, 8), PAPER)
            d = rect(x, y, 240, GROUND - y, 10)
            s.fill(d, cc, "flat")
            s.fill(rect(x, y, 22, GROUND - y, 8), tone(cc, -0.08))
        ornament(
            s,
            d,
            (292, 276, 218, 374),
            s.accent,
            s.pick("plain", "dots", "waves", "plain"),
        )
        s.line(f"M484,276V{GROUND}", s.accent, 9, 1, "butt")
        s.fill(rect(336, 330, 100, 56, 4), PAPER)
    if s.chance(0.7):
        s.line(f"M588,{GROUND + 6}L552,300", s.accent, 17, 1, "butt")
        s.fill(poly((543, 302), (561, 300), (548, 266)), (0.82, 0.06, 75))


def device(s: Scene) -> None:
    kind = s.pick("phone", "tablet", "reader")
    w, h = {"phone": (200, 400), "tablet": (320, 420), "reader": (290, 390)}[kind]
    x, y = (400 - w / 2, GROUND - h)
    s.shadow(400, w)
    s.fill(rect(x + 10, y + 6, w, h, 36), tone(s.metal, -0.2))
    s.fill(rect(x, y, w, h, 36), s.pick(DARK, s.metal, s.main), "flat")
    d = rect(
        x + 13,
        y + 13,
        w - 26,
        h - (26 if kind != "reader" else 76),
        24 if kind != "reader" else 8,
    )
    if kind == "reader":
        s.fill(d, (0.93, 0.01, 95))
        for i in range(11):
            s.line(
                f"M{x + 40},{y + 52 + i * 23}"
                f"h{(w - 80) * (0.6 if i in {4, 10} else 1)}",
                (0.4, 0.01, 60),
                5,
                0.7,
            )
    else:
        s.fill(d, s.second)
        with s.within(d):
            cover_art(s, x, y, w, h)
        s.shade(d, "flat")
        s.fill(oval(400, y + 34, 9), (0.15, 0.01, 60))


def keyboard(s: Scene) -> None:
    s.shadow(400, 520)
    c, key = (
        s.pick(s.main, PAPER, DARK, s.wood),
        s.pick(PAPER, s.second, tone(DARK, 0.1)),
    )
    s.fill(
        poly((176, 440), (624, 440), (680, GROUND - 18), (120, GROUND - 18)), c, "top"
    )
    s.fill(rect(120, GROUND - 20, 560, 28, 10), tone(c, -0.1))
    for row in range(4):
        y, span = (456 + row * 42, 420 + row * 30)
        cols = 11
        for col in range(cols):
            w = span / cols
            x = 400 - span / 2 + col * w
            if row == 3 and 3 <= col <= 7:
                if col == 3:
                    s.fill(rect(x + 2, y, w * 5 - 5, 34, 7), key, "top")
                continue
            s.fill(
                rect(x + 2, y, w - 5, 34, 7),
                s.accent if (row, col) in ((0, 0), (2, 10)) else key,
                "top",
            )
