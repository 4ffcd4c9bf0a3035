"""A buyer gets money back: for lines, a whole part, or as the platform's gift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.db import audit
from marketplace.flows.call_off import (
    WantedBack,
    call_off,
    go_on_without,
    plan_of,
)
from marketplace.flows.mail import Mail, not_sent, post
from marketplace.flows.refund_look import hold_to
from payouts.selectors.disputes import dispute_of
from payouts.services import refund as money
from payouts.services import settlement
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_preview import RefundPreview, left_of, preview_of_lines
from vendors.models import VendorOrder, VendorOrderLine
from vendors.services import fulfilment
from vendors.services.fulfilment import CalledOff, CancelledBy

if TYPE_CHECKING:
    from payouts.models import RefundRequest

__all__ = [
    "NotRefundableError",
    "RefundPreview",
    "RefundedBy",
    "WantedBack",
    "give_goodwill",
    "plan_of",
    "preview_amounts",
    "preview_rest",
    "refund_amounts",
    "refund_lines",
    "refund_part",
    "reimburse_lines",
    "reimburse_part",
    "still_refundable",
    "worth_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedBy:
    """Who gives money back, on which side.

    `is_news` where nothing else tells the seller of it, as a decision would; of pieces
    that are not sent any more both sides get a mail anyway. `seen` is the mark of the
    `Look` that they confirm, None where nobody looked: then nothing else is done.
    """

    side: CancelledBy = CancelledBy.PLATFORM
    actor_id: int | None = None
    is_news: bool = False
    seen: str | None = None


_BY_US = RefundedBy()


@transaction.atomic
def refund_lines(
    *,
    part: VendorOrder,
    quantities: Mapping[int, int],
    reason: str,
    token: str,
    now: datetime,
) -> None:
    """Give back so many units of some lines; `quantities` maps vendor order lines.

    Units that wait to leave are given back first, and are not sent any more. Locks the
    vendor order, its lines and offers, then like `reimburse_lines`, which says the
    rest.
    """
    part = fulfilment.lock(part.pk)
    if money.was_sent(token=token):
        return
    back = worth_of(part=part, quantities=quantities)
    if back.wanted:
        _give(part, back, reason, token, _BY_US, now)


@transaction.atomic
def reimburse_lines(
    *,
    part: VendorOrder,
    quantities: Mapping[int, int],
    reason: str,
    token: str,
    actor_id: int | None = None,
    now: datetime,
) -> None:
    """Give back the money of so many units, whatever becomes of the units.

    Only reserves: the ledger is booked, and points follow, when Stripe has answered.
    The same token refunds once. Locks the payment, settlement and lines.

    What the seller gave away has no money to give back. Raises NotRefundableError if
    fewer units are left to refund.
    """
    back = worth_of(part=part, quantities=quantities)
    if back.wanted:
        lines = _inputs(back, back.wanted, {})
        _request(part, lines, reason, token, actor_id, now)


def worth_of(
    *, part: VendorOrder, quantities: Mapping[int, int], are_in_hand: bool = False
) -> WantedBack:
    """Return the price of units that cost something; see `WantedBack`.

    Raises NotRefundableError if fewer units are left to refund.
    """
    lines = VendorOrderLine.objects.filter(vendor_order=part, pk__in=quantities)
    lines = lines.filter(order_line__settlement_line__gross_minor__gt=0)
    wanted, pieces = {}, {}
    for line in lines.select_related("order_line__settlement_line"):
        frozen, quantity = line.order_line.settlement_line.pk, quantities[line.pk]
        wanted[frozen] = money.price_of_quantity(line_id=frozen, quantity=quantity)
        pieces[frozen] = quantity
    return WantedBack(wanted=wanted, pieces=pieces, are_in_hand=are_in_hand)


def still_refundable(
    *, part: VendorOrder, quantities: Mapping[int, int]
) -> dict[int, int]:
    """Return how many of `quantities` the buyer has not got the money back for.

    Lines of which nothing is left are not named. Reads without a lock.
    """
    lines = VendorOrderLine.objects.filter(vendor_order=part, pk__in=quantities)
    left = {
        line.pk: min(quantities[line.pk], line.order_line.settlement_line.units_left)
        for line in lines.select_related("order_line__settlement_line")
    }
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}


def preview_rest(*, part: VendorOrder) -> RefundPreview | None:
    """Say what giving back all that is left would do; None if it cannot be now."""
    return _preview(part, left_of(part.settlement))


@transaction.atomic
def refund_part(
    *,
    part: VendorOrder,
    reason: str,
    token: str,
    by: RefundedBy = _BY_US,
    now: datetime,
) -> None:
    """Give back all that is left of a vendor order; what has not left stays here.

    Locks the vendor order, its lines and offers, then like `reimburse_part`.
    """
    part = fulfilment.lock(part.pk)
    if money.was_sent(token=token):
        return
    rest = {line.pk: line.left_to_ship for line in part.lines.all()}
    called_off = call_off(
        part=part, quantities=rest, by=by.side, reason=reason, now=now
    )
    request = reimburse_part(
        part=part, reason=reason, token=token, actor_id=by.actor_id, now=now
    )
    _go_on(called_off, request, reason, by, now)


@transaction.atomic
def reimburse_part(
    *,
    part: VendorOrder,
    reason: str,
    token: str,
    actor_id: int | None = None,
    now: datetime,
) -> "RefundRequest | None":
    """Give back all the money that is left of a vendor order, its shipping included.

    Only reserves, like `reimburse_lines`, and returns the refund; a part that the
    seller gave away is just closed. Raises NotRefundableError if nothing is left.
    """
    if settlement.cancel_worthless(vendor_order_id=part.pk):
        return None
    request = money.request_refund_of_vendor_order(
        vendor_order_id=part.pk, reason=reason, token=token, now=now
    )
    audit.record(
        "refund.requested", subject=part, actor_id=actor_id, reason=reason, now=now
    )
    return request


@transaction.atomic
def refund_amounts(
    *,
    part: VendorOrder,
    back: WantedBack,
    reason: str,
    token: str,
    by: RefundedBy,
    now: datetime,
) -> None:
    """Give back so much of lines of a part, delivery included; see `plan_of`.

    What stays here for it is not sent any more. Only reserves the money, like
    `reimburse_lines`. The same token refunds once; with other amounts it is refused.
    Locks the vendor order, its lines and offers, then the payment, settlement and
    lines.

    Raises ReasonMissingError, NotRefundableError, DisputedError, SentAlreadyError, or
    ChangedMeanwhileError if it does not do what was seen.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissingError(_("Say why; the buyer and the books keep it."))
    if not back.wanted:
        raise NotRefundableError(_("Say how much of what goes back."))
    part = fulfilment.lock(part.pk)
    if money.is_line_refund_requested(token=token, wanted=back.wanted):
        return
    _give(part, back, reason, token, by, now)


