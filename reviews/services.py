"""Notes that buyers give sellers."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from reviews.models import SellerNote
from vendors.models import VendorOrder

LOWEST, HIGHEST = 1, 5
LONGEST_TEXT = 2000


class NoteRefusedError(RefusedError):
    """The note is not from 1 to 5, or its text is too long."""

    code = "note.refused"


class NoteGivenError(RefusedError):
    """A vendor order has one note only."""

    code = "note.given"


@transaction.atomic
def write_note(
    *,
    part: VendorOrder,
    score: int,
    text: str = "",
    user_id: int | None,
    author_name: str,
    now: datetime,
) -> SellerNote:
    """Write the one note of a vendor order; the caller counts it (`vendors.standing`).

    Raises NoteRefusedError or, for a second one, NoteGivenError.
    """
    if not LOWEST <= score <= HIGHEST:
        raise NoteRefusedError(_("Choose one to five stars."))
    if len(text) > LONGEST_TEXT:
        raise NoteRefusedError(
            _("Keep it under %(most)d characters.") % {"most": LONGEST_TEXT}
        )
    try:
        with transaction.atomic():
            return SellerNote.objects.create(
                vendor_order=part,
                partner_id=part.vendor.partner_id,
                user_id=user_id,
                author_name=author_name,
                score=score,
                text=text.strip(),
                created_at=now,
            )
    except IntegrityError as error:
        raise NoteGivenError(_("You have rated this order. Thank you.")) from error


@transaction.atomic
def answer_note(*, note_id: int, text: str, now: datetime) -> SellerNote:
    """Write the seller's answer below a note; a new one replaces it."""
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT:
        raise NoteRefusedError(
            _("Write an answer of at most %(most)d characters.")
            % {"most": LONGEST_TEXT}
        )
    note = SellerNote.objects.select_for_update(no_key=True).get(pk=note_id)
    note.answer = words
    note.answered_at = now
    note.save(update_fields=["answer", "answered_at"])
    return note
