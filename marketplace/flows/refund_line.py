"""A buyer gets money back: for lines, a whole part, or as the platform's gift."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from payouts.selectors.disputes import dispute_of
from payouts.services import refund as money
from payouts.services import settlement
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_preview import RefundPreview, preview_of_lines
from vendors.models import VendorOrder, VendorOrderLine
from vendors.services import fulfilment

__all__ = [
    "NotRefundableError",
    "ReasonMissingError",
    "RefundPreview",
    "give_goodwill",
    "preview_amounts",
    "refund_amounts",
    "refund_lines",
    "refund_part",
    "still_refundable",
    "worth_of",
]


class ReasonMissingError(RefusedError):
    """Money that a person moves by hand has a reason."""

    code = "refund.reason"


@transaction.atomic
def refund_lines(
    *,
    part: VendorOrder,
    quantities: Mapping[int, int],
    reason: str,
    token: str,
    actor_id: int | None = None,
    now: datetime,
) -> None:
    """Give back so many units of some lines; `quantities` maps vendor order lines.

    Only reserves: the ledger is booked, and points follow, when Stripe has answered.
    The same token refunds once. Locks the payment, settlement and lines.

    What the seller gave away has no money to give back. Raises NotRefundableError if
    fewer units are left to refund.
    """
    lines = VendorOrderLine.objects.filter(vendor_order=part, pk__in=quantities)
    lines = lines.filter(order_line__settlement_line__gross_minor__gt=0)
    wanted = [
        _worth(line, quantities[line.pk])
        for line in lines.select_related("order_line__settlement_line")
    ]
    if quantities and not wanted:
        return
    money.request_refund(
        order_id=part.order_id, lines=wanted, reason=reason, token=token, now=now
    )
    audit.record(
        "refund.requested", subject=part, actor_id=actor_id, reason=reason, now=now
    )


def still_refundable(
    *, part: VendorOrder, quantities: Mapping[int, int]
) -> dict[int, int]:
    """Return how many of `quantities` the buyer has not got the money back for.

    Lines of which nothing is left are not named. Reads without a lock.
    """
    lines = VendorOrderLine.objects.filter(vendor_order=part, pk__in=quantities)
    left = {
        line.pk: min(
            quantities[line.pk], money.units_left(line.order_line.settlement_line)
        )
        for line in lines.select_related("order_line__settlement_line")
    }
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}


def worth_of(*, part: VendorOrder, quantities: Mapping[int, int]) -> int:
    """Return what so many units of its lines would give back now, in minor units.

    Counts only units that were not given back yet. Reads without a lock.
    """
    left = still_refundable(part=part, quantities=quantities)
    lines = VendorOrderLine.objects.filter(vendor_order=part, pk__in=left)
    return sum(
        _worth(line, left[line.pk]).gross_minor
        for line in lines.select_related("order_line__settlement_line")
    )


@transaction.atomic
def refund_part(
    *,
    part: VendorOrder,
    reason: str,
    token: str,
    actor_id: int | None = None,
    now: datetime,
) -> None:
    """Give back all that is left of a vendor order, its shipping included.

    Only reserves, like `refund_lines`; a part that the seller gave away is just closed.
    Raises NotRefundableError if nothing is left.
    """
    if settlement.cancel_worthless(vendor_order_id=part.pk):
        return
    money.request_refund_of_vendor_order(
        vendor_order_id=part.pk, reason=reason, token=token, now=now
    )
    audit.record(
        "refund.requested", subject=part, actor_id=actor_id, reason=reason, now=now
    )


@transaction.atomic
def refund_amounts(
    *,
    part: VendorOrder,
    wanted: Mapping[int, int],
    reason: str,
    token: str,
    actor_id: int | None = None,
    now: datetime,
) -> None:
    """Give back so much of lines of a part, delivery included; see `preview_amounts`.

    `wanted` maps frozen lines to minor units of their price. Only reserves, like
    `refund_lines`. The same token refunds once; with other amounts it is refused.

    Raises ReasonMissingError, NotRefundableError, DisputedError or SentAlreadyError.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissingError(_("Say why; the buyer and the books keep it."))
    if not wanted:
        raise NotRefundableError(_("Say how much of what goes back."))
    fulfilment.lock(part.pk)
    if money.is_line_refund_requested(token=token, wanted=wanted):
        return
    money.request_refund(
        order_id=part.order_id,
        lines=[RefundLineInput(line_id, gross) for line_id, gross in wanted.items()],
        reason=reason,
        token=token,
        now=now,
    )
    audit.record(
        "refund.requested",
        subject=part,
        actor_id=actor_id,
        reason=reason,
        details={"gross_minor": sum(wanted.values()), "currency": part.currency},
        now=now,
    )


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


def _worth(line: VendorOrderLine, quantity: int) -> RefundLineInput:
    frozen = line.order_line.settlement_line.pk
    gross = money.price_of_quantity(line_id=frozen, quantity=quantity)
    return RefundLineInput(frozen, gross)
