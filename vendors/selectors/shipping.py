"""Reads of where a shop sends things, and for how much."""

from django.db.models import QuerySet

from marketplace.core.viewer import SellerRole, Viewer
from marketplace.shop.shipping.models import Zone
from vendors.models import Vendor


def zones_for(viewer: Viewer, *, vendor: Vendor) -> QuerySet[Zone]:
    """Return the zones of a shop for its owner, and none for anybody else."""
    zones = Zone.objects.filter(partner_id=vendor.partner_id)
    is_owner = viewer.works_on(vendor.partner_id, SellerRole.OWNER)
    return zones if is_owner else zones.none()


def zone_for(viewer: Viewer, *, vendor: Vendor, zone_id: int) -> Zone:
    """Return a zone of a shop for its owner. Raises Zone.DoesNotExist."""
    return zones_for(viewer, vendor=vendor).get(pk=zone_id)
