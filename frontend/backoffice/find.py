"""One field for all that an operator has in hand: an order, a shop, a person."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import closed_places, operators
from frontend.backoffice.shop_fields import label_of
from frontend.middleware import ViewerRequest
from vendors.selectors.sales import sales_for_office
from vendors.selectors.shops import shops_named, shops_to_name

_LONGEST = 254


@require_safe
@operators()
def find(request: ViewerRequest) -> HttpResponse:
    """Open what the words name; where they name several things, their list."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    return redirect(_address(request, words))


@require_safe
@operators()
def shops(request: ViewerRequest) -> HttpResponse:
    """Offer shops for a field of a form, as its list of options."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    offered = [label_of(shop) for shop in shops_to_name(words)]
    return render(request, "office/shops.html", {"offered": offered})


def _address(request: ViewerRequest, words: str) -> str:
    if not words:
        return reverse("office-home")
    sales = sales_for_office(request.viewer, words=words.removeprefix("#"))[:2]
    if len(sales) == 1:
        return reverse("office-order", args=[sales[0].number])
    shops = shops_named(words)[:2]
    if not sales and len(shops) == 1:
        return reverse("office-seller", args=[shops[0].handle])
    if shops:
        return _listed("office-sellers", words)
    is_person = "@" in words and "office-orders" not in closed_places(request.viewer)
    return _listed("office-orders" if is_person else "office-audit", words)


def _listed(route: str, words: str) -> str:
    return f"{reverse(route)}?{urlencode({'q': words})}"
