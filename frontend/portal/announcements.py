"""What operators tell the shop: read, and put away."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import ANYBODY, shop_page
from frontend.portal.frame import back_to
from marketplace.db import clock
from vendors.models import Vendor
from vendors.selectors.announcements import news_for
from vendors.services.announcements import put_away


@require_POST
@shop_page(*ANYBODY)
def seen(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Put an announcement away for whoever clicks; of others it stays."""
    now = clock.now()
    today = timezone.localdate(now)
    found = news_for(request.viewer, vendor=vendor, today=today)
    for each in found.filter(public_id=public_id):
        put_away(announcement=each, vendor=vendor, user_id=request.user.pk, now=now)
    return back_to("portal-today", vendor)
