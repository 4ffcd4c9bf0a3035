"""Addresses of ours: those that leave the site, and those that come back from it."""

from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.accounts.languages import in_language

# What search engines call the page for whoever speaks none of the others.
ANY_LANGUAGE = "x-default"


class Version(NamedTuple):
    """A page in one language, as search engines name it."""

    code: str
    address: str


def versions_of(path: str) -> list[Version]:
    """Return the addresses of a page in every language that is complete.

    Where that is one alone, there is nothing to tell apart.
    """
    codes = [*settings.COMPLETE_LANGUAGES]
    found = [Version(code, at_home(path, language=code)) for code in codes]
    if len(found) > 1:
        found.append(Version(ANY_LANGUAGE, found[0].address))
    return found


def at_home(address: str, *, language: str = "") -> str:
    """Return an address of ours below PUBLIC_URL, perhaps in another language.

    Django and its packages build it from the Host header, which is the visitor's word.
    """
    _scheme, _host, path, *rest = urlsplit(address)
    if language:
        path = in_language(path, language)
    return settings.PUBLIC_URL + urlunsplit(("", "", path, *rest))


def our_path(said: str, default: str) -> str:
    """Return a path of ours that a browser sent along; `default` for anything else."""
    is_ours = said.startswith("/") and url_has_allowed_host_and_scheme(said, None)
    return said if is_ours else default


def parts_of(said: str) -> SplitResult:
    """Return the parts of an address that a browser sent; empty ones if it is none."""
    try:
        return urlsplit(said)
    except ValueError:
        return urlsplit("")


def page_before(request: HttpRequest) -> str:
    """Return the page of ours that led here; empty where the browser names none."""
    came = parts_of(request.headers.get("Referer", ""))
    if came.netloc != request.get_host():
        return ""
    return our_path(f"{came.path}?{came.query}" if came.query else came.path, "")
