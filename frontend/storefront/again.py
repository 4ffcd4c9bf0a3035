"""Order again: what was bought once goes into the basket at today's best offers."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.storefront import refilled
from frontend.storefront.access import part_number, with_order
from frontend.storefront.destination import country_of
from frontend.storefront.requests import ShopRequest
from marketplace.core.money import Money, from_decimal
from marketplace.db import clock
from marketplace.shop.basket.filling import Wanted, fill
from marketplace.shop.order.models import Order
from vendors.models import VendorOrderLine
from vendors.selectors.orders import parts_of_order


@require_POST
@with_order
def again(request: ShopRequest, order: Order) -> HttpResponse:
    """Put an order into the basket once more; or a part of it, or one line."""
    wanted = [_wanted(line) for line in _asked(request, order)]
    if not wanted:
        raise Http404
    filled = fill(request.basket, wanted, country=country_of(request), now=clock.now())
    refilled.say(request, filled)
    if not any(each.got for each in filled):
        messages.info(request, _("Nothing was added to your basket."))
    return redirect("basket")


def _asked(request: ShopRequest, order: Order) -> Iterator[VendorOrderLine]:
    part_asked, line_asked = request.POST.get("part"), request.POST.get("line")
    for part in parts_of_order(order):
        if part_asked and part_asked != str(part_number(part)):
            continue
        for line in part.lines.all():
            if not line_asked or line_asked == str(line.pk):
                yield line


def _wanted(line: VendorOrderLine) -> Wanted:
    ordered = line.order_line
    currency = line.vendor_order.currency
    paid = from_decimal(ordered.unit_price_incl_tax, currency)
    return Wanted(
        product_id=ordered.product_id,
        title=ordered.title,
        quantity=ordered.quantity,
        paid=Money(paid, currency),
    )
