"""A seller in a few lines, for the page of a product."""

from dataclasses import dataclass

from marketplace.core.money import half_up
from vendors.models import Vendor

# Below this many orders a share says nothing.
_ENOUGH = 5
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class SellerCard:
    """What a buyer wants to know of a seller; percents are whole numbers, or none."""

    handle: str
    name: str
    since_year: int | None
    on_time_percent: int | None
    shipped: int
    returns_policy: str


def seller_card(partner_id: int) -> SellerCard:
    """Return a seller's card. One query. Raises Vendor.DoesNotExist."""
    vendor = Vendor.objects.select_related("standing").get(partner_id=partner_id)
    standing = getattr(vendor, "standing", None)
    shipped = standing.shipped if standing else 0
    on_time = shipped - (standing.shipped_late if standing else 0)
    return SellerCard(
        handle=vendor.handle,
        name=vendor.name,
        since_year=vendor.opened_at.year if vendor.opened_at else None,
        on_time_percent=half_up(_WHOLE * on_time, shipped)
        if shipped >= _ENOUGH
        else None,
        shipped=shipped,
        returns_policy=vendor.returns_policy,
    )
