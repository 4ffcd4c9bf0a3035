"""The search in the head of the portal: an order, a buyer, an offer."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import ANYBODY, shop_page
from frontend.portal.frame import asked_words, back_to, show, works
from frontend.portal.offer_rows import offers_found
from frontend.portal.offer_rows import rows_of as offer_rows
from frontend.portal.order_rows import orders_found, rows_of
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from vendors.models import Vendor
from vendors.selectors.orders import order_of_shop

_FEW = 8


@require_safe
@shop_page(*ANYBODY)
def find(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Lead to the order that is named, else show what the words find."""
    words, now = asked_words(request), clock.now()
    context: dict[str, Any] = {"words": words}
    if words and works(request.viewer, vendor, SellerRole.ORDERS):
        named = order_of_shop(request.viewer, vendor.partner_id, words.upper())
        if named is not None:
            return back_to("portal-order", vendor, number=named.number)
        found = orders_found(request.viewer, vendor, "all", words, now)
        context["orders"] = rows_of(found[: _FEW + 1], now)
    if words and works(request.viewer, vendor, SellerRole.CATALOGUE):
        context["offers"] = offer_rows(offers_found(vendor, "all", words)[: _FEW + 1])
    context["few"] = _FEW
    return show(request, "portal/find.html", vendor, context)
