"""Still-life pictures as SVG: products, category tiles, seller marks and banners.

One visual language: light comes from the upper left, everything stands on the counter,
colours are picked in OKLCH so that wall, counter and object always agree.
"""

from .compose import banner, mark, product_picture, scene, tile
from .evidence import can_crack, carton_photo, crack_photo, other_photo
from .families import FAMILIES, GROUPS
from .papers import paper

__all__ = [
    "FAMILIES",
    "GROUPS",
    "banner",
    "can_crack",
    "carton_photo",
    "crack_photo",
    "mark",
    "other_photo",
    "paper",
    "product_picture",
    "scene",
    "tile",
]
