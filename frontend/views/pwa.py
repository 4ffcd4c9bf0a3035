"""What lets a phone keep the shop: a manifest, and a page for where no network is."""

from functools import cache
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# All that the page without a network needs; nothing of anybody's is ever kept.
KEPT = (
    *(f"css/{name}.css" for name in ("tokens", "base", "layout", "control")),
    *(f"css/{name}.css" for name in ("surface", "feedback", "utilities")),
    *("img/empty-fault.svg", "brand/favicon.svg"),
)
_DAY = 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """Say what the shop is called and looks like among a phone's programs."""
    icon = {
        "src": static("brand/favicon.svg"),
        "sizes": "any",
        "type": "image/svg+xml",
        "purpose": "any",
    }
    words = {
        "name": settings.MARKET_NAME,
        "short_name": settings.MARKET_NAME,
        "description": _("Independent makers and merchants, one counter."),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fcfbf8",
        "theme_color": "#712451",
        "icons": [icon],
    }
    return JsonResponse(words, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=_DAY)
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network; the browser keeps this page for then."""
    return render(request, "offline.html", {"market_name": settings.MARKET_NAME})


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Hand out the worker, with the list of what it keeps."""
    kept = [static(name) for name in KEPT]
    context = {"kept": kept, "offline": reverse("offline"), "version": _version()}
    return render(request, "service-worker.js", context, content_type="text/javascript")


@cache
def _version() -> str:
    digest = sha256()
    for name in KEPT:
        found = finders.find(name)
        if found:
            with open(str(found), "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:12]
