"""What is kept back of sellers' money, under which terms, until when."""

from django.db.models import F, QuerySet

from marketplace.core.viewer import Viewer
from payouts.models import ReservePolicy, VendorReserve
from payouts.selectors.access import partners_seen_by, sees_all


def policy_of(viewer: Viewer, *, vendor_id: int) -> ReservePolicy | None:
    """Return the reserve that runs for a seller, if the viewer may see their money."""
    rows = ReservePolicy.objects.filter(vendor_id=vendor_id, ended_at=None)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return rows.select_related("created_by").first()


def reserves_for(viewer: Viewer, *, vendor_id: int) -> QuerySet[VendorReserve]:
    """Return what of a seller's sales is in reserve now, what is due soonest first."""
    rows = VendorReserve.objects.filter(vendor_id=vendor_id, closed_at=None)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return _with_left(rows)


def open_reserves(viewer: Viewer) -> QuerySet[VendorReserve]:
    """Return everything that is in reserve, what is due soonest first."""
    rows = VendorReserve.objects.filter(closed_at=None)
    if not sees_all(viewer):
        rows = rows.none()
    return _with_left(rows).select_related("vendor__partner", "policy")


def _with_left(rows: QuerySet[VendorReserve]) -> QuerySet[VendorReserve]:
    return (
        rows.annotate(
            kept_minor=F("withheld_minor") - F("drawn_minor") - F("released_minor")
        )
        .select_related("settlement__vendor_order")
        .order_by("release_after", "pk")
    )
