"""The reference of the API in the shop's own frame."""

from typing import TYPE_CHECKING, cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.templatetags.comptoir import maybe_url
from marketplace.core.viewer import SellerRole
from vendors.selectors.shops import shops_of

if TYPE_CHECKING:
    from frontend.middleware import ViewerRequest


# Swagger UI, which draws the calls, sets styles at its elements.
@require_safe
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
def reference(request: HttpRequest) -> HttpResponse:
    """Show every call with its fields; who has keys is led back to them."""
    viewer = cast("ViewerRequest", request).viewer
    owned = [
        shop
        for shop in shops_of(viewer).order_by("name")
        if viewer.works_on(shop.partner_id, SellerRole.OWNER)
    ]
    context = {"shops": owned, "schema_url": maybe_url("api:schema")}
    return render(request, "pages/api_reference.html", context)