def preview_amounts(*, part: VendorOrder, wanted: Mapping[int, int]) -> RefundPreview:
    """Say who would give what if so much of lines of a part went back.

    Reads without a lock. Raises NotRefundableError or DisputedError, as the refund
    would.
    """
    return preview_of_lines(settlement=part.settlement, wanted=wanted)


@transaction.atomic
def give_goodwill(
    *,
    part: VendorOrder,
    cash_minor: int,
    reason: str,
    token: str,
    operator_id: int,
    now: datetime,
) -> None:
    """Give cash back at the platform's expense; the seller keeps theirs.

    The same token gives once. Locks the vendor order, then the payment.

    Raises ReasonMissingError, SentAlreadyError if the token gave something else, or
    NotRefundableError if the buyer did not pay that much by card or their bank has
    called the payment into question.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissingError(_("Say why you give it."))
    fulfilment.lock(part.pk)
    if money.is_requested(token=token, cash_minor=cash_minor, reason=reason):
        return
    if dispute_of(order_id=part.order_id) is not None:
        raise NotRefundableError(
            _("The bank decides about this payment: no money can be moved.")
        )
    money.request_goodwill(
        order_id=part.order_id,
        cash_minor=cash_minor,
        reason=reason,
        token=token,
        now=now,
    )
    audit.record(
        "refund.goodwill",
        subject=part,
        actor_id=operator_id,
        reason=reason,
        details={"cash_minor": cash_minor, "currency": part.currency},
        now=now,
    )


def _preview(part: VendorOrder, wanted: Mapping[int, int]) -> RefundPreview | None:
    try:
        return preview_amounts(part=part, wanted=wanted)
    except RefusedError:
        return None


def _give(
    part: VendorOrder,
    back: WantedBack,
    reason: str,
    token: str,
    by: RefundedBy,
    now: datetime,
) -> None:
    """Give money of a locked part back; what stays here for it is called off first."""
    plan = plan_of(part=part, back=back)
    called_off = call_off(
        part=part, quantities=plan.quantities, by=by.side, reason=reason, now=now
    )
    lines = _inputs(back, plan.wanted, plan.in_hand)
    request = _request(part, lines, reason, token, by.actor_id, now)
    _go_on(called_off, request, reason, by, now)


def _go_on(
    called_off: CalledOff,
    request: "RefundRequest | None",
    reason: str,
    by: RefundedBy,
    now: datetime,
) -> None:
    """Go on without what was called off, and mail those who have not done it."""
    if request is not None:
        hold_to(by.seen, request=request, quantities=called_off.quantities)
    go_on_without(called_off=called_off, actor_id=by.actor_id, reason=reason, now=now)
    part, pieces = called_off.part, called_off.quantities
    words = not_sent(pieces, reason)
    if pieces:
        post(Mail.PART_CANCELLED, part=part.pk, words=words, now=now)
    if by.side != CancelledBy.SELLER and (pieces or by.is_news):
        refund = {"refund": request.pk} if request is not None else {}
        post(Mail.SALE_GIVEN_BACK, part=part.pk, words=words, now=now, **refund)


def _inputs(
    back: WantedBack, wanted: Mapping[int, int], in_hand: Mapping[int, int]
) -> list[RefundLineInput]:
    return [
        RefundLineInput(
            line_id, gross, back.pieces.get(line_id, 0), in_hand.get(line_id, 0)
        )
        for line_id, gross in wanted.items()
    ]


def _request(
    part: VendorOrder,
    lines: Sequence[RefundLineInput],
    reason: str,
    token: str,
    actor_id: int | None,
    now: datetime,
) -> "RefundRequest":
    request = money.request_refund(
        order_id=part.order_id,
        lines=lines,
        reason=reason,
        token=token,
        now=now,
    )
    audit.record(
        "refund.requested",
        subject=part,
        actor_id=actor_id,
        reason=reason,
        details={
            "gross_minor": sum(line.gross_minor for line in lines),
            "currency": part.currency,
        },
        now=now,
    )
    return request
