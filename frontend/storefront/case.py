"""Something is wrong: report it, follow it, take it back."""

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.agreed import agreed_of
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from frontend.offered import offered_for
from frontend.storefront.access import with_part
from frontend.storefront.messages import say
from frontend.storefront.parts import PartView, part_views
from frontend.storefront.problem_form import ProblemForm, words_of_wish
from frontend.storefront.sale_forms import MessageForm
from frontend.typed import tell_back
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.flows.agree_on_problem import decline_proposal, take_proposal
from marketplace.flows.refund_line import (
    RefundPreview,
    preview_amounts,
    worth_of,
)
from marketplace.flows.report_problem import (
    ask_to_decide,
    report_problem,
    withdraw_problem,
)
from marketplace.flows.resolve_problem import moves_of
from payouts.selectors.holds import limits_of
from payouts.selectors.refunds import sent_to_buyer
from support.models import Message, Problem, Proposal, Side
from support.selectors.conversation import messages_of
from support.selectors.problems import photo_of, problems_about, usual_end
from support.services import conversation
from support.services.problems import Report, answer_due
from vendors.models import VendorOrder
from vendors.selectors.orders import buyer_name

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@_BOTH
@with_part
def new(request: ViewerRequest, part: VendorOrder) -> HttpResponse:
    """Take a report about a part."""
    view = part_views([part], clock.now())[0]
    if view.problem is not None:
        return _is_open_already(request, view.problem_url)
    if not view.can_report:
        return _is_nothing_to_report(request, view)
    is_look = "look" in request.POST
    form = _form(request, part, is_look=is_look)
    if request.method == "POST" and not is_look and form.is_valid():
        answer = _send(request, view, form)
        if answer is not None:
            return answer
    moves = _would_give(part, form)
    form.say_worth(Money(moves.to_buyer, moves.currency) if moves else None)
    context = {
        "view": view,
        "form": form,
        "rows": _rows(view, form),
        "is_one_piece": form.is_one_piece,
        "is_return": form.asks_for_return,
        "answer_by": answer_due(view.now),
        "moves": moves,
        "usual": usual_end(part.vendor_id, now=view.now),
        "has_lost_photos": is_look and bool(request.FILES),
    }
    return render(request, "case/new.html", context)


@_BOTH
@with_part
def page(request: ViewerRequest, part: VendorOrder, public_id: str) -> HttpResponse:
    """Show a report with everything said since, and take a message."""
    problem = _problem(part, public_id)
    view = part_views([part], clock.now())[0]
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and say(request, part, form):
        return redirect("case", *_where(view), public_id)
    conversation.mark_read(vendor_order_id=part.pk, side=Side.BUYER, now=clock.now())
    thread = list(messages_of(part.pk))
    has_answered = _has_answered(problem, thread)
    context = {
        "view": view,
        "problem": problem,
        "wish": words_of_wish(problem),
        "steps": _steps(view),
        "step": _step(problem, view, has_answered=has_answered),
        "has_answered": has_answered,
        "is_ours": problem.answer_by <= view.now,
        "decided_by": _decided_by(part, view.now),
        "lines": [(each, view.thing(each.line_id)) for each in problem.lines.all()],
        "thread": thread,
        "form": form,
        "where": _where(view),
        "offered": offered_for(problem),
        **_what_if(problem),
        "agreed": agreed_of(problem, parcels=part.parcels.all(), asked=None),
        "refunds": sent_to_buyer(part.settlement),
    }
    return render(request, "case/page.html", context)


@require_POST
@with_part
def withdraw(request: ViewerRequest, part: VendorOrder, public_id: str) -> HttpResponse:
    """Take a report back."""
    problem = _problem(part, public_id)
    view = part_views([part], clock.now())[0]
    try:
        withdraw_problem(
            problem=problem, actor_id=request.viewer.user_id, now=clock.now()
        )
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Settled. The order goes on."))
    return redirect(view.order_url)


@require_POST
@with_part
def disagree(request: ViewerRequest, part: VendorOrder, public_id: str) -> HttpResponse:
    """Let the operators decide, once the seller has answered."""
    problem = _problem(part, public_id)
    view = part_views([part], clock.now())[0]
    if not _has_answered(problem, list(messages_of(part.pk))):
        messages.info(request, _("The seller has not answered yet."))
        return redirect("case", *_where(view), public_id)
    try:
        ask_to_decide(problem=problem, actor_id=request.viewer.user_id, now=clock.now())
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("We read everything here and decide."))
    return redirect("case", *_where(view), public_id)


@require_POST
@with_part
def take(
    request: ViewerRequest, part: VendorOrder, public_id: str, offer_id: str
) -> HttpResponse:
    """Take what the seller offers; a second click finds it taken."""
    problem = _problem(part, public_id)
    proposal = _proposal(problem, offer_id)
    if proposal.state != Proposal.State.TAKEN:
        try:
            take_proposal(
                proposal=proposal,
                seen=words_of(request, "seen", most=40),
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except RefusedError as error:
            proposal.refresh_from_db()
            # The same click may have come twice at once.
            if proposal.state != Proposal.State.TAKEN:
                messages.error(request, error.message)
                return _back(part, problem)
    messages.success(request, _("Agreed. The money is on its way to you."))
    return _back(part, problem)


@require_POST
@with_part
def decline(
    request: ViewerRequest, part: VendorOrder, public_id: str, offer_id: str
) -> HttpResponse:
    """Decline what the seller offers; it can still be taken later."""
    problem = _problem(part, public_id)
    try:
        decline_proposal(
            proposal=_proposal(problem, offer_id),
            actor_id=request.viewer.user_id,
            now=clock.now(),
        )
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, _("Declined. Tell the seller below what would be right.")
        )
    return _back(part, problem)


