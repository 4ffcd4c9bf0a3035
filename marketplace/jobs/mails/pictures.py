"""The picture of a thing in a mail."""

from easy_thumbnails.exceptions import InvalidImageFormatError
from easy_thumbnails.files import get_thumbnailer

from marketplace.shop.catalogue.models import Product

# Twice the 56 pixels that a mail shows, for sharp screens.
_SIZE = (112, 112)


def picture_of(product: Product | None) -> str:
    """Return the address of a small picture as JPEG, or nothing.

    Drawings have none: mail programs do not show SVG.
    """
    image = product.images.first() if product is not None else None
    if image is None or image.original.name.lower().endswith(".svg"):
        return ""
    thumbnailer = get_thumbnailer(image.original)
    thumbnailer.thumbnail_extension = "jpg"
    try:
        return str(thumbnailer.get_thumbnail({"size": _SIZE, "crop": "smart"}).url)
    except (InvalidImageFormatError, OSError):
        return ""
