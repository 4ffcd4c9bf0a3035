"""Open an order's pages to its owner and to a guest's link; nobody else's is there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from frontend.kept_forms import to_sign_in
from frontend.middleware import ViewerRequest
from marketplace.shop.order.access import is_guest_key
from marketplace.shop.order.models import Order
from vendors.models import VendorOrder
from vendors.selectors.orders import order_by_key, parts_of_order

OrderView = Callable[..., HttpResponse]


def with_order(view: OrderView) -> OrderView:
    """Give a view the order that `key` names, with its parts, or answer 404.

    A stranger with an order number is asked to sign in, whether it exists or not.
    """

    @never_cache
    @wraps(view)
    def open_order(
        request: ViewerRequest, key: str, *args: object, **kwargs: object
    ) -> HttpResponse:
        order = order_by_key(key, request.viewer)
        if order is not None:
            return view(request, order, *args, **kwargs)
        if request.viewer.user_id is None and not is_guest_key(key):
            return to_sign_in(request, request.get_full_path())
        raise Http404

    return open_order


def with_part(view: OrderView) -> OrderView:
    """Give a view one part of the order, by its number after the dash, or 404."""

    @with_order
    @wraps(view)
    def open_part(
        request: ViewerRequest, order: Order, n: int, **kwargs: object
    ) -> HttpResponse:
        return view(request, part_of(order, n), **kwargs)

    return open_part


def part_of(order: Order, n: int) -> VendorOrder:
    """Return a part of an order. Raises Http404 where there is none."""
    for part in parts_of_order(order):
        if part_number(part) == n:
            part.order = order
            return part
    raise Http404


def part_number(part: VendorOrder) -> int:
    """Return the number behind the dash: 2 of `K7XMQ4RW-2`."""
    return int(part.number.rpartition("-")[2])


def signed_in(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Send strangers to sign in first."""

    @never_cache
    @wraps(view)
    def open_page(
        request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request, request.get_full_path())
        return view(request, *args, **kwargs)

    return open_page
