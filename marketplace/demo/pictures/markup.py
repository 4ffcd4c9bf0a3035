"""The SVG document: short numbers, and the shades a picture uses."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_LIGHT, _SHADE = "#fff", "#160d08"
_Stop = tuple[float, str, float]


def short(value: float) -> str:
    """Write a number with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def opacity(share: float) -> str:
    """Write the attribute; nothing when the paint is solid."""
    return f' opacity="{round(share * 100)}%"' if share < 1 else ""


def _gradient(tag: str, stops: Sequence[_Stop]) -> str:
    inner = "".join(
        f'<stop offset="{round(at * 100)}%" stop-color="{paint}"'
        f' stop-opacity="{round(share * 100)}%"/>'
        for at, paint, share in stops
    )
    return f"<{tag}>{inner}</{tag.split(maxsplit=1)[0]}>"


def _lit(light: float, turn: float, shade: float) -> list[_Stop]:
    """Light fades out at the turn, shade grows from there."""
    return [
        (0, _LIGHT, light),
        (turn, _LIGHT, 0),
        (turn, _SHADE, 0),
        (1, _SHADE, shade),
    ]


_SHADES = {
    "round": _gradient(
        'linearGradient id="round"',
        [(0, _LIGHT, 0.10), (0.22, _LIGHT, 0.26), *_lit(0, 0.5, 0.30)[1:]],
    ),
    "ball": _gradient(
        'radialGradient id="ball" cx="34%" cy="28%" r="82%"', _lit(0.34, 0.4, 0.34)
    ),
    "flat": _gradient('linearGradient id="flat" x2="1" y2="1"', _lit(0.16, 0.5, 0.16)),
    "top": _gradient('linearGradient id="top" x2="0" y2="1"', _lit(0.20, 0.45, 0.26)),
    "cast": _gradient(
        'radialGradient id="cast"',
        [(0, "#1b1310", 0.34), (0.55, "#1b1310", 0.14), (1, "#1b1310", 0)],
    ),
    "glow": _gradient(
        'radialGradient id="glow"',
        [(0, "#fff3cf", 0.85), (0.45, "#ffe9b0", 0.3), (1, "#ffe9b0", 0)],
    ),
    "light": _gradient(
        'radialGradient id="light" cx="20%" cy="10%" r="110%"', _lit(0.42, 0.6, 0.06)
    ),
    "plane": _gradient(
        'linearGradient id="plane" x2="0" y2="1"',
        [(0, _SHADE, 0.05), (0.4, _LIGHT, 0), (1, _LIGHT, 0.14)],
    ),
}


def document(body: str, clips: Sequence[str], width: int, height: int) -> str:
    """Return the whole file, its numbers shortened."""
    used = "".join(text for name, text in _SHADES.items() if f"#{name})" in body)
    drawn = f"<defs>{used}{''.join(clips)}</defs>{body}"
    drawn = _NUMBER.sub(lambda match: short(float(match[0])), drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}">{drawn}</svg>\n'
    )
