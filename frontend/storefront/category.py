"""A shelf: its kinds, what is loved, who sells there; or all of it, filtered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.remembered import remembered_here
from frontend.storefront.asking import Pairs, address, pairs_of, query_of
from frontend.storefront.cards import Face, drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.filters import Filters
from frontend.storefront.naming import Naming
from frontend.storefront.results import (
    answer,
    found_for,
    noted,
    page_instead,
    result_context,
    sellers_of,
)
from marketplace.db import clock
from marketplace.shop.catalogue.guides import Section, guide_of
from marketplace.shop.catalogue.models import Category
from marketplace.shop.catalogue.texts import labelled
from marketplace.shop.shipping.dates import local_day
from search import selectors
from search.backends.base import ProductQuery, ResultPage, Sort
from vendors.models import Vendor

_LOVED = 10
_SHOPS = 4
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """A shelf within the shelf."""

    name: str
    href: str
    picture: Any
    count: int


@dataclass(frozen=True, slots=True)
class Shop:
    """A seller with things on the shelf."""

    vendor: Vendor
    face: Face
    country: str
    count: int


@require_safe
def category(request: ViewerRequest, path: str) -> HttpResponse:
    """Show a shelf's front, or its things once the address asks for them."""
    # A path may be longer, and odder, than a key.
    key = f"way:{get_language()}:{sha256(path.encode()).hexdigest()}"
    *above, shelf = remembered_here(key, lambda: _way_to(path))
    query = query_of(request.GET, scope=shelf.full_slug)
    shown = {"shelf": shelf, "above": above}
    if shelf.numchild and not request.GET:
        return _front(request, query, shown)
    now = clock.now()
    found = found_for(query)
    if instead := page_instead(request, query, found):
        return instead
    context = result_context(request, query, found, today=local_day(now))
    context["asked_as"] = noted(request, query, found, now)
    context["is_question"] = bool(pairs_of(query))
    context["canonical"] = _own_address(shelf, query.page)
    if not request.GET:
        context["guide"] = _guide(shelf)
    return answer(request, "category/things.html", {**context, **shown})


def _guide(shelf: Category) -> list[Section]:
    """Return what stands at the foot of a shelf, may be seconds late as its name."""
    key = f"guide:{get_language()}:{shelf.pk}"
    return remembered_here(key, lambda: guide_of(shelf))


def _own_address(shelf: Category, page: int) -> str:
    """Return under which address search engines may know a page of a shelf's things."""
    pairs: Pairs = (("all", "1"),) if shelf.numchild else ()
    changes = {"page": page} if page > 1 else {}
    return address(shelf.get_absolute_url(), pairs, **changes)


def _front(
    request: HttpRequest, query: ProductQuery, shown: dict[str, Any]
) -> HttpResponse:
    page = selectors.find(replace(query, sort=Sort.NOTE, page_size=_LOVED))
    naming = Naming({}, local_day(clock.now()), query.currency)
    filters = Filters(page, query, naming, request.path, (("all", "1"),))
    context = {
        **shown,
        "found": page,
        "quick": filters.quick(),
        "kinds": _kinds(shown["shelf"], page),
        "cards": drawn_cards(page.hits, country=country_of(request)),
        "shops": _shops(page),
        "sellers": sellers_of(query, page),
        "guide": _guide(shown["shelf"]),
    }
    return render(request, "category/page.html", context)


def _way_to(path: str) -> Sequence[Category]:
    """Return the shelves on the way to a path, itself last; 404 where there is none."""
    steps = path.strip("/").split("/")
    if "\0" in path or len(steps) > _DEEPEST:
        raise Http404
    paths = ["/".join(steps[: depth + 1]) for depth in range(len(steps))]
    found = list(
        labelled(Category.objects.browsable())
        .filter(full_slug__in=paths)
        .order_by("depth")
    )
    if not found or found[-1].full_slug != paths[-1]:
        raise Http404
    return found


def _kinds(shelf: Category, page: ResultPage) -> list[Kind]:
    """Return the shelves within, the empty ones left out."""
    counts = {each.value: each.count for each in page.facet("category").buckets}
    within = labelled(Category.objects.browsable()).filter(
        path__startswith=shelf.path, depth=shelf.depth + 1
    )
    return [
        Kind(one.label, one.get_absolute_url(), one.picture, counts[one.full_slug])
        for one in within.order_by("path")
        if counts.get(one.full_slug)
    ]


def _shops(page: ResultPage) -> list[Shop]:
    """Return the sellers with the most things on the shelf."""
    counts = {each.value: each.count for each in page.facet("seller").buckets[:_SHOPS]}
    vendors = Vendor.objects.filter(
        handle__in=counts, state=Vendor.State.OPEN
    ).select_related("partner")
    shops = [
        Shop(one, _face(one), country_name(one.country), counts[one.handle])
        for one in vendors
    ]
    return sorted(shops, key=lambda shop: (-shop.count, shop.vendor.name))


def _face(vendor: Vendor) -> Face:
    mark = vendor.partner.mark
    return Face(vendor.name, mark.url if mark else "")
