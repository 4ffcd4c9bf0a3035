"""A shop says point by point what it makes of a report."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, shop_page
from frontend.portal.frame import back_to
from frontend.portal.order import part_or_404
from frontend.portal.points_form import PointsForm
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.answer_points import answer_points
from support.selectors.problems import problems_about
from vendors.models import Vendor


@require_POST
@shop_page(*DESK)
def answer(
    request: ViewerRequest, vendor: Vendor, number: str, public_id: str
) -> HttpResponse:
    """Keep what the shop answers; the same again changes nothing."""
    part = part_or_404(request, vendor, number)
    problem = problems_about([part.pk]).filter(public_id=public_id).first()
    if problem is None:
        raise Http404
    form = PointsForm(request.POST, problem=problem)
    if not form.is_valid():
        messages.error(request, _("Choose answers from the lists."))
        return back_to("portal-order", vendor, number=number)
    try:
        answer_points(
            problem=problem,
            answers=form.cleaned_data,
            actor_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Kept. The buyer and we read it beside theirs."))
    return back_to("portal-order", vendor, number=number)
