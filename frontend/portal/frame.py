"""What stands around every page of a shop: its name, its state, what waits."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend import formats
from frontend.middleware import ViewerRequest
from frontend.portal.access import PLACES
from frontend.portal.order_rows import orders_found
from frontend.portal.steps import steps_of
from marketplace.core.viewer import SellerRole, Viewer
from marketplace.db import clock
from payouts.selectors.disputes import undecided_of_shop
from reviews.selectors.questions import unanswered_by
from support.selectors.conversation import waiting_of_shop
from vendors.models import Vendor, VendorOrder
from vendors.selectors.announcements import news_for
from vendors.selectors.orders import orders_of_shop
from vendors.selectors.ranks import rank_of_shop
from vendors.services.shop import is_away

LONGEST_QUERY = 100
# Parts of the settings with a place of their own while a shop applies.
SETTINGS = ("portal-team", "portal-tokens")
WAITING = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True)
class Shop:
    """A seller as the components draw one."""

    name: str
    handle: str
    logo: object


def show(
    request: ViewerRequest,
    template: str,
    vendor: Vendor,
    context: dict[str, Any],
    *,
    nav: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw a page of a shop in the portal's frame."""
    waiting = _counts(request.viewer, vendor)
    today = timezone.localdate(clock.now())
    news = news_for(request.viewer, vendor=vendor, today=today)
    frame = {
        "vendor": vendor,
        "seller": Shop(vendor.name, vendor.handle, vendor.partner.mark),
        "seller_status": _status(vendor),
        "counts": {**waiting, "problems": _in_question(request.viewer, vendor)},
        "bell": sum(waiting.values()) + news.count(),
        "closed_places": closed_places(request.viewer, vendor),
    }
    if nav:
        frame["nav"] = nav
    return render(request, template, {**frame, **context}, status=status)


def back_to(route: str, vendor: Vendor, **where: object) -> HttpResponse:
    """Send a browser to a page of the shop after something was written."""
    return redirect(reverse(route, kwargs={"handle": vendor.handle, **where}))


def asked_words(request: ViewerRequest) -> str:
    """Return the words that somebody looks for; the database takes no NUL."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]


def closed_places(viewer: Viewer, vendor: Vendor) -> set[str]:
    """Return the places of the side bar that are not for this viewer, or done with."""
    closed = {
        place
        for place, roles in PLACES.items()
        if not viewer.works_on(vendor.partner_id, *roles)
    }
    if vendor.state != Vendor.State.APPLYING:
        closed |= {"portal-onboarding", *SETTINGS}
    return closed


def among_settings(vendor: Vendor) -> str:
    """Return the place of a page that stands among the settings of a shop in business.

    An applying shop has steps instead of settings: there it has a place of its own.
    """
    return "" if vendor.state == Vendor.State.APPLYING else "portal-settings"


def works(viewer: Viewer, vendor: Vendor, *roles: SellerRole) -> bool:
    """Say whether the viewer has one of `roles` in the shop, or owns it."""
    return viewer.works_on(vendor.partner_id, *roles)


def _status(vendor: Vendor) -> str:
    if vendor.state == Vendor.State.OPEN and is_away(vendor.partner, now=clock.now()):
        until = vendor.partner.away_until
        return _("Away until %s") % (formats.date_range(until) if until else "")
    state = str(vendor.get_state_display())
    if vendor.state != Vendor.State.OPEN:
        return state
    rank = rank_of_shop(vendor).label
    return _("%(rank)s seller · %(state)s") % {"rank": rank, "state": state}


def _in_question(viewer: Viewer, vendor: Vendor) -> int:
    """Count the orders with an open report, as their tab does, answered ones too."""
    if not works(viewer, vendor, SellerRole.ORDERS):
        return 0
    found = orders_found(viewer, vendor, "problems", "", clock.now())
    return found.order_by().count()


def _counts(viewer: Viewer, vendor: Vendor) -> dict[str, int]:
    counts = {}
    if works(viewer, vendor, SellerRole.ORDERS):
        orders = orders_of_shop(viewer, vendor.partner_id)
        counts["orders"] = orders.filter(state__in=WAITING).count()
        to_answer = waiting_of_shop(viewer, vendor.partner_id).count()
        asked = unanswered_by(viewer, vendor.partner_id).count()
        counts["messages"] = to_answer + asked
    if works(viewer, vendor, SellerRole.ORDERS, SellerRole.FINANCE):
        counts["disputes"] = undecided_of_shop(viewer, vendor.partner_id)
    if vendor.state == Vendor.State.APPLYING and works(
        viewer, vendor, SellerRole.OWNER
    ):
        left = [step for step in steps_of(viewer, vendor) if not step.is_done]
        counts["onboarding"] = len(left)
    return counts
