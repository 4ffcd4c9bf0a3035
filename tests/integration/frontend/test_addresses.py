"""Limits count by the visitor's address, behind a front server as without one."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from frontend.middleware import AddressMiddleware


def seen(forwarded: str) -> str:
    """Return whom a view sees behind a front server at 10.0.0.9."""
    found: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    AddressMiddleware(view)(
        RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **headers)
    )
    return found[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "visitor"),
    [
        (0, "", "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "203.0.113.7:5678", "203.0.113.7"),
        (1, "[2001:db8::7]:5678", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "unknown", "10.0.0.9"),
        (1, "fe80::1%eth0", "10.0.0.9"),
    ],
)
def test_only_our_own_front_servers_say_who_visits(
    settings: LazySettings, proxies: int, forwarded: str, visitor: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert seen(forwarded) == visitor