@require_safe
@with_part
def photo(
    request: ViewerRequest,
    part: VendorOrder,
    public_id: str,
    number: int,
) -> HttpResponse:
    """Show a picture of a report to who may see the order."""
    found = photo_of(_problem(part, public_id), number)
    if found is None:
        raise Http404
    # We named the file: its end tells the kind that we drew.
    answer: HttpResponseBase = FileResponse(found.file.open("rb"))
    return cast("HttpResponse", answer)


def _is_open_already(request: ViewerRequest, where: str) -> HttpResponse:
    """Lead from a form for a report to the one that is open; its words come along."""
    if request.method == "POST":
        messages.info(request, _("A report about this order is open already."))
        tell_back(request, "text")
    return redirect(where)


def _is_nothing_to_report(request: ViewerRequest, view: PartView) -> HttpResponse:
    """Lead from a form for a report back to the order, and say why."""
    words = _("There is nothing to report about this yet.")
    if view.has_nothing_left:
        words = _("All of it has been given back: there is nothing to report.")
    messages.info(request, words)
    return redirect(view.order_url)


def _form(request: ViewerRequest, part: VendorOrder, *, is_look: bool) -> ProblemForm:
    """Return the form with what was typed; a look checks none of it."""
    if is_look:
        return ProblemForm(part=part, initial=request.POST.dict())
    return ProblemForm(
        request.POST or None,
        request.FILES or None,
        part=part,
        initial={"kind": request.GET.get("kind", "")},
    )


def _send(
    request: ViewerRequest, view: PartView, form: ProblemForm
) -> HttpResponse | None:
    """Send a valid report and lead to it; None if the form says why it cannot be."""
    part = view.part
    try:
        problem = _report(request, part, form)
    except RefusedError as error:
        # The same click may have come twice at once.
        first = problems_about([part.pk]).filter(state=Problem.State.OPEN).first()
        if first is not None:
            where = reverse("case", args=[*_where(view), first.public_id])
            return _is_open_already(request, where)
        form.add_error(getattr(error, "field", None), error.message)
        return None
    waits = part.settlement.is_held
    messages.success(
        request,
        _("Sent. The seller’s payment waits for now.") if waits else _("Sent."),
    )
    return redirect("case", *_where(view), problem.public_id)


def _report(request: ViewerRequest, part: VendorOrder, form: ProblemForm) -> Problem:
    report = Report(
        kind=Problem.Kind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        quantities=form.quantities,
        wanted=form.cleaned_data["wanted"],
        wanted_minor=form.less_minor,
        photos=form.cleaned_data["photos"],
        answers=form.answers,
    )
    return report_problem(
        part=part,
        report=report,
        actor_id=request.viewer.user_id,
        author_name=buyer_name(part.order),
        now=clock.now(),
    )


def _would_give(part: VendorOrder, form: ProblemForm) -> RefundPreview | None:
    """Return what the buyer would get for the chosen pieces; None of nothing."""
    chosen = {line_id: pieces for line_id, pieces in form.chosen.items() if pieces}
    if not chosen:
        return None
    try:
        worth = worth_of(part=part, quantities=chosen)
        return preview_amounts(part=part, wanted=worth.wanted)
    except RefusedError:
        return None


def _what_if(problem: Problem) -> dict[str, RefundPreview]:
    """Return what the buyer gets for the reported pieces, and if all goes back."""
    if problem.state != Problem.State.OPEN:
        return {}
    moves = moves_of(problem)
    found = {"if_pieces": moves.pieces, "if_all": moves.rest}
    return {key: look.preview for key, look in found.items() if look and look.to_buyer}


def _has_answered(problem: Problem, thread: list[Message]) -> bool:
    return any(
        message.side == Side.SELLER and message.created_at >= problem.opened_at
        for message in thread
    )


def _decided_by(part: VendorOrder, now: datetime) -> datetime | None:
    """Return when a report is decided by itself; None where it is not, or is late."""
    row = part.settlement
    if not row.is_held or row.paid_at is None:
        return None
    limit = limits_of(row.paid_at).decision
    return limit if limit > now else None


def _steps(view: PartView) -> list[str]:
    """Return the way of a report, in words."""
    names = {"seller": view.seller.name, "market": settings.MARKET_NAME}
    return [
        _("You reported it"),
        _("%(seller)s answers") % names,
        _("You find an agreement"),
        _("%(market)s decides") % names,
        _("Settled"),
    ]


def _step(problem: Problem, view: PartView, *, has_answered: bool) -> int:
    """Return where on its way an open report is."""
    if problem.answer_by <= view.now:
        return 4
    return 3 if has_answered else 2


def _problem(part: VendorOrder, public_id: str) -> Problem:
    problem = problems_about([part.pk]).filter(public_id=public_id).first()
    if problem is None:
        raise Http404
    return problem


def _proposal(problem: Problem, public_id: str) -> Proposal:
    """Return what was offered to settle a report. Raises Http404."""
    found = problem.proposals.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _back(part: VendorOrder, problem: Problem) -> HttpResponse:
    view = part_views([part], clock.now())[0]
    return redirect("case", *_where(view), problem.public_id)


def _where(view: PartView) -> tuple[str, int]:
    return view.key, view.n


def _rows(view: PartView, form: ProblemForm) -> list[tuple[object, object]]:
    fields = {name: form[name] for name in form.line_names}
    return [
        (thing, fields[f"line_{thing.line.pk}"])
        for thing in view.things
        if f"line_{thing.line.pk}" in fields
    ]
