"""Listings that somebody has reported: look, then close with a reason."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.bulk import (
    MOST_AT_ONCE,
    Press,
    bulk_form,
    bulk_page,
    say_who_was_faster,
)
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.narrow import by_age, in_list
from frontend.backoffice.reasons import ABOUT_REPORTS, ReasonForm
from frontend.backoffice.report_words import title_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from support.models import ListingReport
from support.selectors.listings import (
    reports_among,
    reports_decided,
    reports_named,
    reports_waiting,
)
from support.services.listings import (
    LONGEST_REASON,
    decide_report,
    decide_reports,
)

_A_PAGE = 25
_LATELY = 10
_LISTS = (("decided", gettext_lazy("What is decided")),)


@require_safe
@operators(OperatorPermission.MODERATE)
def reports(request: ViewerRequest) -> HttpResponse:
    """List what waits, the oldest first, or what was decided, the newest first."""
    desk = _desk(request, reports_waiting())
    is_decided = desk.value_of("list") == "decided"
    if is_decided:
        desk = _desk(request, reports_decided())
    context = {
        "desk": desk,
        "is_decided": is_decided,
        "page": Paginator(desk.rows, _A_PAGE).get_page(request.GET.get("page")),
        "decided": () if desk.is_narrowed else reports_decided()[:_LATELY],
    }
    return office_page(request, "reports", context)


def _desk(request: ViewerRequest, rows: Rows) -> Desk:
    return desk_of(
        request,
        rows,
        Filter(
            name="q",
            label=gettext_lazy("Listing or seller"),
            narrow=reports_named,
        ),
        in_list("list", every=gettext_lazy("What waits"), choices=_LISTS),
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("Every kind"),
            choices=ListingReport.Kind.choices,
            narrow=lambda rows, kind: rows.filter(kind=kind),
        ),
        by_age("created_at"),
        route="office-reports",
    )


@require_POST
@operators(OperatorPermission.MODERATE)
def decide(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Close a report with the reason that was typed."""
    back = _desk(request, reports_waiting()).address("office-reports")
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
        return redirect(back)
    return redirect(back)


@require_POST
@operators(OperatorPermission.MODERATE)
def reports_bulk(request: ViewerRequest) -> HttpResponse:
    """Close several reports alike; the reason is asked for first."""
    desk = _desk(request, reports_waiting())
    keys, how = request.POST.getlist("report"), request.POST.get("decision", "")
    chosen = list(reports_among(keys[:MOST_AT_ONCE]))
    if not chosen or how not in {"founded", "unfounded"}:
        messages.error(request, _("Choose at least one of them."))
        return redirect(desk.address("office-reports"))
    form = bulk_form(
        request,
        about=ABOUT_REPORTS,
        label=_("What did you find? It is kept with each."),
        most=LONGEST_REASON,
    )
    if form.is_bound and form.is_valid():
        try:
            decided = decide_reports(
                reports=chosen,
                is_founded=how == "founded",
                reason=form.message(with_sentences=True),
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            left = [(title_of(report), report) for report in decided.left]
            say_who_was_faster(request, left)
            return redirect(desk.address("office-reports"))
    return _bulk_page(request, desk, chosen, form, how)


def _bulk_page(
    request: ViewerRequest,
    desk: Desk,
    chosen: list[ListingReport],
    form: ReasonForm,
    how: str,
) -> HttpResponse:
    is_founded = how == "founded"
    title = ngettext("Close %(n)d report", "Close %(n)d reports", len(chosen))
    press = Press(
        name="report",
        how=how,
        key="a" if is_founded else "r",
        title=title % {"n": len(chosen)},
        lead=_("One reason for all of them; it is kept with each."),
        verb=_("Something was done") if is_founded else _("Nothing was wrong"),
        queue=_("Reported listings"),
    )
    shown = [(each.public_id, title_of(each), each.text) for each in chosen]
    return bulk_page(request, desk, press, shown, form)
