"""What buyers wrote and somebody reported, or what waits unseen: hide or keep it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
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
from frontend.backoffice.bulk import (
    MOST_AT_ONCE,
    Press,
    bulk_form,
    bulk_page,
    say_who_was_faster,
)
from frontend.backoffice.decided import decided_already
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.events import told
from frontend.backoffice.narrow import by_age
from frontend.backoffice.reasons import ABOUT_REVIEWS, ReasonForm
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock
from marketplace.flows.moderate_reviews import decide_case, decide_cases, look_again
from reviews.models import ModerationCase, ProductReview
from reviews.selectors.moderation import (
    cases_among,
    cases_before,
    cases_decided,
    cases_for,
    cases_open,
)
from reviews.services.moderation import LONGEST_REASON, Ruling, version_of

_SHOWN, _A_PAGE = 20, 30
_DECIDED = (
    ("yes", gettext_lazy("What is decided")),
    (ModerationCase.State.HIDDEN.value, gettext_lazy("What is hidden")),
    (ModerationCase.State.KEPT.value, gettext_lazy("What stays")),
)
_KINDS = (
    ("notes", gettext_lazy("Ratings of sellers")),
    ("reviews", gettext_lazy("Reviews of products")),
    ("questions", gettext_lazy("Questions and answers")),
    ("held", gettext_lazy("Not seen by anybody yet")),
)


@require_safe
@operators(OperatorPermission.MODERATE)
def reviews(request: ViewerRequest) -> HttpResponse:
    """Open the first that waits; what is decided is listed if asked, or nothing is."""
    desk, is_decided = _desk(request), "decided" in request.GET
    first = desk.rows.first()
    if first is not None and not is_decided:
        return redirect(desk.address("office-review", first.public_id))
    decided = _decided_desk(request)
    context = {
        "desk": decided if is_decided else desk,
        "is_decided": is_decided,
        "count": desk.rows.count(),
        "page": Paginator(decided.rows, _A_PAGE).get_page(request.GET.get("page")),
    }
    return office_page(request, "reviews_decided", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def review(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show what was written with its reports beside the queue; take the decision."""
    case, desk = _case(request, public_id), _desk(request)
    form = ReasonForm(
        request.POST or None,
        about=ABOUT_REVIEWS,
        label=_("Why? The author reads it."),
        most=LONGEST_REASON,
    )
    form.need_one()
    if request.method == "POST" and form.is_valid():
        following = desk.place_of(case, shown=_SHOWN).following
        try:
            _decide(request, case, form)
        except RefusedError as refusal:
            form.add_error("reason", _refused(case, refusal))
        else:
            return redirect(_next(desk, following))
    now = clock.now()
    context = {
        "case": case,
        "subject": case.subject,
        "seen": version_of(case.subject),
        "desk": desk,
        "place": desk.place_of(case, shown=_SHOWN),
        "earlier": cases_before(request.viewer, case),
        "events": told(audit.events_of(case), request.viewer, now=now),
        "form": form,
        "undo_seconds": settings.UNDO_SECONDS,
        "decided_meanwhile": ""
        if case.state == ModerationCase.State.OPEN
        else next(iter(form.errors.get("reason", [])), ""),
        "nav": "office-reviews",
    }
    return office_page(request, "review", context, status=422 if form.errors else 200)


