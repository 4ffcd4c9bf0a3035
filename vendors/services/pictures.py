"""Pictures that sellers upload: looked into, then drawn anew without their metadata."""

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from marketplace.core.errors import RefusedError
from marketplace.core.identifiers import public_id
from vendors.models import Vendor

if TYPE_CHECKING:
    from django.core.files import File

MOST_PICTURES = 8
MOST_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 2000
_MARK_SIDE = 320
_SHORTEST_SIDE = 40
# Of a JPEG no more is unfolded than is shown; another format is unfolded whole.
_MOST_PIXELS = 24_000_000
_MOST_PIXELS_OF_JPEG = 40_000_000
# Only these are ever opened: other readers start programs or unpack at length.
_FORMATS = ("JPEG", "PNG", "WEBP")
# What the reader raises of files that are damaged, on purpose or not.
_UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    struct.error,
    Image.DecompressionBombError,
)


class PictureRefusedError(RefusedError):
    """A file is no picture that we can read, or too large; `field` says where."""

    code = "picture.refused"
    field = "pictures"


def redrawn(
    upload: "File[Any]", *, longest_side: int = LONGEST_SIDE
) -> "ContentFile[bytes]":
    """Return a picture as a new JPEG, or PNG where it is transparent.

    Place, time and whatever else hides in the file do not come along. Raises
    PictureRefusedError naming the file.
    """
    names = {"name": upload.name}
    if (upload.size or 0) > MOST_BYTES:
        raise PictureRefusedError(_("“%(name)s” is larger than 8 MB.") % names)
    try:
        upload.seek(0)
        with Image.open(upload, formats=_FORMATS) as picture:
            # A small file may unfold into a huge picture: look before drawing.
            _refuse_odd_size(picture, names)
            # Made small before it is turned: turning copies every pixel.
            picture.thumbnail((longest_side, longest_side))
            return _written(_upright(picture))
    except _UNREADABLE as error:
        raise PictureRefusedError(
            _("“%(name)s” is not a picture. Choose a JPG, PNG or WebP.") % names
        ) from error


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a photo as its EXIF says; leave it as it lies where that is damaged."""
    try:
        return ImageOps.exif_transpose(picture)
    except _UNREADABLE:
        return picture


def save_mark(*, vendor: Vendor, upload: "File[Any]") -> None:
    """Make an uploaded picture the shop's mark. Raises PictureRefusedError."""
    drawn = redrawn(upload, longest_side=_MARK_SIDE)
    vendor.partner.mark.save(str(drawn.name), drawn, save=False)
    vendor.partner.save(update_fields=["mark"])


def remove_mark(*, vendor: Vendor) -> None:
    """Go back to the mark that the shop's name draws."""
    vendor.partner.mark = ""
    vendor.partner.save(update_fields=["mark"])


def _refuse_odd_size(picture: Image.Image, names: dict[str, Any]) -> None:
    is_jpeg = picture.format == "JPEG"
    most = _MOST_PIXELS_OF_JPEG if is_jpeg else _MOST_PIXELS
    if picture.width * picture.height > most:
        raise PictureRefusedError(_("“%(name)s” has too many pixels.") % names)
    if min(picture.size) < _SHORTEST_SIDE:
        raise PictureRefusedError(
            _("“%(name)s” is too small: take one of 600 pixels or more.") % names
        )


def _written(picture: Image.Image) -> "ContentFile[bytes]":
    drawn = BytesIO()
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture.convert("RGBA").save(drawn, "PNG", optimize=True)
        kind = "png"
    else:
        picture.convert("RGB").save(drawn, "JPEG", quality=88)
        kind = "jpg"
    return ContentFile(drawn.getvalue(), name=f"{public_id('pic')}.{kind}")
