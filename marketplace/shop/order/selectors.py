"""Reads of orders; a stranger's order is not there."""

from collections.abc import Collection

from django.db.models import Q

from marketplace.accounts.addresses import is_address
from marketplace.core.viewer import Viewer
from marketplace.shop.order.models import Line, Order


def order_for(
    viewer: Viewer, public_id: str, *, placed_here: Collection[str] = ()
) -> Order:
    """Return an order of the viewer, or one that was placed in this browser.

    `placed_here` holds the public ids that the session knows. Raises Order.DoesNotExist
    for everybody else's.
    """
    own = Q(pk__in=[])
    if viewer.user_id is not None:
        own |= Q(user_id=viewer.user_id)
    if public_id in placed_here:
        own |= Q(public_id=public_id)
    orders = Order.objects.select_related("shipping_address")
    return orders.get(own, public_id=public_id)


def has_guest_orders(email: str) -> bool:
    """Say whether an address has paid an order that no account has."""
    orders = Order.objects.filter(is_address("guest_email", email), user__isnull=True)
    return orders.exclude(status__in=(Order.PENDING, Order.EXPIRED)).exists()


def waiting_order_for(
    viewer: Viewer, *, placed_here: Collection[str] = ()
) -> Order | None:
    """Return the newest order that the viewer, or this browser, has still to pay."""
    if viewer.user_id is None and not placed_here:
        return None
    own = Q(public_id__in=placed_here)
    if viewer.user_id is not None:
        own |= Q(user_id=viewer.user_id)
    orders = Order.objects.filter(own, status=Order.PENDING)
    return orders.order_by("-date_placed").first()


def living_order_of_basket(basket_id: int) -> Order | None:
    """Return the order that a basket became, unless it died."""
    living = Order.objects.filter(
        basket_id=basket_id, status__in=[Order.PENDING, Order.PAID]
    )
    return living.first()


def products_of(order_id: int) -> list[int]:
    """Return the products of an order, to tell search that their stock changed."""
    lines = Line.objects.filter(order_id=order_id, product_id__isnull=False)
    return list(lines.values_list("product_id", flat=True).distinct())


def last_address_of(user_id: int | None) -> dict[str, str]:
    """Return where somebody's last order went, by the names of the checkout's fields.

    Empty for a guest, and before the first order. What was ordered as a guest does not
    count, though it has joined the account: anybody may have typed the e-mail.
    """
    if user_id is None:
        return {}
    orders = Order.objects.filter(
        user_id=user_id, guest_email="", shipping_address__isnull=False
    )
    last = orders.select_related("shipping_address").order_by("-date_placed").first()
    if last is None:
        return {}
    address = last.shipping_address
    return {
        "name": f"{address.first_name} {address.last_name}".strip(),
        "street": address.line1,
        "postcode": address.postcode,
        "city": address.line4,
        "country": address.country_id,
        "phone": str(address.phone_number or ""),
    }
