"""Notes that buyers give sellers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.ratings import HIGHEST, LOWEST
from reviews.models import ASPECTS, LONGEST_NAME, SellerNote
from reviews.services.holding import must_wait
from reviews.services.moderation import hold
from reviews.services.sums import count_note
from vendors.models import VendorOrder

LONGEST_TEXT = 2000


class NoteRefusedError(RefusedError):
    """The note is not from 1 to 5, or its text is too long."""

    code = "note.refused"


class NoteGivenError(RefusedError):
    """A vendor order has one note only."""

    code = "note.given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the buyer says of the seller: one to five stars, perhaps words.

    `aspects` are named as in `ASPECTS`; what is missing or None is not given.
    """

    score: int
    text: str = ""
    aspects: Mapping[str, int | None] = field(default_factory=dict)
    author_name: str = ""
    user_id: int | None = None


@transaction.atomic
def write_note(
    *,
    part: VendorOrder,
    note: Note,
    now: datetime,
) -> SellerNote:
    """Write the one note of a vendor order; the caller counts it (`vendors.standing`).

    A text with a link or a number waits, hidden and not counted, for a moderator. A
    name longer than its place is cut. Locks the seller's sums. Raises NoteRefusedError
    or, for a second one, NoteGivenError.
    """
    _refuse_odd(note)
    waits = must_wait(note.text)
    try:
        with transaction.atomic():
            written = SellerNote.objects.create(
                vendor_order=part,
                partner_id=part.vendor.partner_id,
                user_id=note.user_id,
                author_name=Truncator(note.author_name).chars(LONGEST_NAME),
                score=note.score,
                **{name: note.aspects.get(name) for name in ASPECTS},
                text=note.text.strip(),
                is_hidden=waits,
                created_at=now,
            )
    except IntegrityError as error:
        raise NoteGivenError(_("You have rated this order. Thank you.")) from error
    if waits:
        hold(written, now=now)
    else:
        count_note(written, sign=1)
    return written


def _refuse_odd(note: Note) -> None:
    aspects = (each for each in note.aspects.values() if each is not None)
    if not all(LOWEST <= each <= HIGHEST for each in (note.score, *aspects)):
        raise NoteRefusedError(_("Choose one to five stars."))
    if len(note.text) > LONGEST_TEXT:
        raise NoteRefusedError(
            _("Keep it under %(most)d characters.") % {"most": LONGEST_TEXT}
        )
