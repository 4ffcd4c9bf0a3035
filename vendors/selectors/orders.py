"""Reads of vendor orders: a buyer's, a shop's, and what timers look for."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from marketplace.core.viewer import SellerRole, Viewer
from marketplace.shop.order.access import guest_order_id, is_guest_key
from marketplace.shop.order.models import Order
from vendors.models import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.score import Counters

State = VendorOrder.State
ON_THE_WAY = (
    State.TO_SHIP,
    State.PARTLY_SHIPPED,
    State.SHIPPED,
    State.DELIVERED,
)
# What a buyer may ask for in the list of orders.
BUYER_STATES = {
    "coming": (State.TO_SHIP, State.PARTLY_SHIPPED, State.SHIPPED),
    "arrived": (State.DELIVERED,),
    "received": (State.RECEIVED,),
    "cancelled": (State.CANCELLED,),
}
# A seller who lets the time run out has cancelled too.
SELLERS_DOING = (VendorOrder.CancelledBy.SELLER, VendorOrder.CancelledBy.TIMER)
_ADDRESS = ("order__shipping_address", "order__shipping_address__country")


# --- a buyer's ----------------------------------------------------------------


def orders_of_buyer(viewer: Viewer) -> QuerySet[Order]:
    """Return the orders of an account that were paid, newest first."""
    return (
        Order.objects.filter(user_id=viewer.user_id, user__isnull=False)
        .exclude(status__in=(Order.PENDING, Order.EXPIRED))
        .order_by("-date_placed", "-pk")
    )


def parts_of_buyer(viewer: Viewer) -> QuerySet[VendorOrder]:
    """Return the vendor orders of an account's orders, with what pages show."""
    return with_contents(VendorOrder.objects.filter(order__in=orders_of_buyer(viewer)))


def years_of_buyer(viewer: Viewer) -> list[int]:
    """Return the years in which an account ordered, the last first."""
    orders = orders_of_buyer(viewer).order_by()
    days = orders.datetimes("date_placed", "year", order="DESC")
    return [day.year for day in days]


def parts_found(
    viewer: Viewer, *, state: str = "", year: int | None = None, text: str = ""
) -> QuerySet[VendorOrder]:
    """Return the parts of an account's orders that fit, the newest first.

    `state` is a key of BUYER_STATES; `text` is looked for in numbers, the names of
    sellers, and what was ordered.
    """
    parts = parts_of_buyer(viewer)
    if state in BUYER_STATES:
        parts = parts.filter(state__in=BUYER_STATES[state])
    if year is not None:
        parts = parts.filter(placed_at__year=year)
    if text:
        lines = VendorOrderLine.objects.filter(
            vendor_order=OuterRef("pk"), order_line__title__icontains=text
        )
        parts = parts.filter(
            Q(number__icontains=text) | Q(vendor__name__icontains=text) | Exists(lines)
        )
    return parts.order_by("-placed_at", "-pk")


def order_by_key(key: str, viewer: Viewer) -> Order | None:
    """Return the order that a page's address names, for its owner or a guest's link.

    None for everybody else, as for an order that is not there.
    """
    orders = Order.objects.select_related(
        "user", "shipping_address", "shipping_address__country"
    )
    if is_guest_key(key):
        return orders.filter(pk=guest_order_id(key)).first()
    if viewer.user_id is None:
        return None
    return orders.filter(number=key, user_id=viewer.user_id).first()


def parts_of_order(order: Order) -> list[VendorOrder]:
    """Return the parts of an order that the caller may see, with what pages show."""
    parts = with_contents(VendorOrder.objects.filter(order=order)).order_by("pk")
    return list(parts)


# --- a shop's -----------------------------------------------------------------


def orders_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[VendorOrder]:
    """Return a shop's paid orders, newest first; none for who may not see them."""
    if not viewer.works_on(partner_id, SellerRole.ORDERS):
        return VendorOrder.objects.none()
    return (
        with_contents(VendorOrder.objects.filter(vendor__partner_id=partner_id))
        .filter(paid_at__isnull=False)
        .order_by("-placed_at", "-pk")
    )


def order_of_shop(viewer: Viewer, partner_id: int, number: str) -> VendorOrder | None:
    """Return one order of a shop by its number (`K7XMQ4RW-1`)."""
    return orders_of_shop(viewer, partner_id).filter(number=number).first()


