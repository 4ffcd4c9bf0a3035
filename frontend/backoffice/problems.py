"""Problems and returns: both sides, what is at stake, and the decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.refund_line import worth_of
from marketplace.flows.resolve_problem import refund_problem, release_problem
from payouts.selectors.sale_money import sale_money
from payouts.selectors.sellers import settlements_for
from support.models import Problem
from support.selectors.conversation import messages_of
from support.selectors.problems import (
    history_of_buyer,
    photo_of,
    problems_to_decide,
)
from vendors.models import Standing

_PER_PAGE = 20


class DecisionForm(forms.Form):
    """How it ends, for which pieces, and why."""

    decision = forms.CharField(
        label=gettext_lazy("Decision, as both sides will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )


@require_safe
@operators(OperatorPermission.SUPPORT)
def problems(request: ViewerRequest) -> HttpResponse:
    """List the open problems, the most urgent first, then those decided last."""
    every = problems_to_decide(request.viewer)
    decided = every.exclude(state=Problem.State.OPEN).order_by("-decided_at", "-pk")
    page = Paginator(decided, _PER_PAGE).get_page(request.GET.get("page"))
    return office_page(
        request,
        "problems",
        {"open": every.filter(state=Problem.State.OPEN), "page": page},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.SUPPORT)
def problem(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show one problem with its thread and money, and take the decision."""
    told = _problem(request, public_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, told, form.cleaned_data["decision"])
        except RefusedError as refusal:
            form.add_error("decision", refusal.message)
        else:
            return redirect("office-problems")
    return office_page(
        request,
        "problem",
        {
            "problem": told,
            "part": told.vendor_order,
            "form": form,
            "nav": "office-problems",
            **_sides(told),
            **_money(request, told),
            **_neighbours(request, told),
        },
        status=422 if form.errors else 200,
    )


def _sides(told: Problem) -> dict[str, Any]:
    """Return who the two are, what they wrote, and how it went with each before."""
    part = told.vendor_order
    bought, reported, refunded = history_of_buyer(told)
    return {
        "bought_count": bought,
        "reported_count": reported,
        "refunded_count": refunded,
        "standing": Standing.objects.filter(vendor=part.vendor_id).first(),
        "thread": messages_of(part.pk),
        "parcels": part.parcels.all(),
    }


def _money(request: ViewerRequest, told: Problem) -> dict[str, Any]:
    """Return the sale's money and what each way to decide would move."""
    part = told.vendor_order
    settlement = (
        settlements_for(request.viewer, vendor_id=part.vendor_id)
        .filter(vendor_order=part)
        .first()
    )
    if settlement is None:
        return {}
    money = sale_money(settlement)
    return {
        "money": money,
        "refundable_minor": money.gross - money.refunded_gross,
        "pieces_minor": worth_of(part=part, quantities=_pieces(told)),
    }


def _neighbours(request: ViewerRequest, told: Problem) -> dict[str, Any]:
    """Return where an open problem stands in the queue, and those beside it."""
    rows = problems_to_decide(request.viewer).filter(state=Problem.State.OPEN)
    keys = list(rows.values_list("public_id", "vendor_order__number"))
    ids = [public_id for public_id, _number in keys]
    if told.public_id not in ids:
        return {}
    place = ids.index(told.public_id)
    return {
        "place": place + 1,
        "open_count": len(ids),
        "previous": keys[place - 1] if place else None,
        "next": keys[place + 1] if place + 1 < len(ids) else None,
    }


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


def _decide(request: ViewerRequest, told: Problem, decision: str) -> None:
    how = request.POST.get("how", "")
    now = clock.now()
    if how == "release":
        release_problem(
            problem=told, decision=decision, actor_id=request.user.pk, now=now
        )
        messages.success(request, _("The seller is paid."))
    elif how in {"refund", "refund_lines"}:
        pieces = _pieces(told)
        refund_problem(
            problem=told,
            quantities=pieces if how == "refund_lines" and pieces else None,
            decision=decision,
            actor_id=request.user.pk,
            now=now,
        )
        messages.success(request, _("The refund is on its way to the buyer."))
    else:
        raise RefusedError(_("Choose how it ends."))


def _pieces(told: Problem) -> dict[int, int]:
    return {line.line_id: line.quantity for line in told.lines.all()}
