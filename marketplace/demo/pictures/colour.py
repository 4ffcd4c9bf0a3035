"""Colours in OKLCH, and the palettes. Lightness 0-1, chroma, hue in degrees.

The conversion is the one of the OKLab definition (Ottosson, 2020).
"""

import functools
import math

Colour = tuple[float, float, float]

_GAMMA_KNEE = 0.0031308


def _srgb(lightness: float, chroma: float, hue: float) -> list[float]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    x = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    y = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    z = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z,
    )
    return [
        12.92 * v if v <= _GAMMA_KNEE else 1.055 * v ** (1 / 2.4) - 0.055
        for v in linear
    ]


@functools.lru_cache(maxsize=4096)
def hexa(colour: Colour) -> str:
    """Convert OKLCH to #rrggbb; chroma is lowered until the colour fits into sRGB."""
    lightness, chroma, hue = colour
    rgb = _srgb(lightness, chroma, hue)
    for _ in range(40):
        if all(-0.001 <= v <= 1.001 for v in rgb):
            break
        chroma *= 0.93
        rgb = _srgb(lightness, chroma, hue)
    return "#" + "".join(f"{round(255 * min(1, max(0, v))):02x}" for v in rgb)


def tone(colour: Colour, lighter: float, richer: float = 0.0) -> Colour:
    """Return the same hue, lighter (or darker) and richer (or paler)."""
    lightness, chroma, hue = colour
    return (min(0.985, max(0.12, lightness + lighter)), max(0, chroma + richer), hue)


def is_darker(colour: Colour, lightness: float) -> bool:
    """Say whether a colour is darker than the given lightness."""
    return colour[0] < lightness


def stand_apart(one: Colour, other: Colour) -> bool:
    """Say whether an object of one colour is seen before a wall of the other."""
    turn = abs((one[2] - other[2] + 180) % 360 - 180)
    return abs(one[0] - other[0]) > 0.12 or (turn > 70 and one[1] > 0.05)


WALLS: list[Colour] = [
    (0.925, 0.022, 80),
    (0.905, 0.032, 25),
    (0.905, 0.030, 150),
    (0.910, 0.026, 235),
    (0.900, 0.030, 310),
    (0.925, 0.045, 98),
    (0.890, 0.014, 70),
    (0.895, 0.046, 55),
    (0.905, 0.028, 195),
    (0.935, 0.012, 95),
    (0.830, 0.065, 78),
    (0.780, 0.060, 38),
    (0.660, 0.045, 165),
    (0.740, 0.042, 240),
    (0.590, 0.048, 345),
    (0.460, 0.035, 200),
    (0.850, 0.042, 20),
    (0.520, 0.030, 265),
]
LIGHT_WALLS, DEEP_WALLS = WALLS[:10], WALLS[10:]
GLAZES: dict[str, Colour] = {
    "ink": (0.40, 0.085, 262),
    "terracotta": (0.62, 0.125, 42),
    "mustard": (0.77, 0.140, 84),
    "forest": (0.44, 0.075, 158),
    "plum": (0.42, 0.105, 345),
    "chalk": (0.955, 0.010, 90),
    "charcoal": (0.31, 0.012, 60),
    "coral": (0.69, 0.150, 30),
    "sky": (0.72, 0.085, 235),
    "sage": (0.69, 0.055, 145),
    "rose": (0.77, 0.085, 10),
    "teal": (0.53, 0.085, 195),
    "cream": (0.90, 0.040, 92),
    "tomato": (0.58, 0.175, 29),
    "slate": (0.48, 0.025, 250),
    "moss": (0.56, 0.085, 125),
}
WOODS_BY_NAME: dict[str, Colour] = {
    "oak": (0.74, 0.075, 70),
    "cherry": (0.62, 0.080, 58),
    "walnut": (0.50, 0.065, 52),
    "beech": (0.82, 0.060, 80),
    "smoked": (0.40, 0.045, 50),
}
WOODS = list(WOODS_BY_NAME.values())
STEEL: Colour = (0.80, 0.008, 250)
BRASS: Colour = (0.76, 0.105, 86)
IRON: Colour = (0.40, 0.01, 250)
METALS: dict[str, Colour] = {"steel": STEEL, "brass": BRASS, "iron": IRON}
DARK: Colour = (0.27, 0.012, 60)
PAPER: Colour = (0.965, 0.012, 92)
LEATHERS: dict[str, Colour] = {
    "chestnut": (0.52, 0.095, 52),
    "brown": (0.42, 0.075, 45),
    "black": (0.32, 0.030, 50),
    "natural": (0.66, 0.090, 62),
    "oxblood": (0.45, 0.100, 28),
}
LEAVES: list[Colour] = [
    (0.56, 0.105, 145),
    (0.47, 0.085, 155),
    (0.64, 0.110, 130),
    (0.52, 0.065, 170),
    (0.60, 0.060, 140),
]
FABRICS = [
    GLAZES[name]
    for name in [
        "ink",
        "terracotta",
        "mustard",
        "forest",
        "plum",
        "charcoal",
        "sage",
        "rose",
        "teal",
        "slate",
        "cream",
        "moss",
    ]
]
