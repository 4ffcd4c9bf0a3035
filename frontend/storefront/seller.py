"""A shop: what it sells, what buyers say, how it delivers, who is behind it."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.storefront.asking import address, pairs_of, query_of
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.ratings import ratings_context
from frontend.storefront.results import pages_of
from marketplace.db import clock
from marketplace.shop.shipping.models import Rate, Zone
from search import selectors
from vendors.models import Vendor
from vendors.selectors.card import seller_card
from vendors.selectors.shops import open_shop, open_shops
from vendors.services.shop import is_away

_SHOPS_PER_PAGE = 24


@require_safe
def seller(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a shop that is open; others are not there."""
    try:
        vendor = open_shop(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
    # A shop has words, an order and pages; filters have their place in the search.
    typed = query_of(_only(request.GET, "q", "sort", "page", "exact"))
    query = replace(typed, filters={"seller": frozenset({handle})})
    found = selectors.find(query)
    pages = pages_of(query, found.total)
    if pages.number < query.page:
        last = pages.number if pages.number > 1 else ""
        return redirect(address(request.path, pairs_of(typed), page=last))
    partner = vendor.partner
    now = clock.now()
    return render(
        request,
        "seller/page.html",
        {
            "vendor": vendor,
            "country": country_name(vendor.country),
            "card": seller_card(partner.pk),
            "found": found,
            "cards": drawn_cards(found.hits, country=country_of(request)),
            "words": query.text,
            "sort": query.sort,
            "pages": pages,
            **ratings_context(request, partner.pk, now),
            "zones": _zones(partner.pk),
            "is_away": is_away(partner, now=now),
        },
    )


@require_safe
def sellers(request: HttpRequest) -> HttpResponse:
    """List the shops, the best first."""
    page = Paginator(open_shops(), _SHOPS_PER_PAGE).get_page(request.GET.get("page"))
    shops = [(vendor, country_name(vendor.country)) for vendor in page]
    return render(request, "seller/list.html", {"page": page, "shops": shops})


def _only(parameters: QueryDict, *names: str) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        kept.setlist(name, parameters.getlist(name))
    return kept


def _zones(partner_id: int) -> list[dict[str, Any]]:
    rates = Rate.objects.filter(is_active=True)
    zones = Zone.objects.filter(partner_id=partner_id).prefetch_related(
        Prefetch("rates", rates)
    )
    return [
        {
            "name": zone.name,
            "countries": ", ".join(str(country_name(one)) for one in zone.countries),
            "rates": zone.rates.all(),
        }
        for zone in zones
    ]
