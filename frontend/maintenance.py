"""The shop closed for a while: one switch, operators still get in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 60
# Who is to get in must be able to sign in.
_OPEN = (
    *("account_login", "account_logout", "account_reauthenticate", "mfa_"),
    "socialaccount_login",
)
_ALWAYS = frozenset({"health", "service-worker", "manifest", "offline"})
_LONGEST = 60


def closed_until() -> str | None:
    """Return what the switch says ("04:30", or nothing); None while the shop is open.

    The switch is a file, so that it works while the database is away.
    """
    if settings.MAINTENANCE:
        return ""
    try:
        said = Path(settings.MAINTENANCE_FILE).read_text(encoding="utf-8")
    except OSError:
        return None
    return said.strip()[:_LONGEST]


class MaintenanceMiddleware:
    """Answer 503 to everybody but operators while the switch is on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; a page is asked for by its name below."""
        return self.get_response(request)

    def process_view(
        self, request: Any, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Close the page, or let it open."""
        until = closed_until()
        if until is None or _stays_open(request) or request.viewer.is_operator:
            return None
        return closed(request, until)


def _stays_open(request: HttpRequest) -> bool:
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    elsewhere = tuple(f"{provider}_" for provider in settings.SOCIALACCOUNT_PROVIDERS)
    return name in _ALWAYS or name.startswith((*_OPEN, *elsewhere))


def closed(request: HttpRequest, until: str) -> HttpResponse:
    """Return the page of a closed shop; it looks again by itself every minute."""
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = JsonResponse(
            {
                "type": "about:blank",
                "title": "Closed",
                "status": 503,
                "code": "maintenance",
                "detail": "The market is closed for a while. Send it again later.",
            },
            content_type="application/problem+json",
        )
    else:
        context = {
            "until": until,
            "looks_again": request.method == "GET",
            "market_name": settings.MARKET_NAME,
            "status_url": settings.STATUS_URL,
        }
        answer = HttpResponse(render_to_string("503.html", context))
    answer.status_code = 503
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
