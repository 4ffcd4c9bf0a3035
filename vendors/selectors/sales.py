"""Sales as the platform's people look them up."""

from django.db.models import Q, QuerySet

from marketplace.accounts.addresses import is_address
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.shop.order.models import Order
from vendors.models import VendorOrder
from vendors.selectors.orders import with_contents


def sales_for_office(viewer: Viewer, *, words: str = "") -> QuerySet[Order]:
    """Return orders by number or e-mail, newest first; none for other people.

    `words` is an order's number, a part's number, or an address as it was given.
    """
    orders = Order.objects.select_related("user").order_by("-date_placed", "-pk")
    if not _looks_after_sales(viewer):
        return orders.none()
    words = words.strip()
    if not words:
        return orders
    return orders.filter(
        Q(number__iexact=words.partition("-")[0])
        | Q(is_address("guest_email", words))
        | Q(is_address("user__email", words))
    )


def part_for_office(viewer: Viewer, number: str) -> VendorOrder | None:
    """Return a seller's part of an order by its number; None for other people."""
    if not _looks_after_sales(viewer):
        return None
    return with_contents(VendorOrder.objects.filter(number=number)).first()


def parts_for_office(viewer: Viewer, vendor_id: int) -> QuerySet[VendorOrder]:
    """Return a seller's parts of orders, newest first; none for other people."""
    parts = VendorOrder.objects.filter(vendor_id=vendor_id).select_related("order")
    if not _looks_after_sales(viewer):
        parts = parts.none()
    return parts.order_by("-pk")


def _looks_after_sales(viewer: Viewer) -> bool:
    return viewer.may(OperatorPermission.FINANCE) or viewer.may(
        OperatorPermission.SUPPORT
    )
