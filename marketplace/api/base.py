"""What every view of the API shares."""

from typing import Any, cast

from django.utils.cache import patch_cache_control
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.authentication import System
from marketplace.api.parsers import PlainJSONParser
from marketplace.api.throttling import TokenThrottle, note_allowance
from marketplace.core.viewer import Viewer
from vendors.models import Vendor


class SellerView(APIView):
    """A view of one shop: that of the token."""

    parser_classes = [PlainJSONParser]
    throttle_classes = [TokenThrottle]

    @property
    def system(self) -> System:
        """Return the program that asks."""
        return cast("System", self.request.user)

    @property
    def vendor(self) -> Vendor:
        """Return the shop whose token was shown."""
        return self.system.vendor

    @property
    def viewer(self) -> Viewer:
        """Return who looks, for selectors."""
        return self.system.viewer

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and count it: a wrong token and a missing right too.

        DRF would count after both checks, and so let everybody guess without end.
        """
        try:
            super().perform_authentication(request)
        finally:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Count nothing a second time."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Add what is left of the rate limit, and let nobody keep a copy on the way."""
        final = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(final, private=True, no_store=True)
        note_allowance(final, getattr(self, "allowance", None))
        return final