@require_POST
@operators(OperatorPermission.MODERATE)
def review_again(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Open another case about what was decided; the page of that case follows."""
    case = _case(request, public_id)
    try:
        case = look_again(case_id=case.pk, operator_id=request.user.pk, now=clock.now())
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    return redirect("office-review", case.public_id)


@require_POST
@operators(OperatorPermission.MODERATE)
def reviews_bulk(request: ViewerRequest) -> HttpResponse:
    """Decide several cases alike; the reason is asked for first."""
    desk, how = _desk(request), request.POST.get("decision", "")
    keys = request.POST.getlist("case")[:MOST_AT_ONCE]
    chosen = list(cases_among(request.viewer, keys))
    if not chosen or how not in {"keep", "hide"}:
        messages.error(request, _("Choose at least one of them."))
        return redirect(desk.address("office-reviews"))
    form = bulk_form(
        request,
        about=ABOUT_REVIEWS,
        label=_("Why? The authors read it."),
        most=LONGEST_REASON,
    )
    if form.is_bound and form.is_valid():
        try:
            decided = decide_cases(
                cases=chosen,
                hide=how == "hide",
                reason=form.message(with_sentences=True),
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            say_who_was_faster(request, [(str(case), case) for case in decided.left])
            return redirect(desk.address("office-reviews"))
    return _bulk_page(request, desk, chosen, form, how)


def _bulk_page(
    request: ViewerRequest,
    desk: Desk,
    chosen: list[ModerationCase],
    form: ReasonForm,
    how: str,
) -> HttpResponse:
    words = ngettext("Let %(n)d stand", "Let %(n)d stand", len(chosen))
    if how == "hide":
        words = ngettext("Hide %(n)d", "Hide %(n)d", len(chosen))
    press = Press(
        name="case",
        how=how,
        key="r" if how == "hide" else "a",
        title=words % {"n": len(chosen)},
        lead=_("One reason for all of them; it is kept with each."),
        verb=_("Hide them") if how == "hide" else _("Let them stand"),
        queue=_("Reviews"),
    )
    shown = [(case.public_id, str(case), _words_of(case)) for case in chosen]
    return bulk_page(request, desk, press, shown, form)


def _words_of(case: ModerationCase) -> str:
    subject = case.subject
    return str(subject.body if isinstance(subject, ProductReview) else subject.text)


def _refused(case: ModerationCase, refusal: RefusedError) -> str:
    """Say why not: somebody else was faster, and who it was."""
    case.refresh_from_db()
    if case.state == ModerationCase.State.OPEN:
        return refusal.message
    return decided_already(case, now=clock.now()) or refusal.message


def _decide(request: ViewerRequest, case: ModerationCase, form: ReasonForm) -> None:
    decision = request.POST.get("decision", "")
    if decision not in {"keep", "hide"}:
        raise RefusedError(_("Choose whether it stays or is hidden."))
    decide_case(
        case_id=case.pk,
        ruling=Ruling(
            hide=decision == "hide",
            reason=form.message(with_sentences=True),
            seen=request.POST.get("seen", ""),
        ),
        operator_id=request.user.pk,
        now=clock.now(),
    )


def _desk(request: ViewerRequest) -> Desk:
    return desk_of(
        request,
        cases_open(request.viewer),
        *_what_it_is(),
        by_age("opened_at"),
        Filter(
            name="sort",
            label=gettext_lazy("Order"),
            every=gettext_lazy("Oldest first"),
            choices=(("reported", gettext_lazy("Most reported first")),),
            narrow=lambda rows, _sort: rows.annotate(
                report_count=Count("reports")
            ).order_by("-report_count", "opened_at", "pk"),
        ),
        route="office-reviews",
    )


def _decided_desk(request: ViewerRequest) -> Desk:
    """Return what is decided, narrowed as the address says; `decided` keeps it open."""
    return desk_of(
        request,
        cases_decided(request.viewer),
        *_what_it_is(),
        Filter(
            name="decided",
            label=gettext_lazy("Decision"),
            every=gettext_lazy("What waits"),
            choices=_DECIDED,
            narrow=lambda rows, state: (
                rows if state == "yes" else rows.filter(state=state)
            ),
        ),
        route="office-reviews",
    )


def _what_it_is() -> tuple[Filter, Filter]:
    return (
        Filter(name="q", label=gettext_lazy("Seller or product"), narrow=_named),
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("All that is written"),
            choices=_KINDS,
            narrow=_of_kind,
        ),
    )


def _named(rows: Rows, words: str) -> Rows:
    return rows.filter(
        Q(note__partner__name__icontains=words)
        | Q(review__partner__name__icontains=words)
        | Q(review__product__title__icontains=words)
        | Q(question__product__title__icontains=words)
        | Q(answer__partner__name__icontains=words)
        | Q(answer__question__product__title__icontains=words)
    )


def _of_kind(rows: Rows, kind: str) -> Rows:
    return {
        "notes": rows.filter(note__isnull=False),
        "reviews": rows.filter(review__isnull=False),
        "questions": rows.exclude(question=None, answer=None),
        "held": rows.filter(is_held=True),
    }[kind]


def _next(desk: Desk, following: ModerationCase | None) -> str:
    """Return the page of what is decided next, or of the queue."""
    if following is None:
        return desk.address("office-reviews")
    return desk.address("office-review", following.public_id)


def _case(request: ViewerRequest, public_id: str) -> ModerationCase:
    case = cases_for(request.viewer).filter(public_id=public_id).first()
    if case is None:
        raise Http404
    return case
