"""Files that come with a message: pictures drawn anew, and PDFs as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.files import new_among
from marketplace.core.identifiers import public_id
from support.models import LONGEST_NAME, Message, MessageFile
from vendors.services import pictures
from vendors.services.pictures import PictureRefusedError

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 4
MOST_PDF_BYTES = 4 * 1024 * 1024
_HEAD, _TAIL, _TAIL_BYTES = b"%PDF-", b"%%EOF", 1024


class FileRefusedError(RefusedError):
    """A file is neither a picture nor a PDF, is too large, or is one too many."""

    code = "message.file"
    field = "attachments"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it will be kept, and what its sender calls it."""

    name: str
    content: "ContentFile[bytes]"


def looked_into(uploads: "Sequence[UploadedFile[Any]]") -> list[Attachment]:
    """Return what can go with a message: pictures without their metadata, and PDFs.

    Raises FileRefusedError naming the file that is wrong; nothing is written.
    """
    if len(uploads) > MOST_FILES:
        raise FileRefusedError(_too_many())
    return [_looked_into(upload) for upload in uploads]


def attach(
    *, message: Message, attachments: Sequence[Attachment], stored: list[str]
) -> None:
    """Keep files with a message, in private storage; the same one again is once.

    Notes in `stored` what the storage has more, for whoever undoes it. The caller has
    locked the conversation. Raises FileRefusedError if the message has more than
    `MOST_FILES` then.
    """
    has = list(message.files.all())
    sent = [(each.name, each.content) for each in attachments]
    new = new_among(sent, kept=has)
    if len(has) + len(new) > MOST_FILES:
        raise FileRefusedError(_too_many())
    for name, content in new:
        row = MessageFile(message=message, name=name, size=content.size)
        kind = Path(str(content.name)).suffix
        row.file.save(f"{public_id('fil')}{kind}", content, save=False)
        # Noted before the row is written: that may fail too.
        stored.append(str(row.file))
        row.save()


def _looked_into(upload: "UploadedFile[Any]") -> Attachment:
    name = Truncator(Path(str(upload.name)).name).chars(LONGEST_NAME)
    upload.seek(0)
    if upload.read(len(_HEAD)) == _HEAD:
        # Whoever saves it gets a paper, whatever its sender called it.
        bare = Truncator(Path(name).stem).chars(LONGEST_NAME - len(".pdf"))
        return Attachment(f"{bare}.pdf", _paper(upload))
    try:
        return Attachment(name, pictures.redrawn(upload))
    except PictureRefusedError as error:
        if Path(name).suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"}:
            raise FileRefusedError(error.message) from error
        words = _("“%(name)s” cannot be sent. Choose a JPG, PNG, WebP or PDF.")
        raise FileRefusedError(words % {"name": name}) from error


def _paper(upload: "UploadedFile[Any]") -> "ContentFile[bytes]":
    names = {"name": upload.name}
    if (upload.size or 0) > MOST_PDF_BYTES:
        raise FileRefusedError(_("“%(name)s” is larger than 4 MB.") % names)
    upload.seek(0)
    content = upload.read()
    if _TAIL not in content[-_TAIL_BYTES:]:
        raise FileRefusedError(_("“%(name)s” is cut off: save the PDF again.") % names)
    return ContentFile(content, name="paper.pdf")


def _too_many() -> str:
    return _("Add at most %(most)d files to a message.") % {"most": MOST_FILES}
