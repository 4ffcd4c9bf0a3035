"""A shop gives money of one of its orders back: pieces, amounts, delivery."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.portal.order import part_or_404
from frontend.portal.order_rows import left_to_give
from frontend.refunding import take_step
from payouts.selectors.refunds import refunds_of_part
from vendors.models import Vendor


@form_page
@shop_page(*DESK)
def refund(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Choose how much of what goes back, see what would move, then do it."""
    part = part_or_404(request, vendor, number)
    step = take_step(request, part, by_seller=True)
    if step.is_done:
        messages.success(request, _("The money is on its way back to the buyer."))
        return back_to("portal-order", vendor, number=number)
    if not left_to_give(part):
        messages.info(request, _("No money of this order can be given back now."))
        return back_to("portal-order", vendor, number=number)
    context = {
        "part": part,
        "step": step,
        "refunds": refunds_of_part(part.settlement),
    }
    status = 422 if step.form.errors else 200
    return show(
        request,
        "portal/refund.html",
        vendor,
        context,
        nav="portal-orders",
        status=status,
    )
