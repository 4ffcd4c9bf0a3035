"""A page of results: everything that the templates of search and category show."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.remembered import remembered
from frontend.storefront.asking import SORTS, Pairs, address, major, pairs_of
from frontend.storefront.bars import bars
from frontend.storefront.cards import Face, drawn_cards
from frontend.storefront.destination import country_of, is_usual
from frontend.storefront.filters import Filters
from frontend.storefront.groups import drawn_groups
from frontend.storefront.naming import Names, Naming, unwanted_groups
from frontend.storefront.tell import tell_address
from frontend.storefront.why import with_whys
from marketplace.core.money import exponent
from search import log, selectors
from search.backends.base import (
    MAX_PAGE,
    VALUES_PER_FACET,
    Prices,
    ProductQuery,
    ResultPage,
    Sort,
)

# The index is written within seconds of a change; a shelf may be as late again.
_FRESH_SECONDS = 10
# What stays when all filters are dropped.
_NO_FILTERS = {"q", "all", "sort", "exact"}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results with the names of its facets."""

    page: ResultPage
    names: Names


@dataclass(frozen=True, slots=True)
class Shop:
    """The seller whose name was typed, and where their shop is."""

    face: Face
    href: str
    city: str


def found_for(query: ProductQuery) -> Found:
    """Return what answers a query. What is browsed without words may be seconds old."""
    if query.text:
        return _found(query)
    where = (get_language(), query.scope, query.currency)
    asked = (*where, query.page, query.page_size, pairs_of(query))
    key = f"found:{sha256(repr(asked).encode()).hexdigest()}"
    return remembered(key, lambda: _found(query), seconds=_FRESH_SECONDS)


def _found(query: ProductQuery) -> Found:
    page = selectors.find(query)
    unwanted = unwanted_groups(page.understood or query)
    return Found(page, selectors.facet_names((*page.facets, *unwanted)))


def noted(
    request: HttpRequest, query: ProductQuery, found: Found, now: datetime
) -> str:
    """Note what was asked, if a page is shown; return as what it is known there."""
    if request.method != "GET":
        return ""
    who = request.META.get("REMOTE_ADDR", "")
    return log.note_query(query, found.page, who=who, now=now)


def result_context(
    request: ViewerRequest, query: ProductQuery, found: Found, *, today: date
) -> dict[str, Any]:
    """Return what the result templates show."""
    page, typed = found.page, query
    # What the words say is a filter like any other, here and in every address.
    query = page.understood or query
    path, pairs = request.path, _pairs(query)
    kept = tuple(one for one in pairs if one[0] in _NO_FILTERS)
    country = country_of(request)
    cards = drawn_cards(page.hits, country=country, seller=_only_seller(query))
    return {
        "asked": query,
        "query": typed.text,
        "found": page,
        "cards": with_whys(cards, page.hits, typed, request.viewer),
        "sorts": [(each.value, label, each is query.sort) for each, label in SORTS],
        "sort": dict(SORTS)[query.sort] if query.sort is not Sort.RELEVANCE else "",
        "sellers": sellers_of(query, page),
        "country": country_name(country),
        "ordered_for": ""
        if is_usual(country)
        else country_name(settings.BUYER_COUNTRY),
        "clear": address(path, kept),
        "as_typed": address(path, pairs, exact=1),
        "as_words": address(path, _pairs(typed), exact=1),
        "everywhere": address("", (("q", query.text),)),
        **_filters(query, found, today, path=path, pairs=pairs),
        **_pages(query, page, here=address(path, pairs)),
        "shop": _shop(typed),
        **_help(typed, page),
    }


def _shop(query: ProductQuery) -> Shop | None:
    """Return the shop whose name is asked for; at most one query, none to browse."""
    named = selectors.seller_named(query.text) if query.page == 1 else None
    if named is None:
        return None
    where = reverse("seller", kwargs={"handle": named.target})
    return Shop(Face(named.label, named.card["mark"]), where, named.card["city"])


def _filters(
    query: ProductQuery, found: Found, today: date, *, path: str, pairs: Pairs
) -> dict[str, Any]:
    page, prices = found.page, found.page.prices
    naming = Naming(found.names, today, query.currency)
    filters = Filters(page, query, naming, path, pairs)
    return {
        "groups": drawn_groups(page, query.scope, naming),
        "chips": filters.chips(),
        "ways_out": [] if page.total else filters.ways_out(),
        "quick": filters.quick(),
        "has_price": query.has_price or prices.least_minor < prices.most_minor,
        "bars": bars(page, query, naming, path=path, pairs=pairs),
        "price_from": _major(query.price_from_minor),
        "price_to": _major(query.price_to_minor),
        "price_hint": _whole(prices),
    }


def _pages(query: ProductQuery, page: ResultPage, *, here: str) -> dict[str, Any]:
    pages = pages_of(query, page.total)
    seen = pages.end_index()
    return {
        "pages": pages,
        "here": here,
        "seen": seen,
        "left": min(pages.paginator.count - seen, query.page_size),
        "most": page.total > pages.paginator.count and not pages.has_next(),
    }


def page_instead(
    request: HttpRequest, query: ProductQuery, found: Found
) -> HttpResponse | None:
    """Lead who asks for a page beyond the last one to that; None for any other."""
    if query.page == 1 or found.page.hits:
        return None
    last = pages_of(query, found.page.total).number
    changes = {"page": last} if last > 1 else {}
    return redirect(address(request.path, _pairs(query), **changes))


def _only_seller(query: ProductQuery) -> str:
    """Return the seller whose offers alone are looked for, if it is one."""
    chosen = query.filters.get("seller", frozenset())
    return next(iter(chosen)) if len(chosen) == 1 else ""


def sellers_of(query: ProductQuery, page: ResultPage) -> int:
    """Return of how many sellers the results are; 0 where they are too many to tell."""
    buckets = page.facet("seller").buckets
    chosen = query.filters.get("seller")
    if len(buckets) >= VALUES_PER_FACET and not chosen:
        return 0
    # The group's own filter does not shrink its counts.
    return sum(1 for each in buckets if each.count and (each.chosen or not chosen))


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
    if is_partial and context["asked"].page == 1:
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


def _whole(prices: Prices) -> tuple[int, int]:
    """Return the least and the most in whole units: rounded away from each other."""
    unit = 10 ** exponent(settings.CURRENCY)
    return prices.least_minor // unit, -(-prices.most_minor // unit)


def _major(minor: int | None) -> str:
    return "" if minor is None else major(minor)
