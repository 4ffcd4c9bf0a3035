"""What would happen if a shop stopped selling, counted before anybody decides."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from marketplace.core.viewer import Viewer
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.partner.models import StockRecord
from vendors.models import ShopNote, Vendor, VendorOrder

TO_SHIP = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Counts: offers, products that nobody else sells, baskets, orders.

    Of the orders `to_ship`, `late` are past their day; `ship_by` is the first day that
    is still to come. `on_the_way` have left and are not delivered.
    """

    offers: int
    only_here: int
    baskets: int
    to_ship: int
    late: int
    ship_by: datetime | None
    on_the_way: int


def effects_of_suspension(vendor: Vendor, *, now: datetime) -> Effects:
    """Return what a suspension of the shop would reach, or does. Four queries."""
    offers = StockRecord.objects.filter(partner_id=vendor.partner_id, is_active=True)
    elsewhere = StockRecord.objects.filter(
        product_id=OuterRef("product_id"), is_active=True, partner__is_selling=True
    ).exclude(partner_id=vendor.partner_id)
    alone = offers.filter(product__is_public=True).exclude(Exists(elsewhere))
    lines = Line.objects.filter(
        stockrecord__partner_id=vendor.partner_id, basket__status=Basket.OPEN
    )
    to_ship, late = Q(state__in=TO_SHIP), Q(ship_by__lt=now)
    orders = VendorOrder.objects.filter(vendor=vendor).aggregate(
        to_ship=Count("pk", filter=to_ship),
        late=Count("pk", filter=to_ship & late),
        ship_by=Min("ship_by", filter=to_ship & ~late),
        on_the_way=Count("pk", filter=Q(state=VendorOrder.State.SHIPPED)),
    )
    return Effects(
        offers=offers.count(),
        only_here=alone.values("product_id").distinct().count(),
        baskets=lines.values("basket_id").distinct().count(),
        **orders,
    )


def notes_about(viewer: Viewer, vendor: Vendor) -> QuerySet[ShopNote]:
    """Return what operators wrote about a shop, newest first; nothing for others."""
    notes = ShopNote.objects.filter(vendor=vendor).select_related("author")
    return (notes if viewer.is_operator else notes.none()).order_by("-pk")
