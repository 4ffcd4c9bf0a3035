"""What a request of a buying page carries."""

from typing import TYPE_CHECKING

from frontend.middleware import ViewerRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from marketplace.shop.basket.models import Basket


class ShopRequest(ViewerRequest):
    """A request after the middleware: who looks, their open basket, htmx or not."""

    basket: "Basket"
    htmx: "HtmxDetails"
