"""The picture of a thing in a mail."""

import resvg_py
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from easy_thumbnails.exceptions import InvalidImageFormatError
from easy_thumbnails.files import get_thumbnailer

from marketplace.shop.catalogue.models import Product

# Twice the 56 pixels that a mail shows, for sharp screens.
_SIDE = 112


def picture_of(product: Product | None) -> str:
    """Return the address of a small picture as JPEG or PNG, or nothing.

    Mail programs do not show SVG: what is drawn is rendered once and kept beside.
    """
    image = product.images.first() if product is not None else None
    if image is None:
        return ""
    is_drawn = image.original.name.lower().endswith(".svg")
    try:
        return _rendered(image.original) if is_drawn else _reduced(image.original)
    except (InvalidImageFormatError, OSError, ValueError):
        return ""


def _reduced(photo: FieldFile) -> str:
    thumbnailer = get_thumbnailer(photo)
    thumbnailer.thumbnail_extension = "jpg"
    options = {"size": (_SIDE, _SIDE), "crop": "smart"}
    return str(thumbnailer.get_thumbnail(options).url)


def _rendered(drawing: FieldFile) -> str:
    name = f"{drawing.name}.{_SIDE}.png"
    if not drawing.storage.exists(name):
        with drawing.open() as file:
            drawn = file.read().decode()
        # Without fonts of the system, a picture looks alike wherever it is made.
        png = resvg_py.svg_to_bytes(
            svg_string=drawn, width=_SIDE, height=_SIDE, skip_system_fonts=True
        )
        name = drawing.storage.save(name, ContentFile(png))
    return str(drawing.storage.url(name))
