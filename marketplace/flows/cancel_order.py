"""A part of an order is not delivered: the buyer gets that part's money back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.flows.call_off import go_on
from marketplace.flows.mail import Mail, not_sent, post
from marketplace.flows.refund_line import (
    reimburse_lines,
    reimburse_part,
    still_refundable,
)
from marketplace.flows.ship_parcel import products_of
from search import services as search
from support.services import conversation
from vendors.models import VendorOrder, WebhookEvent
from vendors.score import Counters
from vendors.selectors.orders import SELLERS_DOING
from vendors.services import fulfilment, standing, webhook_news
from vendors.services.fulfilment import Cancellation, CancelledBy, CancelReason


@transaction.atomic
def refuse_order(
    *,
    part: VendorOrder,
    reason: CancelReason,
    text: str = "",
    actor_id: int | None = None,
    now: datetime,
) -> Cancellation:
    """Refuse what has not left yet as its seller; the buyer is refunded first.

    The reason decides about the stock. Locks the vendor order, lines and offers, then
    payment and settlement. Raises NotCancellableError once everything has left.
    """
    return _cancel(part, CancelledBy.SELLER, reason, text, actor_id, now)


@transaction.atomic
def cancel_order(
    *,
    part: VendorOrder,
    text: str = "",
    actor_id: int | None = None,
    now: datetime,
) -> Cancellation:
    """Cancel as the buyer, while nothing has left.

    Raises NotCancellableError once something has left.
    """
    reason = CancelReason.BUYER_ASKED
    return _cancel(part, CancelledBy.BUYER, reason, text, actor_id, now)


@transaction.atomic
def cancel_late_order(*, part: VendorOrder, now: datetime) -> Cancellation:
    """Nobody shipped it although the seller was warned: it ends by itself.

    Raises NotCancellableError if it has left meanwhile.
    """
    return _cancel(part, CancelledBy.TIMER, CancelReason.LATE, "", None, now)


@transaction.atomic
def end_dispatch(*, part: VendorOrder, text: str, now: datetime) -> Cancellation:
    """Cancel what has not left because its money may not be held any longer.

    Raises NotCancellableError if it has left meanwhile.
    """
    return _cancel(part, CancelledBy.PLATFORM, CancelReason.OTHER, text, None, now)


def _cancel(
    part: VendorOrder,
    by: CancelledBy,
    reason: CancelReason,
    text: str,
    actor_id: int | None,
    now: datetime,
) -> Cancellation:
    cancelled = fulfilment.cancel(
        vendor_order_id=part.pk, by=by, reason=reason, text=text, now=now
    )
    part = cancelled.part
    # A buyer's own words can be forgotten; what the books and the trail say, cannot.
    is_own = by == CancelledBy.BUYER
    for_ever = str(reason.label) if is_own else part.cancel_reason
    _refund(cancelled, for_ever, actor_id, now)
    if not cancelled.is_whole:
        go_on(part=part, now=now)
    if by in SELLERS_DOING:
        standing.count(
            vendor_id=part.vendor_id, happened=Counters(cancelled_by_seller=1)
        )
    conversation.tell(
        vendor_order_id=part.pk,
        said=why_cancelled(part.cancel_reason),
        now=now,
    )
    audit.record(
        "order.cancelled",
        subject=part,
        actor_id=actor_id,
        reason=for_ever,
        now=now,
    )
    search.mark_changed(product_ids=products_of(part), now=now)
    _tell(cancelled, by, now)
    return cancelled


def _tell(cancelled: Cancellation, by: CancelledBy, now: datetime) -> None:
    """Write to the buyer, to the seller if it was not theirs, and to their systems."""
    part = cancelled.part
    words = not_sent(cancelled.quantities, part.cancel_reason)
    post(Mail.PART_CANCELLED, part=part.pk, words=words, now=now)
    if by != CancelledBy.SELLER:
        post(Mail.SALE_CANCELLED, part=part.pk, now=now)
    webhook_news.tell(
        WebhookEvent.ORDER_CANCELLED, vendor_id=part.vendor_id, part=part.pk, now=now
    )


def why_cancelled(why: str) -> Said:
    """Return what the thread of an order says of its cancellation."""
    return Said(gettext_noop("Cancelled: %(why)s"), {"why": why})


def _refund(
    cancelled: Cancellation, reason: str, actor_id: int | None, now: datetime
) -> None:
    part, token = cancelled.part, f"cancel:{cancelled.part.pk}"
    if part.settlement.is_refunded:
        # The bank has taken it back, or somebody gave it: nothing is left to give.
        return
    if cancelled.is_whole:
        reimburse_part(
            part=part, reason=reason, token=token, actor_id=actor_id, now=now
        )
        return
    # A report about these very pieces may have brought the money back already.
    quantities = still_refundable(part=part, quantities=cancelled.quantities)
    if quantities:
        reimburse_lines(
            part=part,
            quantities=quantities,
            reason=reason,
            token=token,
            actor_id=actor_id,
            now=now,
        )
