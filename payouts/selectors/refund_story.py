"""What a refund was for and what it took, in the words of pages and mails."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from payouts.models import LineKind, RefundLine, RefundRequest, RefundState, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What one refund takes from a sale's seller, in minor units, and why."""

    at: datetime
    reason: str
    minor: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLine:
    """A line that a refund gives money of, in minor units; none of its pieces by sums.

    `unsent` of the pieces never left. `to_buyer` is cash and points.
    """

    vendor_order_id: int
    order_line_id: int | None
    is_shipping: bool
    pieces: int
    unsent: int
    to_buyer: int


def taken_back(settlement: Settlement) -> list[TakenBack]:
    """Return what refunds took from a sale that the caller may see, oldest first.

    They add up to what the sale counts as reversed; one query.
    """
    rows = (
        RefundLine.objects.filter(settlement_line__settlement=settlement)
        .exclude(request__state=RefundState.REFUSED)
        .order_by("request_id")
        .values_list("request__created_at", "request__reason", "request_id")
        .annotate(minor=Sum("vendor_minor"), pieces=Sum("pieces"))
    )
    return [
        TakenBack(at=at, reason=reason, minor=minor, pieces=pieces)
        for at, reason, _request, minor, pieces in rows
    ]


def lines_given(request: RefundRequest) -> list[GivenLine]:
    """Return what a refund gives back of which lines; one query."""
    rows = request.lines.select_related("settlement_line__settlement")
    return [
        GivenLine(
            vendor_order_id=row.settlement_line.settlement.vendor_order_id,
            order_line_id=row.settlement_line.oscar_line_id,
            is_shipping=row.settlement_line.kind == LineKind.SHIPPING,
            pieces=row.pieces,
            unsent=row.unsent,
            to_buyer=row.cash_minor + row.points_back_minor,
        )
        for row in rows.order_by("settlement_line_id")
    ]
