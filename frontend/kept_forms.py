"""What was typed into a form that could not be taken: kept, and shown to send again."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from frontend.addresses import page_before, parts_of
from frontend.sessions import address_of
from marketplace.db import clock, limits

_KEPT = "kept_form"
_LONGEST = 20_000
# Whoever signs in later on this browser may be somebody else.
_SECONDS = 3600
# Strangers write these into our database.
_LIMIT = limits.Limit(most=20, seconds=3600)
# Some only as a word of their own: a `postcode` is no code.
_SECRET = re.compile(
    r"csrf|password|credential|secret|iban|(?<![a-z])(code|next)(?![a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form to be sent again: where to, the page that it stood on, its fields."""

    path: str
    page: str
    typed: "list[Typed]"


@dataclass(frozen=True, slots=True)
class Typed:
    """A field as it was sent; `is_text` if somebody has written it."""

    name: str
    value: str
    is_text: bool


def came_from_here(request: HttpRequest) -> bool:
    """Say whether the browser vouches that a page of ours sent the form."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return parts_of(origin).netloc == request.get_host()


def typed_in(request: HttpRequest) -> list[Typed]:
    """Return what a form held, without its secrets, its files and its token.

    Nothing where it is more than a page can carry.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not _SECRET.search(name)
    ]
    if sum(len(name) + len(value) for name, value in fields) > _LONGEST:
        return []
    return [Typed(name, value, " " in value.strip()) for name, value in fields]


def to_sign_in(request: HttpRequest, way_back: str) -> HttpResponseRedirect:
    """Send a stranger to sign in; what they have typed is there when they come back.

    Their session has ended while they wrote: the token of the form was good.
    """
    typed = typed_in(request) if request.method == "POST" else []
    if not any(field.value for field in typed) or not _may_keep(request):
        return redirect_to_login(way_back)
    request.session[_KEPT] = {
        "at": clock.now().timestamp(),
        "path": request.get_full_path(),
        "page": page_of(request),
        "fields": [(field.name, field.value) for field in typed],
    }
    back = urlencode({"next": reverse("kept-form")})
    return HttpResponseRedirect(f"{reverse('account_login')}?{back}")


def take_kept(request: HttpRequest) -> Kept | None:
    """Return a form that was kept in the last hour, and forget it."""
    kept = request.session.pop(_KEPT, None)
    if kept is None or clock.now().timestamp() - kept["at"] > _SECONDS:
        return None
    fields = [Typed(name, value, " " in value) for name, value in kept["fields"]]
    return Kept(kept["path"], kept["page"], fields)


def page_of(request: HttpRequest) -> str:
    """Return the page on which a form stood; where it is sent to may show nothing."""
    return page_before(request) or reverse("home")


def _may_keep(request: HttpRequest) -> bool:
    who, now = address_of(request), clock.now()
    return limits.take(name="kept-form", who=who, limit=_LIMIT, now=now).is_allowed
