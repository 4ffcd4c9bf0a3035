"""What would happen if a shop stopped selling, counted before anybody decides."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from marketplace.core.viewer import Viewer
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.partner.models import StockRecord
from vendors.models import ShopNote, Vendor, VendorOrder

_TO_SHIP = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Counts: offers, products that nobody else sells, baskets, orders to be sent."""

    offers: int
    only_here: int
    baskets: int
    to_ship: int


def effects_of_suspension(vendor: Vendor) -> Effects:
    """Return what a suspension of the shop would reach. Four queries."""
    offers = StockRecord.objects.filter(partner_id=vendor.partner_id, is_active=True)
    elsewhere = StockRecord.objects.filter(
        product_id=OuterRef("product_id"), is_active=True, partner__is_selling=True
    ).exclude(partner_id=vendor.partner_id)
    alone = offers.filter(product__is_public=True).exclude(Exists(elsewhere))
    lines = Line.objects.filter(
        stockrecord__partner_id=vendor.partner_id, basket__status=Basket.OPEN
    )
    parts = VendorOrder.objects.filter(vendor=vendor, state__in=_TO_SHIP)
    return Effects(
        offers=offers.count(),
        only_here=alone.values("product_id").distinct().count(),
        baskets=lines.values("basket_id").distinct().count(),
        to_ship=parts.count(),
    )


def notes_about(viewer: Viewer, vendor: Vendor) -> QuerySet[ShopNote]:
    """Return what operators wrote about a shop, newest first; nothing for others."""
    notes = ShopNote.objects.filter(vendor=vendor).select_related("author")
    return (notes if viewer.is_operator else notes.none()).order_by("-pk")
