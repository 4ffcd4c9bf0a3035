"""A shop offers to settle a report: a part of the money back, and the pieces stay."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.forms import at_most
from frontend.middleware import ViewerRequest
from frontend.offered import offered_for
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.fields import AmountField
from frontend.portal.frame import back_to, show
from frontend.portal.order import part_or_404, reported_or_404, say_settled
from frontend.typed import tell_back
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, to_decimal
from marketplace.db import clock
from marketplace.flows.agree_on_problem import (
    most_to_propose,
    propose,
    take_back_proposal,
)
from payouts.selectors.disputes import dispute_of
from support.models import Problem
from support.selectors.problems import proposal_about
from vendors.models import Vendor


class ProposalForm(forms.Form):
    """How much goes back, and what the buyer reads with it."""

    text = forms.CharField(
        label=gettext_lazy("To the buyer"),
        max_length=1000,
        widget=forms.Textarea(
            {"rows": 4, "placeholder": gettext_lazy("I am sorry. I suggest …")}
        ),
        error_messages={
            "required": gettext_lazy("Say in a few words why this is fair.")
        },
    )

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            label=_("You give back"),
            currency=most.currency,
            help_text=at_most(most.minor, most.currency),
        )
        self.order_fields(["amount"])


@form_page
@shop_page(*DESK)
def offer(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Offer a part of the money; the buyer decides whether to take it."""
    part = part_or_404(request, vendor, number)
    problem = reported_or_404(request, part)
    if problem is not None and problem.state != Problem.State.OPEN:
        say_settled(request, problem)
        tell_back(request, "text")
        return back_to("portal-order", vendor, number=number)
    most = most_to_propose(problem) if problem else None
    if problem is None or not most or dispute_of(order_id=part.order_id):
        messages.info(request, _("No money of this order can be given back now."))
        return back_to("portal-order", vendor, number=number)
    asked = problem.wanted_minor
    form = ProposalForm(
        request.POST or None,
        most=most,
        initial={"amount": to_decimal(asked, most.currency) if asked else None},
    )
    if request.method == "POST" and form.is_valid() and _offer(request, problem, form):
        messages.success(request, _("Sent. The buyer decides whether to take it."))
        return back_to("portal-order", vendor, number=number)
    context = {
        "part": part,
        "problem": problem,
        "form": form,
        "most": most,
        "offered": offered_for(problem),
    }
    status = 422 if form.errors else 200
    return show(
        request,
        "portal/propose.html",
        vendor,
        context,
        nav="portal-orders",
        status=status,
    )


@require_POST
@shop_page(*DESK)
def take_back(
    request: ViewerRequest, vendor: Vendor, number: str, public_id: str
) -> HttpResponse:
    """Take an offer back; a second click finds it taken back."""
    part = part_or_404(request, vendor, number)
    found = proposal_about(part.pk, public_id)
    if found is None:
        raise Http404
    try:
        take_back_proposal(proposal=found, actor_id=request.user.pk, now=clock.now())
    except RefusedError as error:
        messages.info(request, error.message)
    else:
        messages.success(request, _("Your offer is taken back."))
    return back_to("portal-order", vendor, number=number)


def _offer(request: ViewerRequest, problem: Problem, form: ProposalForm) -> bool:
    """Send an offer; what is refused is said where it was entered."""
    try:
        propose(
            problem=problem,
            amount_minor=form.cleaned_data["amount"],
            text=form.cleaned_data["text"],
            actor_id=request.user.pk,
            author_name=problem.vendor_order.vendor.name,
            now=clock.now(),
        )
    except RefusedError as error:
        field = "text" if error.code == "message.text" else "amount"
        form.add_error(field, error.message)
        return False
    return True
