"""Operators fine or credit a seller, or write a debt off; two people for much of it."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from payouts.services import adjustments
from payouts.services.adjustments import Adjustment, AdjustmentRequest
from vendors.models import Vendor

__all__ = [
    "AdjustmentRequest",
    "approve_adjustment",
    "ask_for_adjustment",
    "refuse_adjustment",
    "take_adjustment_back",
]


@transaction.atomic
def ask_for_adjustment(
    *, request: AdjustmentRequest, operator_id: int, now: datetime
) -> Adjustment:
    """Write an adjustment down, booked at once where one person may decide it.

    Raises AdjustmentRefusedError for what does not fit.
    """
    row = adjustments.request_adjustment(request=request, by=operator_id, now=now)
    if row.requested_at == now:
        _note(row, operator_id, now)
    return row


@transaction.atomic
def take_adjustment_back(
    *, adjustment_id: int, reason: str, operator_id: int, now: datetime
) -> Adjustment:
    """Ask for the opposite of a booked adjustment.

    Raises AdjustmentRefusedError if it was not booked, or taken back before.
    """
    row = adjustments.take_back(
        adjustment_id=adjustment_id, reason=reason, by=operator_id, now=now
    )
    _note(row, operator_id, now)
    return row


@transaction.atomic
def approve_adjustment(
    *, adjustment_id: int, operator_id: int, now: datetime
) -> Adjustment:
    """Book an adjustment as the second person.

    Raises AdjustmentRefusedError for one's own, or one decided meanwhile.
    """
    row = adjustments.approve(adjustment_id=adjustment_id, by=operator_id, now=now)
    if row.decided_at == now:
        _note(row, operator_id, now)
    return row


@transaction.atomic
def refuse_adjustment(
    *, adjustment_id: int, reason: str, operator_id: int, now: datetime
) -> Adjustment:
    """Refuse an adjustment, or withdraw one's own.

    Raises AdjustmentRefusedError if it was decided meanwhile.
    """
    row = adjustments.refuse(
        adjustment_id=adjustment_id, reason=reason, by=operator_id, now=now
    )
    _note(row, operator_id, now, reason=reason)
    return row


def _note(
    row: Adjustment, operator_id: int, now: datetime, *, reason: str = ""
) -> None:
    audit.record(
        f"adjustment.{row.state}",
        subject=Vendor.objects.get(pk=row.vendor_id),
        actor_id=operator_id,
        reason=reason or row.reason,
        details={
            "adjustment": row.pk,
            "kind": row.kind,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
        },
        now=now,
    )
