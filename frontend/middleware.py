"""What every request carries."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from marketplace.db.crossing import RETRY_AFTER_SECONDS, was_given_up
from vendors.selectors.viewer import viewer_of

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from marketplace.core.viewer import Viewer


class ViewerRequest(HttpRequest):
    """A request after the middleware: it knows who looks."""

    viewer: "Viewer"
    user: "User"


class AddressMiddleware:
    """Let `REMOTE_ADDR` be the visitor's address behind front servers of ours.

    Every limit counts by it: taken from the front server, one visitor would use up
    what all have. Only as many hops are believed as `TRUSTED_PROXIES` says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the address that our outermost front server has seen, and go on."""
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        trusted: int = settings.TRUSTED_PROXIES
        if 0 < trusted <= len(hops) and (seen := _address(hops[-trusted].strip())):
            request.META["REMOTE_ADDR"] = seen
        return self.get_response(request)


def _address(hop: str) -> str:
    """Return the address that a front server wrote; empty where it says none.

    Some write the port too, or a word such as `unknown`, which no column of addresses
    takes.
    """
    for said in (hop, hop.rpartition(":")[0].strip("[]"), hop.strip("[]")):
        try:
            address = ip_address(said)
        except ValueError:
            continue
        if "%" not in said:
            return str(address)
    return ""


class ViewerMiddleware:
    """Put `request.viewer` there, read from the database when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the viewer and go on."""
        ours = cast("ViewerRequest", request)
        ours.viewer = cast("Viewer", SimpleLazyObject(lambda: viewer_of(request.user)))
        return self.get_response(request)


class CrossedMiddleware:
    """Ask people to try again whose request the database gave up for another's.

    A flow is one transaction, so nothing of that one was written. It is not sent again
    by itself: what a page does besides, such as another flow before it, may be done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Answer 503 to two that crossed; leave any other fault alone."""
        if not was_given_up(error):
            return None
        answer = render(request, "crossed.html", status=503)
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
