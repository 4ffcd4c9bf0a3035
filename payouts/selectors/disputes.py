"""Money that is stopped, and payments that a buyer's bank calls into question."""

from django.db.models import QuerySet

from marketplace.core.viewer import Viewer
from payouts.models import SettlementHold
from payouts.selectors.access import sees_all


def open_holds(*, order_id: int) -> list[SettlementHold]:
    """Return what stops money of an order that the caller may see, oldest first."""
    rows = SettlementHold.objects.filter(settlement__order_id=order_id, lifted_at=None)
    return list(rows.select_related("settlement").order_by("placed_at", "pk"))


def dispute_of(*, order_id: int) -> SettlementHold | None:
    """Return the open dispute of an order that the caller may see; None without one."""
    return next(
        (hold for hold in open_holds(order_id=order_id) if hold.is_dispute), None
    )


def disputes_open(viewer: Viewer) -> QuerySet[SettlementHold]:
    """Return the parts of orders whose payment is disputed, the oldest first.

    What the seller was paid before counts too: the bank takes it from the platform.
    """
    rows = SettlementHold.objects.filter(
        key__startswith=SettlementHold.DISPUTES, lifted_at=None
    )
    if not sees_all(viewer):
        rows = rows.none()
    return rows.select_related(
        "settlement__vendor_order", "settlement__vendor"
    ).order_by("placed_at", "pk")
