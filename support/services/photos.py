"""Photos as evidence, redrawn so that their place and time do not come along."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from support.models import Problem, ProblemPhoto
from vendors.services import pictures
from vendors.services.pictures import PictureRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.base import ContentFile
    from django.core.files.uploadedfile import UploadedFile

MOST_PHOTOS = 8


class PhotoRefusedError(RefusedError):
    """A file is no picture that we can read, or there are too many."""

    code = "problem.photo"


def redrawn(uploads: "Sequence[UploadedFile[Any]]") -> "list[ContentFile[bytes]]":
    """Return each picture drawn anew, without its metadata.

    Raises PhotoRefusedError naming the file that is wrong.
    """
    if len(uploads) > MOST_PHOTOS:
        raise PhotoRefusedError(
            _("Add at most %(most)d photos.") % {"most": MOST_PHOTOS}
        )
    return [_redrawn(upload) for upload in uploads]


def attach(
    *, problem: Problem, photos: "Sequence[ContentFile[bytes]]", stored: list[str]
) -> None:
    """Keep redrawn pictures with a problem, in private storage.

    Notes in `stored` what the storage has more, for whoever undoes it.
    """
    for number, photo in enumerate(photos, start=1):
        row = ProblemPhoto(problem=problem)
        kind = Path(str(photo.name)).suffix
        row.file.save(f"{problem.public_id}-{number}{kind}", photo, save=False)
        # Noted before the row is written: that may fail too.
        stored.append(str(row.file))
        row.save()


def _redrawn(upload: "UploadedFile[Any]") -> "ContentFile[bytes]":
    try:
        return pictures.redrawn(upload)
    except PictureRefusedError as error:
        raise PhotoRefusedError(error.message) from error
