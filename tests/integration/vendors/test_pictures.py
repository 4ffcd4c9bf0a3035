"""What a seller uploads as a picture may be damaged anywhere."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from vendors.services.pictures import redrawn

ORIENTATION, X_RESOLUTION = 0x0112, 0x011A


def photo(*, kind: str, is_odd: bool) -> SimpleUploadedFile:
    """Return a photo that lies on its side; an odd one says that in the wrong type."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[X_RESOLUTION] = 6, 72.0
    drawn = BytesIO()
    Image.new("RGB", (120, 60), "brown").save(drawn, kind, exif=exif)
    content = drawn.getvalue()
    if is_odd:
        # A resolution that is text: it can be read, and cannot be written again.
        content = content.replace(b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x07", 1)
    return SimpleUploadedFile(f"shelf.{kind.lower()}", content)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_photo_with_odd_notes_in_it_is_taken(kind: str):
    drawn = redrawn(photo(kind=kind, is_odd=True))

    with Image.open(drawn) as kept:
        assert dict(kept.getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_photo_that_lies_on_its_side_is_turned(kind: str):
    drawn = redrawn(photo(kind=kind, is_odd=False))

    with Image.open(drawn) as kept:
        assert kept.size == (60, 120)
