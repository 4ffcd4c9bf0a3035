"""A page of results: everything that the templates of search and category show."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.remembered import remembered
from frontend.storefront.asking import SORTS, Pairs, address, major, pairs_of, without
from frontend.storefront.cards import drawn_cards
from frontend.storefront.filters import Filters, Names
from frontend.storefront.tell import tell_address
from frontend.storefront.why import with_whys
from marketplace.core.money import exponent
from search import selectors
from search.backends.base import MAX_PAGE, Prices, ProductQuery, ResultPage

# The index is written within seconds of a change; a shelf may be as late again.
_FRESH_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results with the names of its facets."""

    page: ResultPage
    names: Names


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter that many use, one tap away."""

    label: str
    href: str
    is_on: bool


def found_for(query: ProductQuery) -> Found:
    """Return what answers a query. What is browsed without words may be seconds old."""
    if query.text:
        return _found(query)
    asked = (query.scope, query.currency, query.page, query.page_size, pairs_of(query))
    key = f"found:{sha256(repr(asked).encode()).hexdigest()}"
    return remembered(key, lambda: _found(query), seconds=_FRESH_SECONDS)


def _found(query: ProductQuery) -> Found:
    page = selectors.find(query)
    return Found(page, selectors.facet_names(page.facets))


def result_context(
    request: ViewerRequest, query: ProductQuery, found: Found, *, today: date
) -> dict[str, Any]:
    """Return what the result templates show."""
    page = found.page
    filters = Filters(page, query, found.names, today)
    path, pairs = request.path, _pairs(query)
    sellers = page.facet("seller").buckets
    return {
        "asked": query,
        "query": query.text,
        "found": page,
        "cards": with_whys(drawn_cards(page.hits), page.hits, query, request.viewer),
        "groups": filters.drawn_groups(),
        "chips": filters.chips(path, pairs),
        "ways_out": filters.ways_out(path, pairs) if not page.total else [],
        "quick": _quick(filters, path, pairs),
        "sorts": [(each.value, label, each is query.sort) for each, label in SORTS],
        "pages": pages_of(query, page.total),
        "price_from": _major(query.price_from_minor),
        "price_to": _major(query.price_to_minor),
        "price_hint": _whole(page.prices),
        "sellers": len([each for each in sellers if each.count]),
        "country": country_name(settings.BUYER_COUNTRY),
        "clear": address(
            path,
            _pairs(
                ProductQuery(
                    text=query.text, scope=query.scope, currency=query.currency
                )
            ),
        ),
        "as_typed": address(path, pairs, exact=1),
        "everywhere": address("", (("q", query.text),)),
        **_help(query, page),
    }


def _help(query: ProductQuery, page: ResultPage) -> dict[str, Any]:
    """Return what helps where nothing has every word; nothing is asked otherwise."""
    if not query.text or page.full_total:
        return {}
    return {
        "missing": selectors.unknown_words(page, query.text),
        "near": selectors.near_categories(page.corrected or query.text),
        "tell": tell_address(query),
    }


def answer(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Render the page, or for htmx its changing part, at the same address."""
    htmx: Any = getattr(request, "htmx", None)
    # Who goes back in history wants the whole page.
    is_partial = bool(htmx) and not htmx.history_restore_request
    name = "search/results.html" if is_partial else template
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    if is_partial:
        # Without the empty fields that the form sent along.
        asked = context["asked"]
        response["HX-Push-Url"] = address(request.path, _pairs(asked))
    return response


def _pairs(query: ProductQuery) -> Pairs:
    # A shelf's bare address is its front.
    return (*pairs_of(query), ("all", "1")) if query.scope else pairs_of(query)


def pages_of(query: ProductQuery, total: int) -> Page[Any]:
    """Return where a page stands among all that may be looked at."""
    last = min(total, MAX_PAGE * query.page_size)
    return Paginator(range(last), query.page_size).get_page(query.page)


def _quick(filters: Filters, path: str, pairs: Pairs) -> list[Quick]:
    counts = {
        (facet.group, each.value): each
        for facet in filters.page.facets
        for each in facet.buckets
    }
    found = []
    for group, value in (("days", "3"), ("delivery", "free"), ("note", "4.5")):
        bucket = counts.get((group, value))
        if bucket is None or not (bucket.chosen or bucket.count < filters.page.total):
            continue
        label = filters.label(group, value, plain=True)
        rest = without(pairs, group)
        target = rest if bucket.chosen else (*rest, (group, value))
        found.append(Quick(label, address(path, target), bucket.chosen))
    return found


def _whole(prices: Prices) -> tuple[int, int]:
    """Return the least and the most in whole units: rounded away from each other."""
    unit = 10 ** exponent(settings.CURRENCY)
    return prices.least_minor // unit, -(-prices.most_minor // unit)


def _major(minor: int | None) -> str:
    return "" if minor is None else major(minor)
