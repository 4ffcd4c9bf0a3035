"""Applications to sell: who they are, and the word on them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.checks import checks_of_application
from frontend.backoffice.counts import LIMITS
from frontend.backoffice.events import told
from frontend.backoffice.reasons import ABOUT_SHOPS, ReasonForm
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock
from marketplace.flows.join_market import decide_application
from vendors.models import Application
from vendors.selectors.shops import application_of, applications_waiting, members_of

_SHOWN = 20
_DECISIONS = {
    "approve": Application.State.APPROVED,
    "ask": Application.State.MORE_WANTED,
    "refuse": Application.State.REFUSED,
}


@require_safe
@operators(OperatorPermission.MODERATE)
def applications(request: ViewerRequest) -> HttpResponse:
    """Open the oldest application, or say that none waits."""
    oldest = applications_waiting().first()
    if oldest is not None:
        return redirect("office-application", public_id=oldest.vendor.public_id)
    return office_page(request, "applications_empty")


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def application(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show one application beside the queue, and take the decision."""
    try:
        asked = application_of(public_id)
    except Application.DoesNotExist as error:
        raise Http404 from error
    form = ReasonForm(
        request.POST or None, about=ABOUT_SHOPS, label=_("If not: what is missing?")
    )
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, asked, form)
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            return redirect("office-applications")
    waiting = applications_waiting()
    return office_page(
        request,
        "application",
        {
            "application": asked,
            "waiting": waiting[:_SHOWN],
            "count": waiting.count(),
            "limit": LIMITS["office-applications"],
            "next": waiting.exclude(pk=asked.pk).first(),
            "checks": checks_of_application(asked),
            "members": members_of(asked.vendor),
            "events": told(
                audit.events_of(asked.vendor), request.viewer, now=clock.now()
            ),
            "form": form,
            "nav": "office-applications",
        },
        status=422 if form.errors else 200,
    )


def _decide(request: ViewerRequest, asked: Application, form: ReasonForm) -> None:
    decision = _DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        raise RefusedError(_("Choose one of the three decisions."))
    decide_application(
        application=asked,
        decision=decision,
        reason=form.message(with_sentences=decision != Application.State.APPROVED),
        operator_id=request.user.pk,
        now=clock.now(),
    )
    told = {
        Application.State.APPROVED: _("%s is open now."),
        Application.State.MORE_WANTED: _("%s was asked for more."),
        Application.State.REFUSED: _("%s was refused."),
    }
    messages.success(request, told[decision] % asked.vendor.name)
