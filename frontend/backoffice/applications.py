"""Applications to sell: who they are, and the word on them."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.application_checks import checks_of_application
from frontend.backoffice.application_form import AnswerForm, begun_in
from frontend.backoffice.application_papers import came_back, decide_paper, papers_of
from frontend.backoffice.application_risk import risk_in_words, risk_of
from frontend.backoffice.bulk import (
    MOST_AT_ONCE,
    Press,
    bulk_page,
    say_who_was_faster,
)
from frontend.backoffice.decided import decided_already, start_of_day
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.events import told
from frontend.backoffice.narrow import by_age, by_country, in_list
from frontend.backoffice.opening import openings_of
from frontend.backoffice.ready_answers import ready_for, with_ready
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock, decisions
from marketplace.flows.join_market import (
    APPLICATION,
    decide_application,
    decide_applications,
)
from payouts.selectors.sellers import shops_paid_alike
from vendors.missing import missing_in_short
from vendors.models import Application
from vendors.selectors.application_risk import by_risk, flagged
from vendors.selectors.shops import (
    application_of,
    applications_among,
    applications_in,
    members_of,
)

State = Application.State
Shared = Sequence[frozenset[int]]
_SHOWN = 20
_DECIDED = [
    (state.value, state.label)
    for state in (State.MORE_WANTED, State.REFUSED, State.APPROVED)
]
_SORTS = (
    ("risk", gettext_lazy("Highest risk first")),
    ("newest", gettext_lazy("Newest first")),
)
_BY_WORDS = Filter(
    name="q",
    label=gettext_lazy("Shop or trader"),
    narrow=lambda rows, words: rows.filter(
        Q(vendor__name__icontains=words) | Q(vendor__legal_name__icontains=words)
    ),
)
_DECISIONS = {
    "approve": State.APPROVED,
    "ask": State.MORE_WANTED,
    "refuse": State.REFUSED,
}


def application_desk(request: ViewerRequest, shared: Shared) -> Desk:
    """Return the applications that wait, as the address narrows them.

    Those that are decided are found by their state; `shared` are the shops that are
    paid alike.
    """
    state = request.GET.get("state", "")
    asked = applications_in(state if state in dict(_DECIDED) else State.SUBMITTED)
    desk = desk_of(
        request,
        asked,
        _BY_WORDS,
        by_country(asked, "vendor__country"),
        in_list("state", every=gettext_lazy("What waits"), choices=_DECIDED),
        by_age("submitted_at"),
        _in_order(shared),
        route="office-applications",
    )

    def dress(rows: Rows) -> Rows:
        marked = flagged(rows.order_by(), paid_alike=shared)
        return marked.prefetch_related("categories")

    return replace(desk, dress=dress)


def _in_order(shared: Shared) -> Filter:
    def narrow(rows: Rows, sort: str) -> Rows:
        if sort == "risk":
            return by_risk(rows, paid_alike=shared)
        return rows.order_by("-submitted_at", "-id")

    return Filter(
        name="sort",
        label=gettext_lazy("Order"),
        every=gettext_lazy("Oldest first"),
        choices=_SORTS,
        narrow=narrow,
    )


@require_safe
@operators(OperatorPermission.MODERATE)
def applications(request: ViewerRequest) -> HttpResponse:
    """Open the first application of the queue, or say that none waits."""
    desk = application_desk(request, shops_paid_alike())
    first = desk.rows.first()
    if first is not None:
        return redirect(desk.address("office-application", first.vendor.public_id))
    return office_page(request, "applications_empty", {"desk": desk})


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def application(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show one application beside its queue, and take the decision."""
    try:
        asked = application_of(public_id)
    except Application.DoesNotExist as error:
        raise Http404 from error
    shared = shops_paid_alike()
    desk = application_desk(request, shared)
    if "paper" in request.POST:
        return _paper_decided(request, asked, desk, shared)
    if "ready" in request.POST:
        begun = begun_in(request) | {"reason": with_ready(request, asked.vendor)}
        return _application_page(
            request, asked, AnswerForm(initial=begun), desk, shared
        )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        following = desk.place_of(asked, shown=_SHOWN).following
        try:
            _decide(request, asked, form)
        except RefusedError as refusal:
            form.add_error(_field_of(refusal), _refused(asked, refusal))
        else:
            return _to_the_next(desk, following)
    return _application_page(request, asked, form, desk, shared)


