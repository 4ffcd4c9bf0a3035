"""Operators write down what they know of a shop."""

from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from vendors.models import ShopNote, Vendor

LONGEST = 4000


class NoteRefusedError(RefusedError):
    """The note says nothing, or too much."""

    code = "shop_note.refused"


def write_note(
    *, vendor: Vendor, text: str, author_id: int, author: str, now: datetime
) -> ShopNote:
    """Keep a note for the office alone. Raises NoteRefusedError for an empty one."""
    text = text.replace("\0", "").strip()
    if not text:
        raise NoteRefusedError(_("Write what the others should know."))
    if len(text) > LONGEST:
        raise NoteRefusedError(
            _("A note has at most %(most)d characters.") % {"most": LONGEST}
        )
    return ShopNote.objects.create(
        vendor=vendor,
        author_id=author_id,
        author_label=author,
        text=text,
        written_at=now,
    )
