"""Abstract cover art: for books, record sleeves and screens."""

from .colour import PAPER, tone
from .outlines import oval, rect
from .scene import Scene


def cover_art(s: Scene, x, y, w, h) -> None:
    """Abstract cover: for books and sleeves."""
    kind = s.pick("sun", "arches", "bars", "grid", "wave", "moon")
    a, b = (s.second, s.accent)
    if kind == "sun":
        s.fill(oval(x + w * 0.5, y + h * 0.42, w * 0.27), b)
        s.fill(rect(x, y + h * 0.62, w, h * 0.4), a)
    elif kind == "arches":
        for i, c in enumerate((a, b, PAPER)):
            s.line(
                f"M{x + w * (0.14 + 0.11 * i)},{y + h}V{y + h * 0.5}"
                f"a{w * (0.36 - 0.11 * i)},{w * (0.36 - 0.11 * i)} 0 0 1 {w * (0.72 - 0.22 * i)},0"
                f"V{y + h}",
                c,
                w * 0.06,
            )
    elif kind == "bars":
        for i in range(5):
            s.fill(
                rect(x + w * (0.14 + 0.15 * i), y + h * s.num(0.3, 0.6), w * 0.1, h),
                a if i % 2 else b,
            )
    elif kind == "grid":
        for i in range(3):
            for j in range(4):
                if s.chance(0.7):
                    s.fill(
                        oval(
                            x + w * (0.25 + 0.25 * i),
                            y + h * (0.22 + 0.19 * j),
                            w * 0.09,
                        ),
                        s.pick(a, b, PAPER),
                    )
    elif kind == "wave":
        for i, c in enumerate((a, b, tone(a, -0.12))):
            s.fill(
                f"M{x},{y + h * (0.45 + 0.17 * i)}q{w * 0.25},{-h * 0.13} {w * 0.5},0"
                f"t{w * 0.5},0V{y + h}H{x}z",
                c,
            )
    else:
        s.fill(oval(x + w * 0.5, y + h * 0.5, w * 0.34), a)
        s.fill(oval(x + w * 0.62, y + h * 0.44, w * 0.28), s.main)
