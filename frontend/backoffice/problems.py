"""Problems and returns: both sides, what is at stake, and the decision."""

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, Place, Rows, desk_of
from frontend.backoffice.narrow import by_age, by_seller, by_size, in_list
from frontend.backoffice.problem_decision import ProblemDecisionForm
from frontend.backoffice.problem_page import Stakes, facts_of, stakes_of
from frontend.backoffice.problem_words import kind_in_words
from frontend.middleware import ViewerRequest
from frontend.storefront.sale_forms import MessageForm
from frontend.templatetags.office import called
from frontend.typed import tell_back
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.decide_problem import decide_problem
from marketplace.flows.send_message import send_message
from support.models import Problem, Side
from support.rules import RuleRefusedError
from support.selectors.problems import (
    photo_of,
    problems_to_decide,
)

_PER_PAGE = 20
_LISTS = (("settled", gettext_lazy("Settled")),)


class Forms(NamedTuple):
    """What an operator can fill in on the page of a problem."""

    decision: ProblemDecisionForm
    message: MessageForm


def _desk(request: ViewerRequest, problems: Rows, *, is_settled: bool) -> Desk:
    """Return problems, narrowed as the address says."""
    sort = by_size(
        F("vendor_order__settlement__gross_minor"),
        every=gettext_lazy("Newest first")
        if is_settled
        else gettext_lazy("Most urgent first"),
    )
    return desk_of(
        request,
        problems,
        Filter(
            name="q",
            label=gettext_lazy("Number of the order"),
            narrow=lambda rows, words: rows.filter(
                vendor_order__number__istartswith=words
            ),
        ),
        in_list("show", every=gettext_lazy("Open"), choices=_LISTS),
        by_seller("vendor_order__vendor"),
        Filter(
            name="kind",
            label=gettext_lazy("What"),
            every=gettext_lazy("Everything"),
            choices=[(kind, kind_in_words(kind)) for kind in Problem.Kind.values],
            narrow=lambda rows, kind: rows.filter(kind=kind),
        ),
        _outcome() if is_settled else _clock(),
        by_age("opened_at"),
        sort,
        route="office-problems",
    )


def _clock() -> Filter:
    return Filter(
        name="clock",
        label=gettext_lazy("Clock"),
        every=gettext_lazy("Late or not"),
        choices=(("late", gettext_lazy("Past the limit")),),
        narrow=lambda rows, _late: rows.filter(answer_by__lt=clock.now()),
    )


def _outcome() -> Filter:
    ended = [each for each in Problem.State.choices if each[0] != Problem.State.OPEN]
    return Filter(
        name="outcome",
        label=gettext_lazy("Outcome"),
        every=gettext_lazy("However it ended"),
        choices=ended,
        narrow=lambda rows, state: rows.filter(state=state),
    )