def desk_counts(viewer: Viewer, partner_id: int, now: datetime) -> dict[str, int]:
    """Return how many orders of a shop are in each state, and `late` ones."""
    orders = orders_of_shop(viewer, partner_id).order_by()
    counts = dict.fromkeys(State.values, 0)
    counts.update(orders.values_list("state").annotate(count=Count("pk")))
    late = orders.filter(
        state__in=(State.TO_SHIP, State.PARTLY_SHIPPED), ship_by__lt=now
    )
    return {**counts, "late": late.count()}


# --- what belongs together ------------------------------------------------------


def with_contents(parts: QuerySet[VendorOrder]) -> QuerySet[VendorOrder]:
    """Read parts with seller, address, lines, pictures and parcels: eight queries."""
    lines = VendorOrderLine.objects.select_related(
        "order_line__product", "order_line__stockrecord"
    )
    contents = ParcelLine.objects.select_related("line__order_line")
    return parts.select_related(
        "vendor__partner", "order__user", *_ADDRESS
    ).prefetch_related(
        Prefetch("lines", lines.order_by("pk")),
        "lines__order_line__product__images",
        "parcels",
        Prefetch("parcels__lines", contents.order_by("pk")),
    )


def buyer_email(order: Order) -> str:
    """Return where mails about an order go."""
    return order.user.email if order.user else str(order.guest_email)


def buyer_name(order: Order) -> str:
    """Return the buyer's name as the parcel bears it."""
    address = order.shipping_address
    named = f"{address.first_name} {address.last_name}".strip() if address else ""
    if named or not order.user:
        return named
    return str(order.user.get_full_name())


def counted_orders(vendor_id: int) -> Counters:
    """Return a seller's orders as counters, counted from the rows."""
    parts = VendorOrder.objects.filter(vendor_id=vendor_id, paid_at__isnull=False)
    by_seller = Q(cancelled_by__in=SELLERS_DOING)
    counted = parts.aggregate(
        orders=Count("pk"),
        shipped=Count("pk", filter=Q(shipped_at__isnull=False)),
        shipped_late=Count("pk", filter=Q(shipped_at__gt=F("ship_by"))),
        cancelled_by_seller=Count("pk", filter=by_seller),
    )
    return Counters(**counted)


# --- what timers look for -------------------------------------------------------


def due_to_warn(now: datetime) -> Iterator[int]:
    """Yield vendor orders whose ship-by has passed and whose seller was not told."""
    return _keys(_waiting().filter(ship_by__lt=now, warned_at__isnull=True))


def due_to_cancel(now: datetime) -> Iterator[int]:
    """Yield vendor orders that were not shipped although their seller was warned.

    That is so `SHIP_GRACE_HOURS` after the ship-by, and never less than
    `SHIP_WARNING_HOURS` after the warning.
    """
    ship_by = now - timedelta(hours=settings.SHIP_GRACE_HOURS)
    warned = now - timedelta(hours=settings.SHIP_WARNING_HOURS)
    return _keys(_waiting().filter(ship_by__lte=ship_by, warned_at__lte=warned))


def due_to_receive(now: datetime) -> Iterator[int]:
    """Yield vendor orders that count as received although nobody said so.

    `RELEASE_DAYS_AFTER_DELIVERY` after delivery or, without news from the carrier,
    `RELEASE_DAYS_AFTER_DISPATCH` after dispatch.
    """
    delivered = now - timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY)
    shipped = now - timedelta(days=settings.RELEASE_DAYS_AFTER_DISPATCH)
    return _keys(
        VendorOrder.objects.filter(
            Q(state=State.DELIVERED, delivered_at__lte=delivered)
            | Q(state=State.SHIPPED, shipped_at__lte=shipped)
        )
    )


def parcels_on_the_way() -> QuerySet[Parcel]:
    """Return the parcels of which the carrier is asked."""
    is_open = VendorOrder.objects.filter(
        pk=OuterRef("vendor_order"), state__in=(State.PARTLY_SHIPPED, State.SHIPPED)
    )
    parcels = Parcel.objects.filter(Exists(is_open), delivered_at__isnull=True)
    return parcels.select_related("vendor_order").order_by("shipped_at", "pk")


def _waiting() -> QuerySet[VendorOrder]:
    return VendorOrder.objects.filter(state__in=(State.TO_SHIP, State.PARTLY_SHIPPED))


def _keys(parts: QuerySet[VendorOrder]) -> Iterator[int]:
    return parts.order_by("pk").values_list("pk", flat=True).iterator()
