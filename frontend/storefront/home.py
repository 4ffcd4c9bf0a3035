"""The door of the market: shelves, what is new, what is loved, who sells."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.remembered import remembered
from frontend.storefront import seen
from frontend.storefront.cards import Face, drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.window import chosen
from marketplace.shop.catalogue.models import Category
from marketplace.shop.catalogue.texts import labelled
from search import selectors
from search.backends.base import ProductQuery, Sort
from vendors.models import Vendor
from vendors.selectors.shops import open_shops

_TILES = 8
_SHELF = 10
# Enough to choose a shelf from when one seller leads, or much is shown above it.
_LOOKED_AT = 60
_SHOPS = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the market's window."""
    # Everybody sees the same shelves; a minute old is new enough for a window.
    country = country_of(request)
    key = f"window:{get_language()}:{country}"
    window = remembered(key, lambda: _look(country))
    context = {**window, "seen": seen.shelf(request, most=_SHELF)}
    return render(request, "home/page.html", context)


def _look(country: str) -> dict[str, Any]:
    query = ProductQuery(
        page_size=_LOOKED_AT,
        currency=settings.CURRENCY,
        filters={"stock": frozenset({"yes"})},
    )
    reduced = replace(
        query, filters={**query.filters, "deal": frozenset({"yes"})}, sort=Sort.NOTE
    )
    newest = selectors.find(replace(query, sort=Sort.NEWEST))
    # In the order of the page: what one shelf shows, those below it do not.
    shown: set[int] = set()
    shelves = {
        name: drawn_cards(chosen(page.hits, shown=shown, most=_SHELF), country=country)
        for name, page in (
            ("deals", selectors.find(reduced)),
            ("newest", newest),
            ("asked", selectors.find(replace(query, sort=Sort.RELEVANCE))),
            ("loved", selectors.find(replace(query, sort=Sort.NOTE))),
        )
    }
    return {
        "tiles": [
            (shelf.label, shelf.get_absolute_url(), _address(shelf.picture))
            for shelf in labelled(Category.objects.browsable())
            .filter(depth=1)
            .order_by("path")[:_TILES]
        ],
        **shelves,
        "shops": [_shop(vendor) for vendor in open_shops()[:_SHOPS]],
        "shop_count": open_shops().count(),
        "thing_count": newest.total,
        "return_days": settings.RETURN_WINDOW_DAYS,
        "delivers_to": country_name(country),
    }


def _shop(vendor: Vendor) -> dict[str, Any]:
    partner = vendor.partner
    return {
        "handle": vendor.handle,
        "name": vendor.name,
        "face": Face(vendor.name, _address(partner.mark)),
        "place": f"{vendor.city}, {country_name(vendor.country)}",
        "tagline": vendor.tagline,
        "banner": _address(vendor.banner),
        "note": partner.note_mean,
        "notes": partner.note_count,
    }


def _address(file: Any) -> str:
    return str(file.url) if file else ""
