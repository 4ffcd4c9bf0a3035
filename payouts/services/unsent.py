"""Pieces that are not sent: what is paid of them waits until it has gone back.

Stripe may refuse their refund for good after they were called off. A hold then keeps
the seller from being paid for them; it is lifted when their money has gone back, or
when a person decides.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from payouts.models import (
    RefundRequest,
    Settlement,
    SettlementHold,
    SettlementLine,
    SettlementState,
)
from vendors.models import VendorOrderLine


def not_sent(line_ids: Collection[int]) -> dict[int, int]:
    """Map frozen lines to how many of their pieces stay with the seller."""
    rows = VendorOrderLine.objects.filter(
        order_line__settlement_line__in=list(line_ids), cancelled_quantity__gt=0
    )
    return dict(rows.values_list("order_line__settlement_line", "cancelled_quantity"))


def is_owed(row: Settlement) -> bool:
    """Say whether pieces are not sent whose money has not gone back, nor will."""
    stays = Q(oscar_line__fulfilment__cancelled_quantity__gt=F("unsent_back"))
    # All of them, partly by an amount: of that, something is still here.
    is_short = Q(unsent_back=F("quantity"))
    lines = SettlementLine.objects.filter(
        settlement=row, gross_minor__gt=F("refunded_gross_minor")
    )
    return lines.filter(stays | is_short).exists()


def hold_if_owed(row: Settlement, *, request: RefundRequest, now: datetime) -> None:
    """Hold a locked settlement whose pieces a refused refund was for.

    The caller saves it. Money that was released before stays released.
    """
    if not row.is_held or not is_owed(row):
        return
    SettlementHold.objects.get_or_create(
        settlement=row,
        key=f"{SettlementHold.UNREFUNDED}{request.pk}",
        defaults={
            "reason": _("Stripe refused to give back what is not sent"),
            "placed_at": now,
        },
    )
    row.state = SettlementState.FROZEN


def free_if_settled(row: Settlement, *, now: datetime) -> None:
    """Lift such holds of a locked settlement once nothing is owed; the caller saves."""
    if row.state == SettlementState.FROZEN and not is_owed(row):
        _lift(row, now)


@transaction.atomic
def let_go(*, vendor_order_id: int, now: datetime) -> bool:
    """Lift such holds because a person decided for the seller; say if there were any.

    Locks the settlement.
    """
    row = Settlement.objects.select_for_update(no_key=True).get(
        vendor_order_id=vendor_order_id
    )
    is_lifted = _lift(row, now)
    row.save(update_fields=["state"])
    return is_lifted


def _lift(row: Settlement, now: datetime) -> bool:
    waiting = row.holds.filter(lifted_at=None)
    mine = waiting.filter(key__startswith=SettlementHold.UNREFUNDED)
    is_lifted = bool(mine.update(lifted_at=now))
    if is_lifted and row.is_held and not waiting.exists():
        row.state = SettlementState.HELD
    return is_lifted
