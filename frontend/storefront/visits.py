"""Whose looking counts as a visit of a shop."""

from frontend.browsers import is_robot
from frontend.middleware import ViewerRequest
from frontend.storefront.requests import is_ahead
from marketplace.db import clock
from vendors.services.visits import note_visit


def count(request: ViewerRequest, partner_id: int) -> None:
    """Count a visitor of a shop: no robot, nobody of the shop or of the market."""
    viewer, browser = request.viewer, request.headers.get("User-Agent", "")
    is_ours = viewer.is_operator or viewer.role_in(partner_id) is not None
    if request.method != "GET" or is_ours or is_robot(browser) or is_ahead(request):
        return
    who = request.META.get("REMOTE_ADDR", "")
    note_visit(partner_id=partner_id, who=who, browser=browser, now=clock.now())
