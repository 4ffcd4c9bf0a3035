"""Pages for what went wrong: what is safe, what to do next."""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from frontend.kept_forms import came_from_here, page_of, typed_in
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.hearts import kept_here
from marketplace.db import clock
from search.backends.base import ProductQuery
from search.selectors import find

log = logging.getLogger("django.request")

# The longest time that a limit of allauth counts; it does not say which one it was.
_WAIT = timedelta(minutes=5)
_WORDS_MOST = 80
_CLOSE = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that we cannot read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may not see the page."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that is not there, or not theirs."""
    words = _words_of(request.path)
    context: dict[str, Any] = {"error_query": words}
    if words:
        country = country_of(request)
        context |= {"cards": _close_to(words, country), "kept": kept_here(request)}
    return render(request, "404.html", context, status=404)


def _close_to(words: str, country: str) -> list[Any]:
    found = find(ProductQuery(text=words, currency=settings.CURRENCY, page_size=_CLOSE))
    return drawn_cards(found.hits, country=country)


def _words_of(path: str) -> str:
    """Return what somebody looked for, by the address of a product that is gone."""
    head, _slash, name = path.strip("/").rpartition("/")
    if head.rpartition("/")[2] != "p":
        return ""
    slug, _dash, _public_id = unquote(name).rpartition("-")
    return slug.replace("-", " ")[:_WORDS_MOST]


@requires_csrf_token
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not good, with what was typed still in it.

    Only where the browser says that one of our own pages sent it: what another site
    has put into a form must not be a click away from being done.
    """
    typed = typed_in(request) if came_from_here(request) else []
    context = {
        "path": request.get_full_path(),
        "page": page_of(request),
        "typed": typed,
    }
    return render(request, "403_csrf.html", context, status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer somebody who tried too often, and say when to try again."""
    context = {"minutes": _WAIT.seconds // 60, "again_at": clock.now() + _WAIT}
    log.warning("Too many tries: %s", request.path, extra={"request": request})
    answer = render(request, "429.html", context, status=429)
    answer["Retry-After"] = str(_WAIT.seconds)
    return answer


def fault(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours broke.

    Nothing is read for the page, not even who looks: that may be what broke.
    """
    reference = getattr(request, "reference", "")
    if request.path.startswith("/api/"):
        return _problem(reference)
    context = {
        "reference": reference,
        "again": request.get_full_path() if request.method == "GET" else "",
        "market_name": settings.MARKET_NAME,
    }
    return HttpResponse(render_to_string("500.html", context), status=500)


def _problem(reference: str) -> JsonResponse:
    words = {
        "type": "about:blank",
        "title": "Fault of ours",
        "status": 500,
        "code": "fault",
        "detail": "Something of ours broke; what you sent may be sent again with the "
        "same Idempotency-Key.",
        "reference": reference,
    }
    return JsonResponse(words, status=500, content_type="application/problem+json")
