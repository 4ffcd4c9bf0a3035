"""Why a result stands where it does, for its seller and for operators."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.asking import (
    SORTS,
    address,
    results_address,
    scoped_pairs,
    scoped_query_of,
)
from frontend.storefront.cards import product_address
from marketplace.core.viewer import Viewer
from marketplace.shop.partner.models import Partner
from search.backends.base import Hit, ProductQuery, Sort
from search.why import LOOKED_AT, explain


def with_whys(
    cards: Iterable[SafeString],
    hits: Iterable[Hit],
    query: ProductQuery,
    viewer: Viewer,
) -> list[SafeString]:
    """Return drawn cards, with a way to the reasons where the viewer may read them.

    The cards are the same for everybody; the links stand around them. At most one
    query, none for buyers.
    """
    if not (viewer.is_operator or viewer.is_seller):
        return list(cards)
    shops = _shops_of(viewer)
    return [
        _explained(card, hit, query) if _may_read(viewer, shops, hit.card) else card
        for card, hit in zip(cards, hits, strict=True)
    ]


@require_safe
@never_cache
def why(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Explain the place of a product in a result; a 404 to whom it does not concern."""
    viewer = request.viewer
    if not (viewer.is_operator or viewer.is_seller):
        raise Http404
    query = scoped_query_of(request.GET)
    found = explain(query, public_id=public_id)
    if found is None or not _may_read(viewer, _shops_of(viewer), found.card):
        raise Http404
    return render(
        request,
        "search/why.html",
        {
            "why": found,
            "asked": query,
            "query": query.text,
            "product_url": product_address(found.card),
            "back": results_address(query),
            "is_ranked": query.sort is Sort.RELEVANCE,
            "last": min(found.first + LOOKED_AT - 1, found.page.total),
            "may_match_better": bool(query.text)
            and found.best_match - found.match > found.best_match / 100,
            "sort": dict(SORTS)[query.sort],
        },
    )


def _explained(card: SafeString, hit: Hit, query: ProductQuery) -> SafeString:
    where = reverse("search-why", kwargs={"public_id": hit.card["id"]})
    return render_to_string(
        "search/_explained.html",
        {
            "card": card,
            "title": hit.card["title"],
            "href": address(where, scoped_pairs(query)),
        },
    )


def _shops_of(viewer: Viewer) -> frozenset[str]:
    """Return the handles of the shops that the viewer is a member of."""
    if not viewer.roles:
        return frozenset()
    shops = Partner.objects.filter(pk__in=viewer.roles)
    return frozenset(shops.values_list("code", flat=True))


def _may_read(viewer: Viewer, shops: frozenset[str], card: Mapping[str, Any]) -> bool:
    return viewer.is_operator or card["handle"] in shops
