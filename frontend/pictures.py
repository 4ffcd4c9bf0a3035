"""Pictures and seller marks as HTML; drawings stay drawings, photos become WebP."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from easy_thumbnails.engine import NoSourceGenerator
from easy_thumbnails.exceptions import InvalidImageFormatError
from easy_thumbnails.files import get_thumbnailer

_GROUNDS = ("#697d44", "#a2472f", "#2f5d73", "#6b1d4c", "#8a5a1c", "#39424e")
_LIGHTS = ("#e7dec1", "#f2d7c4", "#dfe6e0", "#f0e2b8")
_ACCENTS = ("#deac37", "#e38b6b", "#8fb8b0", "#d99bb9")
_MOTIFS = (
    "M0,60V0A60,60 0 0 1 60,60z",
    "M0,60A30,30 0 0 1 60,60z",
    "M11,30a19,19 0 1 1 38,0a19,19 0 1 1 -38,0z",
    "M0,0H30A30,30 0 0 1 60,30V60H30A30,30 0 0 1 0,30z",
    "M0,60V0H20V20H40V40H60V60z",
    "M0,60V0A60,60 0 0 1 60,60H34A34,34 0 0 0 0,26z",
)
_TILES = ((20, 20), (80, 20), (20, 80), (80, 80))


def picture(
    image: Any, *, size: int, alt: str = "", css: str = "", lazy: bool = True
) -> SafeString:
    """Draw a square `<img>`; `image` is an image field, an address, or nothing.

    A photo is sent at `size` and twice that; a missing one becomes a still life.
    """
    source, candidates = sources(image, size)
    return format_html(
        '<img{} src="{}"{} alt="{}" width="{}" height="{}"{}>',
        format_html(' class="{}"', css) if css else "",
        source,
        format_html(' srcset="{}"', candidates) if candidates else "",
        alt,
        size,
        size,
        format_html(' loading="{}"', "lazy") if lazy else "",
    )


def sources(image: Any, size: int) -> tuple[str, str]:
    """Return the address of an image and its srcset (empty for a drawing)."""
    if not image:
        return static("img/no-picture.svg"), ""
    address = str(getattr(image, "url", image))
    if isinstance(image, str) or address.lower().endswith(".svg"):
        return address, ""
    try:
        single, double = (_webp(image, width) for width in (size, 2 * size))
    except (InvalidImageFormatError, NoSourceGenerator, OSError):
        # A lost or broken photo costs its place on the page, not the page.
        return address, ""
    return single, f"{single} 1x, {double} 2x"


def mark(name: str, *, logo: Any = None, css: str = "") -> SafeString:
    """Draw a seller's mark: their logo, or four tiles that their name decides."""
    classes = f"mark {css}".strip()
    if logo:
        return picture(logo, size=40, css=classes)
    return format_html(
        '<svg class="{}" viewBox="0 0 160 160" width="40" height="40"'
        ' aria-hidden="true">{}</svg>',
        classes,
        format_html_join("", "{}", ((shape,) for shape in _shapes(name))),
    )


def _webp(image: Any, width: int) -> str:
    thumbnailer = get_thumbnailer(image)
    thumbnailer.thumbnail_extension = "webp"
    options = {"size": (width, width), "crop": "smart", "upscale": False}
    return str(thumbnailer.get_thumbnail(options).url)


def _shapes(name: str) -> Iterator[SafeString]:
    dice = hashlib.sha256(name.encode()).digest()
    ground = _GROUNDS[dice[0] % len(_GROUNDS)]
    colours = (_LIGHTS[dice[1] % len(_LIGHTS)], _ACCENTS[dice[2] % len(_ACCENTS)])
    yield format_html('<path fill="{}" d="M0 0h160v160H0z"/>', ground)
    for tile, (x, y) in enumerate(_TILES):
        throw = dice[3 + tile]
        yield format_html(
            '<path fill="{}" transform="translate({} {}) rotate({} 30 30)" d="{}"/>',
            colours[throw % 2],
            x,
            y,
            90 * (throw // 2 % 4),
            _MOTIFS[throw // 8 % len(_MOTIFS)],
        )
