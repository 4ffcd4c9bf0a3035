"""The rows of a part on its way: how they are locked, ended and moved on.

For the services beside it, which lock the part, then its lines, before they write.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q

from vendors.models import VendorOrder, VendorOrderLine
from vendors.services.stock import Pieces

State = VendorOrder.State
CancelledBy = VendorOrder.CancelledBy
_AND_ALSO = " · "


def locked_lines(part: VendorOrder) -> list[VendorOrderLine]:
    """Lock the lines of a locked part, each with what was ordered."""
    lines = VendorOrderLine.objects.select_for_update(of=("self",), no_key=True)
    return list(
        lines.filter(vendor_order=part).select_related("order_line").order_by("pk")
    )


def pieces(quantities: Mapping[VendorOrderLine, int]) -> list[Pieces]:
    """Return what lines mean to the shelf, where there is anything of them."""
    return [
        Pieces(line.order_line.stockrecord_id, quantity)
        for line, quantity in quantities.items()
        if quantity
    ]


def cancel_pieces(line: VendorOrderLine, quantity: int, reason: str) -> None:
    """Let so many pieces of a locked line stay here, and note why."""
    line.cancelled_quantity += quantity
    said = line.cancel_reason.split(_AND_ALSO) if line.cancel_reason else []
    if reason and reason not in said:
        line.cancel_reason = _AND_ALSO.join([*said, reason])
    line.save(update_fields=["cancelled_quantity", "cancel_reason"])


def reword_reason(part: VendorOrder, words: str) -> None:
    """Write other words for why a locked part was cancelled. Locks its lines."""
    why = part.cancel_reason
    for line in locked_lines(part):
        said = line.cancel_reason.split(_AND_ALSO)
        line.cancel_reason = _AND_ALSO.join(
            words if each == why else each for each in said
        )
        line.save(update_fields=["cancel_reason"])
    part.cancel_reason = words
    part.save(update_fields=["cancel_reason"])


def cancel_rest_of(lines: list[VendorOrderLine], *, reason: str) -> None:
    """Let nothing of locked lines be sent any more but what has left."""
    for line in lines:
        if line.left_to_ship:
            cancel_pieces(line, line.left_to_ship, reason)


def mark_cancelled(
    part: VendorOrder, *, by: CancelledBy, reason: str, now: datetime
) -> None:
    """End a locked part of which nothing has left."""
    part.state = State.CANCELLED
    part.cancelled_at = now
    part.cancelled_by = by
    part.cancel_reason = reason
    part.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])


def move_on(part: VendorOrder, now: datetime) -> None:
    """Write the state that lines and parcels have led to, and since when."""
    total = F("shipped_quantity") + F("cancelled_quantity")
    if part.lines.filter(Q(quantity__gt=total)).exists():
        part.state = State.PARTLY_SHIPPED
    else:
        part.shipped_at = part.shipped_at or now
        is_on_the_way = part.parcels.filter(delivered_at__isnull=True).exists()
        part.state = State.SHIPPED if is_on_the_way else State.DELIVERED
        if not is_on_the_way:
            part.delivered_at = part.delivered_at or now
    part.save(update_fields=["state", "accepted_at", "shipped_at", "delivered_at"])
