"""Only operators see the office; for everybody else it is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from frontend.backoffice.counts import every_queue, in_side_bar
from frontend.backoffice.undoable import undoable
from frontend.kept_forms import to_sign_in
from frontend.middleware import ViewerRequest
from frontend.second_factor import second_factor_first
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock

Page = Callable[..., HttpResponseBase]


def operators(*permissions: str) -> Callable[[Page], Page]:
    """Open a page to operators who hold one of `permissions`; to all if none is named.

    Strangers sign in first; people who are no operators get a 404, operators without
    the permission a 403. The second factor comes before any of them opens.
    """

    def guard(view: Page) -> Page:
        @never_cache
        @wraps(view)
        def open_page(
            request: ViewerRequest, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            if request.viewer.user_id is None:
                return to_sign_in(request, request.get_full_path())
            if not request.viewer.is_operator:
                raise Http404
            if permissions and not any(map(request.viewer.may, permissions)):
                raise PermissionDenied
            before = second_factor_first(request)
            return before or view(request, *args, **kwargs)

        return open_page

    return guard


# Places of the side bar that are for some operators; the others are for all.
_PLACES: dict[str, tuple[OperatorPermission, ...]] = {
    "office-applications": (OperatorPermission.MODERATE,),
    "office-products": (OperatorPermission.MODERATE,),
    "office-reviews": (OperatorPermission.MODERATE,),
    "office-problems": (OperatorPermission.SUPPORT,),
    "office-reports": (OperatorPermission.MODERATE,),
    "office-orders": (OperatorPermission.FINANCE, OperatorPermission.SUPPORT),
    "office-disputes": (OperatorPermission.FINANCE, OperatorPermission.SUPPORT),
    "office-refunds": (OperatorPermission.FINANCE,),
    "office-carrier-claims": (OperatorPermission.FINANCE,),
    "office-payouts": (OperatorPermission.FINANCE,),
    "office-holds": (OperatorPermission.FINANCE,),
    "office-match": (OperatorPermission.FINANCE,),
    "office-commands": (OperatorPermission.FINANCE,),
    "office-plans": (OperatorPermission.FINANCE,),
    "office-points": (OperatorPermission.FINANCE,),
    "office-figures": (OperatorPermission.FINANCE,),
    "office-books": (OperatorPermission.FINANCE,),
    "office-promotions": (OperatorPermission.FINANCE,),
    "office-categories": (OperatorPermission.MODERATE,),
    "office-search": (OperatorPermission.MODERATE,),
    "office-tax": (OperatorPermission.FINANCE,),
    "office-people": (OperatorPermission.ADMINISTER,),
    "office-system": (OperatorPermission.SUPPORT,),
    "office-failures": (OperatorPermission.SUPPORT,),
    "office-announcements": (OperatorPermission.SUPPORT, OperatorPermission.MODERATE),
    "office-carriers": (OperatorPermission.SUPPORT, OperatorPermission.MODERATE),
}


def closed_places(viewer: Viewer) -> frozenset[str]:
    """Return the places that the side bar keeps to itself; each page asks again."""
    return frozenset(
        place for place, needed in _PLACES.items() if not any(map(viewer.may, needed))
    )


def office_page(
    request: ViewerRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the office with the counts of its side bar, if not given."""
    context = context or {}
    if "counts" not in context:
        context |= in_side_bar(every_queue(request.viewer))
    match = request.resolver_match
    place = str(context.get("nav") or (match and match.url_name))
    shown = {
        "undoable": undoable(request.viewer, place=place, now=clock.now()),
        "closed_places": closed_places(request.viewer),
        "may_moderate": request.viewer.may(OperatorPermission.MODERATE),
        "may_finance": request.viewer.may(OperatorPermission.FINANCE),
        **context,
    }
    return render(request, f"office/{template}.html", shown, status=status)