@require_POST
@operators(OperatorPermission.MODERATE)
def applications_bulk(request: ViewerRequest) -> HttpResponse:
    """Decide several applications alike; all but an admission asks for its reason."""
    shared = shops_paid_alike()
    desk = application_desk(request, shared)
    how = request.POST.get("decision", "")
    keys = request.POST.getlist("application")[:MOST_AT_ONCE]
    chosen = list(applications_among(keys))
    if not chosen or how not in _DECISIONS:
        messages.error(request, _("Choose at least one shop."))
        return redirect(desk.address("office-applications"))
    is_said = how == "approve" or "said" in request.POST
    form = AnswerForm(request.POST if is_said else None, label=_("What is missing?"))
    if is_said and form.is_valid():
        try:
            decided = decide_applications(
                applications=chosen,
                decision=_DECISIONS[how],
                answer=form.answer,
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(_field_of(refusal), refusal.message)
        else:
            left = [(each.vendor.name, each.vendor) for each in decided.left]
            say_who_was_faster(request, left)
            return redirect(desk.address("office-applications"))
    return _bulk_page(request, desk, chosen, form, how)


def _paper_decided(
    request: ViewerRequest, asked: Application, desk: Desk, shared: Shared
) -> HttpResponse:
    """Decide a paper; a message that has been begun stands as it was."""
    decide_paper(request, asked)
    begun = begun_in(request)
    papers = papers_of(request, asked)
    if any(begun.values()) or any(each.why for each in papers):
        return _application_page(
            request, asked, AnswerForm(initial=begun), desk, shared
        )
    here = desk.address("office-application", asked.vendor.public_id)
    return redirect(f"{here}#papers")


def _bulk_page(
    request: ViewerRequest,
    desk: Desk,
    chosen: list[Application],
    form: AnswerForm,
    how: str,
) -> HttpResponse:
    words = ngettext("Refuse %(n)d shop", "Refuse %(n)d shops", len(chosen))
    if how == "ask":
        words = ngettext(
            "Ask %(n)d shop for more", "Ask %(n)d shops for more", len(chosen)
        )
    press = Press(
        name="application",
        how=how,
        key="m" if how == "ask" else "r",
        title=words % {"n": len(chosen)},
        lead=_("One reason for all of them; each seller reads it."),
        verb=_("Ask for more") if how == "ask" else _("Refuse"),
        queue=_("Applications"),
    )
    shown = [
        (each.vendor.public_id, each.vendor.name, each.vendor.legal_name)
        for each in chosen
    ]
    return bulk_page(request, desk, press, shown, form)


def _field_of(refusal: RefusedError) -> str:
    return str(getattr(refusal, "field", "reason"))


def _refused(asked: Application, refusal: RefusedError) -> str:
    """Say why not: somebody else was faster, and who it was."""
    asked.refresh_from_db(fields=["state"])
    if asked.state == State.SUBMITTED:
        return refusal.message
    return decided_already(asked.vendor, now=clock.now()) or refusal.message


def _to_the_next(desk: Desk, following: Application | None) -> HttpResponse:
    if following is None:
        return redirect(desk.address("office-applications"))
    return redirect(desk.address("office-application", following.vendor.public_id))


def _application_page(
    request: ViewerRequest,
    asked: Application,
    form: AnswerForm,
    desk: Desk,
    shared: Shared,
) -> HttpResponse:
    now = clock.now()
    place = desk.place_of(asked, shown=_SHOWN)
    checks = checks_of_application(asked, paid_alike=shared)
    return office_page(
        request,
        "application",
        {
            "application": asked,
            "papers": papers_of(request, asked),
            "came_back": came_back(asked),
            "desk": desk,
            "place": place,
            "listed": [(each, risk_in_words(each)) for each in place.shown],
            "risk": risk_of(asked, paid_alike=shared),
            "ready": ready_for(asked.vendor),
            "openings": openings_of(asked, now=now),
            "held_days": settings.RELEASE_DAYS_AFTER_DELIVERY,
            "is_waiting": not desk.value_of("state"),
            "decided_today": decisions.count_since(
                request.user.pk, kind=APPLICATION, since=start_of_day(now)
            ),
            "undo_seconds": settings.UNDO_SECONDS,
            "checks": checks,
            "good_checks": sum(each.is_good for each in checks),
            "members": members_of(asked.vendor),
            "missing": missing_in_short(asked.missing),
            "events": told(audit.events_of(asked.vendor), request.viewer, now=now),
            "form": form,
            "decided_meanwhile": _decided_meanwhile(asked, form),
            "nav": "office-applications",
        },
        status=422 if form.errors else 200,
    )


def _decided_meanwhile(asked: Application, form: AnswerForm) -> str:
    if asked.state == State.SUBMITTED:
        return ""
    return str(next(iter(form.errors.get("reason", [])), ""))


def _decide(request: ViewerRequest, asked: Application, form: AnswerForm) -> None:
    decision = _DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        raise RefusedError(_("Choose one of the three decisions."))
    decide_application(
        application=asked,
        decision=decision,
        answer=form.answer,
        operator_id=request.user.pk,
        now=clock.now(),
    )
