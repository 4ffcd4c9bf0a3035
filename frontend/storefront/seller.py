"""A shop: what it sells, what buyers say, how it delivers, who is behind it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.answer_time import usual_words
from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.storefront import visits
from frontend.storefront.asking import address, pairs_of, query_of
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.ratings import ratings_context
from frontend.storefront.results import pages_of
from marketplace.db import clock
from marketplace.shop.partner.models import Partner
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.models import Rate, Zone
from search import selectors
from search.backends.base import ProductQuery, ResultPage
from support.selectors.answering import usual_answer_of
from vendors.models import Vendor
from vendors.selectors.card import seller_card
from vendors.selectors.shops import open_shop, open_shops

_SHOPS_PER_PAGE = 24
_SOON = timedelta(days=30)
PRODUCTS, RATINGS = "products", "ratings"
_PARTS = (PRODUCTS, RATINGS, "delivery", "about")
_FEWEST_SHELVES, _MOST_SHELVES = 2, 8


@dataclass(frozen=True, slots=True)
class TimeOff:
    """When a shop is away."""

    first: date
    until: date
    is_now: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category within a shop."""

    name: str
    href: str
    count: int
    is_chosen: bool


@require_safe
def seller(request: ViewerRequest, handle: str) -> HttpResponse:
    """Show a shop that is open; others are not there."""
    try:
        vendor = open_shop(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
    # A shop has words, an order and pages; filters have their place in the search.
    typed = query_of(_only(request.GET, "q", "sort", "page", "exact", "category"))
    own = {"seller": frozenset({handle})}
    query = replace(typed, filters={**typed.filters, **own})
    found = selectors.find(query)
    pages = pages_of(query, found.total)
    if pages.number < query.page:
        last = pages.number if pages.number > 1 else ""
        return redirect(address(request.path, pairs_of(typed), page=last))
    visits.count(request, vendor.partner_id)
    cards = drawn_cards(
        found.hits, country=country_of(request), seller=handle, is_its_shop=True
    )
    context = {
        "part": _part(request.GET),
        "found": found,
        "cards": cards,
        "words": query.text,
        "sort": query.sort,
        "pages": pages,
        "shelves": _shelves(found, typed, request.path),
        "chosen": next(iter(typed.filters.get("category", ())), ""),
    }
    return render(request, "seller/page.html", context | _of_shop(request, vendor))


def _of_shop(request: HttpRequest, vendor: Vendor) -> dict[str, Any]:
    """Return what the page says of the shop itself, whatever is looked for in it."""
    partner, now = vendor.partner, clock.now()
    return {
        "vendor": vendor,
        "country": country_name(vendor.country),
        "card": seller_card(partner.pk),
        "usual": usual_words(usual_answer_of(partner.pk, now=now)),
        **ratings_context(request, partner.pk, now),
        "zones": _zones(partner.pk),
        "time_off": _time_off(partner, today=local_day(now)),
    }


@require_safe
def sellers(request: HttpRequest) -> HttpResponse:
    """List the shops, the best first."""
    page = Paginator(open_shops(), _SHOPS_PER_PAGE).get_page(request.GET.get("page"))
    shops = [(vendor, country_name(vendor.country)) for vendor in page]
    return render(request, "seller/list.html", {"page": page, "shops": shops})


def _part(asked: QueryDict) -> str:
    """Return which part of the shop is shown; stars and pages are those of ratings."""
    if "stars" in asked or "notes" in asked:
        return RATINGS
    part = asked.get("tab", PRODUCTS)
    return part if part in _PARTS else PRODUCTS


def _time_off(partner: Partner, *, today: date) -> TimeOff | None:
    """Return when the shop is away, if it is or will be soon."""
    first, until = partner.away_from, partner.away_until
    if first is None or until is None or until < today or first > today + _SOON:
        return None
    return TimeOff(first, until, is_now=first <= today)


def _shelves(found: ResultPage, typed: ProductQuery, path: str) -> list[Shelf]:
    """Return the shop's categories as links, the fullest first; none for one alone."""
    buckets = [each for each in found.facet("category").buckets if each.count]
    tops = [each for each in buckets if "/" not in each.value]
    # A shop of one trade is told apart by the shelves within it.
    shown = tops if len(tops) > 1 else [b for b in buckets if b.value.count("/") == 1]
    chosen = typed.filters.get("category", frozenset())
    if len(shown) < _FEWEST_SHELVES and not chosen:
        return []
    names = selectors.facet_names([found.facet("category")])
    rest = tuple(
        one for one in pairs_of(replace(typed, page=1)) if one[0] != "category"
    )
    every = Shelf(_("All"), address(path, rest), 0, is_chosen=not chosen)
    return [
        every,
        *(
            Shelf(
                names.get(("category", each.value), each.value),
                address(path, rest, category=each.value),
                each.count,
                is_chosen=each.value in chosen,
            )
            for each in sorted(shown, key=lambda one: -one.count)[:_MOST_SHELVES]
        ),
    ]


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
