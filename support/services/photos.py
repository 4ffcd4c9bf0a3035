"""Photos as evidence, redrawn so that their place and time do not come along."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from marketplace.core.errors import RefusedError
from support.models import Problem, ProblemPhoto
from vendors.services.pictures import UNREADABLE, upright

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

MOST_PHOTOS = 8
MOST_BYTES = 8 * 1024 * 1024
_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2000
# Only these are ever opened: other readers start programs or unpack at length.
_FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefusedError(RefusedError):
    """A file is no picture that we can read, or there are too many."""

    code = "problem.photo"


def redrawn(uploads: "Sequence[UploadedFile[Any]]") -> "list[ContentFile[bytes]]":
    """Return each picture as a JPEG without its metadata, 2000 pixels at most.

    Raises PhotoRefusedError naming the file that is wrong.
    """
    if len(uploads) > MOST_PHOTOS:
        raise PhotoRefusedError(
            _("Add at most %(most)d photos.") % {"most": MOST_PHOTOS}
        )
    return [_redrawn(upload) for upload in uploads]


def attach(*, problem: Problem, photos: "Sequence[ContentFile[bytes]]") -> None:
    """Keep redrawn pictures with a problem, in private storage."""
    for number, photo in enumerate(photos, start=1):
        row = ProblemPhoto(problem=problem)
        row.file.save(f"{problem.public_id}-{number}.jpg", photo)


def _redrawn(upload: "UploadedFile[Any]") -> "ContentFile[bytes]":
    names = {"name": upload.name}
    if (upload.size or 0) > MOST_BYTES:
        raise PhotoRefusedError(_("“%(name)s” is larger than 8 MB.") % names)
    try:
        with Image.open(upload, formats=_FORMATS) as picture:
            # A small file may unfold into a huge picture: look before drawing.
            if picture.width * picture.height > _MOST_PIXELS:
                raise PhotoRefusedError(_("“%(name)s” has too many pixels.") % names)
            turned = upright(picture).convert("RGB")
    except UNREADABLE as error:
        raise PhotoRefusedError(
            _("“%(name)s” is not a picture. Choose a JPG, PNG or WebP.") % names
        ) from error
    turned.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    drawn = BytesIO()
    turned.save(drawn, "JPEG", quality=85)
    return ContentFile(drawn.getvalue())
