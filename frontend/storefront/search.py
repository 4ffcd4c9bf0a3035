"""The search page, the page without results, and how it is ranked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.storefront.asking import query_of
from frontend.storefront.results import answer, found_for, result_context
from marketplace.db import clock
from marketplace.shop.shipping.dates import local_day
from search import selectors, services


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, with filters; the address says everything."""
    now = clock.now()
    query = query_of(request.GET)
    found = found_for(query)
    services.note_query(query, found.page, now)
    context = result_context(request, query, found, today=local_day(now))
    return answer(request, "search/page.html", context)


@require_safe
def how_we_rank(request: HttpRequest) -> HttpResponse:
    """Explain the order of results from the table that makes it (DSA art. 27)."""
    factors = selectors.ranking_factors()
    return render(request, "pages/how-we-rank.html", {"factors": factors})
