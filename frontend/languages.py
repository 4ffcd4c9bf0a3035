"""In which language a page is, and how that is remembered: docs/decisions/0010.

The address alone decides (`/fr/...`), so a link shows everybody the same. Nobody is
sent elsewhere because of what their browser prefers; they are told what there is.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers

from marketplace.accounts.languages import (
    Tongue,
    in_language,
    is_complete,
    is_spoken,
    language_of_path,
    tongues,
)

_API = "/api/"
# What a browser says of an address that was typed, or kept among its bookmarks.
_TYPED = "none"


class LanguageMiddleware:
    """Speak the language of the address; to programs the one they ask for.

    The language of the last page is kept in Django's cookie. Who types the address of
    the market comes back to it, and is not told of other languages any more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the language, go on, and remember which one was read."""
        code = _language_of(request)
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = _led(request) or self.get_response(request)
        if response.streaming:  # Its words are still to be written.
            translation.activate(code)
        response.headers.setdefault("Content-Language", code)
        # Pages say what else there is for the reader; programs are answered in it.
        patch_vary_headers(response, ["Accept-Language"])
        if not is_complete(code) and code != settings.LANGUAGE_CODE:
            response["X-Robots-Tag"] = "noindex"
        known = last_read(request) or settings.LANGUAGE_CODE
        if code != known and _is_page(request, response):
            other = known if code == settings.LANGUAGE_CODE else code
            if _is_spoken_in(other, request.path_info):
                _remember(response, code)
        return response


def offered(request: HttpRequest) -> Tongue | None:
    """Return the language that a new visitor would rather read, if there is one."""
    if not hasattr(request, "LANGUAGE_CODE") or last_read(request):
        return None
    wanted = _accepted(request)
    if wanted == language_of_path(request.path_info):
        return None
    return next((each for each in tongues() if each.code == wanted), None)


def _language_of(request: HttpRequest) -> str:
    if request.path_info.startswith(_API):
        return _accepted(request) or settings.LANGUAGE_CODE
    return language_of_path(request.path_info)


def _accepted(request: HttpRequest) -> str:
    """Return what the program asks for, if we speak any of it."""
    asked = request.headers.get("Accept-Language", "")
    for part in sorted(asked.split(","), key=_weight, reverse=True):
        code = part.partition(";")[0].strip().lower()
        for wanted in (code, code.partition("-")[0]):
            if is_spoken(wanted):
                return wanted
    return ""


def _weight(part: str) -> float:
    _code, _semicolon, weight = part.partition(";q=")
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


def last_read(request: HttpRequest) -> str:
    """Return the language of the last page that this browser read; empty if none."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if is_spoken(code) else ""


def _remember(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )


def _is_page(request: Any, response: HttpResponse) -> bool:
    """Say whether somebody reads this, rather than a script or a program."""
    return (
        request.method == "GET"
        and response.status_code == 200  # noqa: PLR2004 (a page)
        and response.get("Content-Type", "").startswith("text/html")
        and not getattr(request, "htmx", None)
    )


def _is_spoken_in(code: str, path: str) -> bool:
    """Say whether a page is in this language, too.

    What has one address for all languages says nothing of what somebody reads: the
    admin, a provider's way back, the page that a browser keeps for without a network.
    """
    with translation.override(code):
        return bool(is_valid_path(in_language(path, code)))


def _led(request: HttpRequest) -> HttpResponse | None:
    """Lead from the door to the language that was read last; nobody else."""
    code = last_read(request)
    is_typed = request.headers.get("Sec-Fetch-Site") == _TYPED
    if request.path_info != "/" or request.method != "GET" or not is_typed:
        return None
    if code in {"", settings.LANGUAGE_CODE}:
        return None
    answer = HttpResponseRedirect(in_language(request.get_full_path(), code))
    patch_vary_headers(answer, ["Cookie", "Sec-Fetch-Site"])
    return answer
