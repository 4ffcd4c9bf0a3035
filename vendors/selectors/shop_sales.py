"""What a shop has sold: sums of two spans of time, and what sold best."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from marketplace.core.money import half_up
from marketplace.core.viewer import SellerRole, Viewer
from vendors.models import VendorOrder, VendorOrderLine, VisitDay

State = VendorOrder.State


@dataclass(frozen=True, slots=True)
class Sold:
    """Orders and what their buyers paid, delivery included, in minor units."""

    orders: int
    minor: int

    @property
    def average_minor(self) -> int | None:
        """Return what an order brought, rounded half up; None without orders."""
        if not self.orders:
            return None
        return half_up(self.minor, self.orders)


@dataclass(frozen=True, slots=True)
class BestSeller:
    """A product with the pieces sold and what buyers paid for them."""

    product_id: int
    pieces: int
    paid: Decimal


def sold_between(
    viewer: Viewer, partner_id: int, spans: Iterable[tuple[datetime, datetime]]
) -> list[Sold]:
    """Return what a shop sold in each span; the end does not belong to it.

    Counted is what was ordered and paid and not cancelled, in the market's currency;
    what was given back later stays in. One query; zeros for who may not see it.
    """
    wanted: dict[str, Aggregate] = {}
    for number, (first, end) in enumerate(spans):
        here = Q(placed_at__gte=first, placed_at__lt=end)
        amount = F("items_minor") + F("shipping_minor")
        wanted[f"orders_{number}"] = Count("pk", filter=here)
        wanted[f"minor_{number}"] = Sum(amount, filter=here, default=0)
    edges = [moment for span in spans for moment in span]
    sold = _sold(viewer, partner_id).filter(
        placed_at__gte=min(edges), placed_at__lt=max(edges)
    )
    sums = sold.aggregate(**wanted)
    return [
        Sold(sums[f"orders_{number}"], sums[f"minor_{number}"])
        for number in range(len(wanted) // 2)
    ]


def counted_since(viewer: Viewer, partner_id: int) -> date | None:
    """Return the first day on which somebody looked at a shop, as far as is known."""
    if not _sees_sales(viewer, partner_id):
        return None
    counted = VisitDay.objects.filter(partner_id=partner_id)
    return counted.order_by("day").values_list("day", flat=True).first()


def visitors_between(
    viewer: Viewer, partner_id: int, spans: Iterable[tuple[date, date]]
) -> list[int]:
    """Return how many looked at a shop in each span of days, each once a day.

    The last day belongs to it. One query; zeros for who may not see it.
    """
    wanted = {
        f"span_{number}": Sum("visitors", filter=Q(day__range=span), default=0)
        for number, span in enumerate(spans)
    }
    if not _sees_sales(viewer, partner_id):
        return [0 for _name in wanted]
    counted = VisitDay.objects.filter(partner_id=partner_id)
    return list(counted.aggregate(**wanted).values())


def sold_by_time(
    viewer: Viewer,
    partner_id: int,
    *,
    since: datetime,
    until: datetime,
    by_month: bool = False,
) -> dict[date, int]:
    """Return what a shop sold on each day, or in each month by its first day.

    In minor units, as `sold_between` counts; days without sales are not there. One
    query, at most one row for each day.
    """
    cut = TruncMonth if by_month else TruncDate
    rows = (
        _sold(viewer, partner_id)
        .filter(placed_at__gte=since, placed_at__lt=until)
        .values(at=cut("placed_at"))
        .annotate(minor=Sum(F("items_minor") + F("shipping_minor")))
        .order_by("at")
    )
    return {_day(row["at"]): row["minor"] for row in rows}


def best_sellers(
    viewer: Viewer, partner_id: int, *, since: datetime, count: int
) -> list[BestSeller]:
    """Return the products of which most pieces were sold since then; one query."""
    rows = (
        _lines(viewer, partner_id, since)
        .values("order_line__product")
        .annotate(
            pieces=Sum(F("quantity") - F("cancelled_quantity")),
            paid=Sum("order_line__line_price_incl_tax"),
        )
        .filter(pieces__gt=0)
        .order_by("-pieces", "-paid", "order_line__product")
    )
    return [
        BestSeller(row["order_line__product"], row["pieces"], row["paid"])
        for row in rows[:count]
    ]


def pieces_by_day(
    viewer: Viewer, partner_id: int, *, products: Iterable[int], since: datetime
) -> dict[int, dict[date, int]]:
    """Return how many pieces of each product were sold on which day; one query."""
    rows = (
        _lines(viewer, partner_id, since)
        .filter(order_line__product__in=list(products))
        .values("order_line__product", at=TruncDate("vendor_order__placed_at"))
        .annotate(pieces=Sum(F("quantity") - F("cancelled_quantity")))
        .order_by("at")
    )
    found: dict[int, dict[date, int]] = {}
    for row in rows:
        found.setdefault(row["order_line__product"], {})[row["at"]] = row["pieces"]
    return found


def _sees_sales(viewer: Viewer, partner_id: int) -> bool:
    return viewer.works_on(partner_id, SellerRole.ORDERS, SellerRole.FINANCE)


def _sold(viewer: Viewer, partner_id: int) -> QuerySet[VendorOrder]:
    if not _sees_sales(viewer, partner_id):
        return VendorOrder.objects.none()
    return VendorOrder.objects.filter(
        vendor__partner_id=partner_id,
        paid_at__isnull=False,
        currency=settings.CURRENCY,
    ).exclude(state=State.CANCELLED)


def _lines(
    viewer: Viewer, partner_id: int, since: datetime
) -> QuerySet[VendorOrderLine]:
    if not viewer.works_on(partner_id, *SellerRole):
        return VendorOrderLine.objects.none()
    return VendorOrderLine.objects.filter(
        vendor_order__vendor__partner_id=partner_id,
        vendor_order__paid_at__isnull=False,
        vendor_order__placed_at__gte=since,
        vendor_order__currency=settings.CURRENCY,
        order_line__product__isnull=False,
    ).exclude(vendor_order__state=State.CANCELLED)


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at