@require_safe
@operators(OperatorPermission.SUPPORT)
def problems(request: ViewerRequest) -> HttpResponse:
    """List the open problems, the most urgent first, then those decided last."""
    every = problems_to_decide(request.viewer).select_related(
        "vendor_order__settlement"
    )
    waiting = every.filter(state=Problem.State.OPEN)
    decided = every.exclude(state=Problem.State.OPEN).order_by("-decided_at", "-pk")
    is_settled = request.GET.get("show") == "settled"
    desk = _desk(request, decided if is_settled else waiting, is_settled=is_settled)
    number = request.GET.get("page")
    return office_page(
        request,
        "problems",
        {
            "is_settled": is_settled,
            "desk": desk,
            "open": Paginator(
                waiting.none() if is_settled else desk.rows, _PER_PAGE
            ).get_page(number),
            "page": Paginator(desk.rows if is_settled else decided, _PER_PAGE).get_page(
                number if is_settled else None
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.SUPPORT)
def problem(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show one problem with its thread and money, and take the decision."""
    told = _problem(request, public_id)
    if request.method == "POST" and told.state != Problem.State.OPEN:
        return _too_late(request, told)
    stakes = stakes_of(told)
    form = ProblemDecisionForm(
        request.POST or None, told=told, stakes=stakes, viewer=request.viewer
    )
    desk = _open_desk(request)
    if request.method == "POST" and form.is_valid():
        following = desk.place_of(told, shown=1).following
        if _is_decided(request, told, form):
            return redirect(_next(desk, following))
        told.refresh_from_db(fields=["state"])
        if told.state != Problem.State.OPEN:
            return _too_late(request, told)
    return _show(request, told, Forms(form, MessageForm()), stakes)


@require_POST
@operators(OperatorPermission.SUPPORT)
def say(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Write to both sides of an open problem; what cannot be sent stays typed."""
    told = _problem(request, public_id)
    if told.state != Problem.State.OPEN:
        return _too_late(request, told)
    message = MessageForm(request.POST, request.FILES)
    is_sent = message.is_valid() and message.send(
        send_message,
        part=told.vendor_order,
        side=Side.OPERATOR,
        author_id=request.user.pk,
        author_name=called(request.user),
        now=clock.now(),
    )
    if is_sent:
        messages.success(request, _("Sent to both sides."))
        return redirect("office-problem", told.public_id)
    stakes = stakes_of(told)
    form = ProblemDecisionForm(told=told, stakes=stakes, viewer=request.viewer)
    return _show(request, told, Forms(form, message), stakes)


def _show(
    request: ViewerRequest, told: Problem, forms_: Forms, stakes: Stakes
) -> HttpResponse:
    desk = _open_desk(request)
    return office_page(
        request,
        "problem",
        {
            **facts_of(request.viewer, told, stakes),
            "form": forms_.decision,
            "message_form": forms_.message,
            "nav": "office-problems",
            "desk": desk,
            "place": _place(desk, told),
        },
        status=422 if any(each.errors for each in forms_) else 200,
    )


def _is_decided(
    request: ViewerRequest, told: Problem, form: ProblemDecisionForm
) -> bool:
    """Take the decision; what is refused is said where it was entered."""
    try:
        _decide(request, told, form)
    except RuleRefusedError as refusal:
        form.add_error("rule", refusal.message)
        return False
    except RefusedError as refusal:
        field = "amount" if form.is_in_part else None
        named = getattr(refusal, "field", "")
        form.add_error(named if named in form.fields else field, refusal.message)
        return False
    return True


def _open_desk(request: ViewerRequest) -> Desk:
    waiting = problems_to_decide(request.viewer).filter(state=Problem.State.OPEN)
    return _desk(request, waiting, is_settled=False)


def _place(desk: Desk, told: Problem) -> Place | None:
    is_open = told.state == Problem.State.OPEN
    return desk.place_of(told, shown=1) if is_open else None


def _next(desk: Desk, following: Problem | None) -> str:
    """Return the page of what is decided next, or of the queue."""
    if following is None:
        return desk.address("office-problems")
    return desk.address("office-problem", following.public_id)


def _too_late(request: ViewerRequest, told: Problem) -> HttpResponse:
    """Lead from a page that is older than the decision to the one that shows it."""
    words = _("This has been settled already: %(state)s.")
    messages.warning(request, words % {"state": told.get_state_display()})
    tell_back(request, "decision", "text")
    return redirect("office-problem", told.public_id)


@require_safe
@operators(OperatorPermission.SUPPORT)
def problem_photo(
    request: ViewerRequest, public_id: str, number: int
) -> HttpResponseBase:
    """Serve a picture of a problem from private storage."""
    photo = photo_of(_problem(request, public_id), number)
    if photo is None:
        raise Http404
    return FileResponse(photo.file.open("rb"))


def _problem(request: ViewerRequest, public_id: str) -> Problem:
    told = problems_to_decide(request.viewer).filter(public_id=public_id).first()
    if told is None:
        raise Http404
    return told


def _decide(request: ViewerRequest, told: Problem, form: ProblemDecisionForm) -> None:
    # Each outcome has its own sum.
    seen = request.POST.get(f"seen_{form.cleaned_data['how']}", "")
    ended = decide_problem(
        problem=told,
        verdict=form.verdict(seen),
        actor_id=request.user.pk,
        now=clock.now(),
    )
    words = {
        Problem.State.RELEASED: _("The seller is paid."),
        Problem.State.SETTLED: _("Nothing was left to pay."),
    }
    on_its_way = _("The refund is on its way to the buyer.")
    messages.success(request, words.get(Problem.State(ended.state), on_its_way))
