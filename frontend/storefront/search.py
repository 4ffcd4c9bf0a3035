"""The search page, the page without results, and how it is ranked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.asking import query_of
from frontend.storefront.results import (
    answer,
    found_for,
    noted,
    page_instead,
    result_context,
)
from marketplace.db import clock, limits
from marketplace.shop.shipping.dates import local_day
from search import log, selectors

# An office shares an address.
_CLICKS = limits.Limit(most=300, seconds=60)


@require_safe
def search(request: ViewerRequest) -> HttpResponse:
    """Show what was found, with filters; the address says everything."""
    now = clock.now()
    query = query_of(request.GET)
    found = found_for(query)
    if instead := page_instead(request, query, found):
        return instead
    context = result_context(request, query, found, today=local_day(now))
    context["asked_as"] = noted(request, query, found, now)
    return answer(request, "search/page.html", context)


@csrf_exempt  # The signed token is what lets somebody write, and all it lets them.
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Note which result of a search was opened; the page tells it as it is left."""
    allowance = limits.take(
        name="search-opened",
        who=request.META.get("REMOTE_ADDR", ""),
        limit=_CLICKS,
        now=clock.now(),
    )
    if not allowance.is_allowed:
        return HttpResponse(status=429, headers={"Retry-After": allowance.resets_in})
    place = request.POST.get("place", "")
    is_noted = (
        place.isascii()
        and place.isdigit()
        and log.note_click(token=request.POST.get("asked", ""), place=int(place[:5]))
    )
    return HttpResponse(status=204 if is_noted else 400)


@require_safe
def how_we_rank(request: HttpRequest) -> HttpResponse:
    """Explain the order of results from the table that makes it (DSA art. 27)."""
    factors = selectors.ranking_factors()
    return render(request, "pages/how-we-rank.html", {"factors": factors})
