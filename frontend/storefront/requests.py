"""What a request of a buying page carries."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from frontend.addresses import our_path
from frontend.middleware import ViewerRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from marketplace.shop.basket.models import Basket


class ShopRequest(ViewerRequest):
    """A request after the middleware: who looks, their open basket, htmx or not."""

    basket: "Basket"
    htmx: "HtmxDetails"


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page that a form names as the one it stood on; only one of ours."""
    return our_path(request.POST.get("back", ""), default)
