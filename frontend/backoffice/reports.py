"""Listings that somebody has reported: look, then close with a reason."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from support.models import ListingReport
from support.selectors.listings import reports_decided, reports_waiting
from support.services.listings import decide_report

_A_PAGE = 25
_LATELY = 10


@require_safe
@operators(OperatorPermission.MODERATE)
def reports(request: ViewerRequest) -> HttpResponse:
    """List what waits, the oldest first, and what was decided lately."""
    page = Paginator(reports_waiting(), _A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "decided": reports_decided()[:_LATELY]}
    return office_page(request, "reports", context)


@require_POST
@operators(OperatorPermission.MODERATE)
def decide(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Close a report with the reason that was typed."""
    try:
        decide_report(
            public_id=public_id,
            is_founded="founded" in request.POST,
            reason=request.POST.get("reason", "").replace("\0", ""),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except ListingReport.DoesNotExist as error:
        raise Http404 from error
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect("office-reports")
    messages.success(request, _("The report is closed."))
    return redirect("office-reports")
