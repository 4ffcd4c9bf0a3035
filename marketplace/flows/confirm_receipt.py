"""The buyer has everything: money goes, points are earned, a note is left."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplace.core.errors import RefusedError
from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.flows.count_notes import count_for_seller
from marketplace.flows.earn_points import earn_points
from marketplace.flows.mail import Mail, post
from payouts.services import release
from payouts.services import settlement as money
from reviews import services as reviews
from reviews.models import SellerNote
from reviews.services import Note
from support.models import Problem
from support.services import conversation
from vendors.models import VendorOrder, WebhookEvent
from vendors.services import fulfilment, webhook_news


class ProblemOpenError(RefusedError):
    """A report about this part is not settled yet."""

    code = "problem.open"


class NotReceivedError(RefusedError):
    """A note is for what has arrived."""

    code = "note.too_early"


@transaction.atomic
def confirm_receipt(
    *,
    part: VendorOrder,
    note: Note | None = None,
    actor_id: int | None = None,
    now: datetime,
) -> VendorOrder:
    """Note that the buyer has it all; release the money at once; keep the note.

    Locks the vendor order, then the settlement, points and standing. Raises
    ProblemOpenError while a report is open, NotReceivableError if something has not
    left or a second time, NoteRefusedError for a note that is none.
    """
    part = fulfilment.lock(part.pk)
    _refuse_open_problem(part)
    part = count_as_received(part=part, actor_id=actor_id, now=now)
    if note is not None:
        give_note(part=part, note=note, now=now)
    return part


@transaction.atomic
def receive_by_timer(*, part: VendorOrder, now: datetime) -> bool:
    """Count a part as received because nobody objected in time; say whether it did.

    Not while a report is open, nor what was refunded completely. Locks like
    `confirm_receipt`.
    """
    part = fulfilment.lock(part.pk)
    is_disputed = part.problems.filter(state=Problem.State.OPEN).exists()
    if is_disputed or part.settlement.is_refunded:
        return False
    count_as_received(part=part, by_timer=True, now=now)
    return True


@transaction.atomic
def give_note(*, part: VendorOrder, note: Note, now: datetime) -> SellerNote:
    """Keep the buyer's note of the seller and count it, unless it waits for moderation.

    Locks the seller's sums and standing. Raises NotReceivedError before receipt,
    NoteGivenError for a second one.
    """
    if part.state != VendorOrder.State.RECEIVED:
        raise NotReceivedError(_("Rate the seller when you have everything."))
    written = reviews.write_note(part=part, note=note, now=now)
    if not written.is_hidden:
        count_for_seller(written, sign=1, now=now)
    return written


def count_as_received(
    *,
    part: VendorOrder,
    by_timer: bool = False,
    actor_id: int | None = None,
    now: datetime,
) -> VendorOrder:
    """Do what follows from receipt, in the caller's transaction."""
    part = fulfilment.receive(vendor_order_id=part.pk, by_timer=by_timer, now=now)
    money.mark_delivered(vendor_order_id=part.pk, at=part.delivered_at or now)
    money.confirm_receipt(vendor_order_id=part.pk, at=now)
    release.release(vendor_order_ids=[part.pk], now=now)
    earn_points(part=part, now=now)
    counted, received = gettext_noop("Counted as received"), gettext_noop("Received")
    said = Said(counted if by_timer else received)
    conversation.tell(vendor_order_id=part.pk, said=said, now=now)
    audit.record("order.received", subject=part, actor_id=actor_id, now=now)
    post(Mail.RECEIVED, part=part.pk, now=now)
    webhook_news.tell(
        WebhookEvent.ORDER_RECEIVED, vendor_id=part.vendor_id, part=part.pk, now=now
    )
    return part


def _refuse_open_problem(part: VendorOrder) -> None:
    if part.problems.filter(state=Problem.State.OPEN).exists():
        raise ProblemOpenError(
            _("You have reported a problem. Take the report back first if all is well.")
        )
