"""Open a shop's pages to those who work there; to everybody else none is there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.kept_forms import to_sign_in
from frontend.middleware import ViewerRequest
from frontend.second_factor import GUARDED_ROLES, second_factor_first
from marketplace.core.viewer import SellerRole
from vendors.models import Vendor
from vendors.selectors.shops import shop_for

ShopView = Callable[..., HttpResponseBase]

OWNER = (SellerRole.OWNER,)
DESK = (SellerRole.ORDERS,)
OFFERS = (SellerRole.CATALOGUE,)
MONEY = (SellerRole.FINANCE,)
# Invoices to buyers are for the desk too; what each may see, the selectors know.
PAPERS = (SellerRole.FINANCE, SellerRole.ORDERS)
PROMOTIONS = (SellerRole.CATALOGUE, SellerRole.FINANCE)
# A promotion spends the shop's money.
PROMOTIONS_KEPT = MONEY
DISPUTES = (SellerRole.ORDERS, SellerRole.FINANCE)
ANYBODY = tuple(SellerRole)

# What each place of the side bar is for; owners may go everywhere.
PLACES: dict[str, tuple[SellerRole, ...]] = {
    "portal-today": ANYBODY,
    "portal-onboarding": OWNER,
    "portal-orders": DESK,
    "portal-disputes": DISPUTES,
    "portal-messages": DESK,
    "portal-notes": DESK,
    "portal-offers": OFFERS,
    "portal-import": OFFERS,
    "portal-promotions": PROMOTIONS,
    "portal-payouts": MONEY,
    "portal-documents": MONEY,
    "portal-team": OWNER,
    "portal-tokens": OWNER,
    "portal-webhooks": OWNER,
    "portal-settings": OWNER,
}

form_page = require_http_methods(["GET", "HEAD", "POST"])


def shop_page(*roles: SellerRole) -> Callable[[ShopView], ShopView]:
    """Give a view the shop that `handle` names, or answer 404.

    Strangers sign in first, whether there is such a shop or not; owners and finance
    show their second factor where money or people are changed.
    """

    def wrap(view: ShopView) -> ShopView:
        @never_cache
        @wraps(view)
        def open_page(
            request: ViewerRequest, handle: str, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            if request.viewer.user_id is None:
                return to_sign_in(request, _way_back(request, handle))
            try:
                vendor = shop_for(request.viewer, handle, *roles)
            except Vendor.DoesNotExist:
                raise Http404 from None
            if is_guarded(roles, request.viewer.role_in(vendor.partner_id)):
                before = second_factor_first(request)
                if before is not None:
                    return before
            return view(request, vendor, *args, **kwargs)

        return open_page

    return wrap


def is_guarded(roles: tuple[SellerRole, ...], role: str | None) -> bool:
    """Say whether a page asks somebody in `role` for their second factor.

    Owners and finance, wherever money or people are changed: on every page that is not
    for the whole team.
    """
    return role in GUARDED_ROLES and set(roles) != set(ANYBODY)


def _way_back(request: ViewerRequest, handle: str) -> str:
    # What only takes a form shows nothing to somebody who comes back to it.
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return reverse("portal-today", kwargs={"handle": handle})
