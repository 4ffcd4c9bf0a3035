"""What every request carries."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

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
        if 0 < trusted <= len(hops) and hops[-trusted].strip():
            request.META["REMOTE_ADDR"] = hops[-trusted].strip()
        return self.get_response(request)


class ViewerMiddleware:
    """Put `request.viewer` there, read from the database when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the viewer and go on."""
        ours = cast("ViewerRequest", request)
        ours.viewer = cast("Viewer", SimpleLazyObject(lambda: viewer_of(request.user)))
        return self.get_response(request)
