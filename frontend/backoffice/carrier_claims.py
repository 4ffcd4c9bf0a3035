"""What is claimed from carriers: claims that are open, and how each of them ended."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.narrow import by_age, by_seller, by_size, in_list
from frontend.backoffice.order_forms import ReasonForm
from frontend.forms import DecimalField, IntegerField, UnitInput, at_most
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.money import exponent, from_decimal, to_decimal
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.claim_from_carrier import (
    ClaimOutcome,
    close_carrier_claim,
    name_carrier_claim,
    reopen_carrier_claim,
)
from marketplace.flows.report_problem import hold_key
from payouts.selectors.carrier_claims import (
    borne_by_seller,
    carrier_claims,
    claims_named,
    open_carrier_claims,
    sums_of_claims,
)
from payouts.vocabulary import CarrierClaimState
from support.selectors.problems import problems_to_decide

if TYPE_CHECKING:
    from payouts.models import CarrierClaim
    from support.models import Problem

_PER_PAGE = 25
_CLOSED = (("closed", gettext_lazy("Closed")),)
_ENDS = [
    choice
    for choice in CarrierClaimState.choices
    if choice[0] != CarrierClaimState.OPEN
]


class EndForm(ReasonForm):
    """How a claim ends, or that it has not; it is of the claim that was seen."""

    seen = IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, told: "CarrierClaim", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = told.reopened_count
        # A wrong end can be taken back.
        self.fields["is_sure"].label = _("I have checked it.")


class ReopenForm(EndForm):
    """Why a claim that was closed is open after all."""

    how = forms.CharField(widget=forms.HiddenInput, initial="reopen")
    field_order = ("reason", "is_sure", "how")


class ReceivedForm(EndForm):
    """What a carrier paid of a claim: all of it, or a part."""

    how = forms.CharField(widget=forms.HiddenInput, initial=CarrierClaimState.PAID)
    amount = DecimalField(label=gettext_lazy("What came in"), max_digits=10)
    field_order = ("amount", "reason", "is_sure", "how")

    def __init__(self, *args: Any, told: "CarrierClaim", **kwargs: Any) -> None:
        super().__init__(*args, told=told, **kwargs)
        self.currency = currency = told.currency
        most, places = to_decimal(told.amount_minor, currency), exponent(currency)
        self.fields["reason"].label = _("Reference of the payment")
        self.fields["reason"].help_text = _("As it stands on the bank’s statement.")
        self.fields["amount"] = DecimalField(
            label=self.fields["amount"].label,
            min_value=Decimal(1).scaleb(-places),
            max_value=most,
            max_digits=10,
            decimal_places=places,
            initial=most,
            widget=UnitInput(currency),
            help_text=at_most(told.amount_minor, currency),
        )
        self.order_fields(self.field_order)

    @property
    def outcome(self) -> ClaimOutcome:
        """How the claim ended, once the form is valid."""
        return ClaimOutcome(
            state=CarrierClaimState.PAID,
            received_minor=from_decimal(self.cleaned_data["amount"], self.currency),
            reason=self.cleaned_data["reason"],
            reopened_count=self.cleaned_data["seen"],
        )


class UnpaidForm(EndForm):
    """Why a carrier does not pay, or why we ask no more."""

    how = forms.CharField(widget=forms.HiddenInput)
    field_order = ("reason", "is_sure", "how")

    @property
    def outcome(self) -> ClaimOutcome:
        """How the claim ended, once the form is valid."""
        return ClaimOutcome(
            state=CarrierClaimState(self.data["how"]),
            reason=self.cleaned_data["reason"],
            reopened_count=self.cleaned_data["seen"],
        )


class NameForm(forms.Form):
    """What the carrier calls it."""

    how = forms.CharField(widget=forms.HiddenInput, initial="name")
    reference = forms.CharField(
        label=gettext_lazy("Reference at the carrier"), max_length=80
    )


def _desk(request: ViewerRequest, rows: Rows, *, is_closed: bool) -> Desk:
    """Return claims, narrowed as the address says."""
    ends = Filter(
        name="outcome",
        label=gettext_lazy("Outcome"),
        every=gettext_lazy("However it ended"),
        choices=_ENDS,
        narrow=lambda rows, state: rows.filter(state=state),
    )
    late = Filter(
        name="clock",
        label=gettext_lazy("Clock"),
        every=gettext_lazy("Late or not"),
        choices=(("late", gettext_lazy("Past the limit")),),
        narrow=lambda rows, _late: rows.filter(due_at__lt=clock.now()),
    )
    newest, first_due = gettext_lazy("Newest first"), gettext_lazy("First due on top")
    return desk_of(
        request,
        rows,
        Filter(
            name="q",
            label=gettext_lazy("Order, parcel or reference"),
            narrow=claims_named,
        ),
        in_list("show", every=gettext_lazy("Open"), choices=_CLOSED),
        by_seller("parcel__vendor_order__vendor"),
        Filter(
            name="carrier",
            label=gettext_lazy("Carrier"),
            narrow=lambda rows, words: rows.filter(carrier__icontains=words),
        ),
        ends if is_closed else late,
        by_age("opened_at"),
        by_size(F("amount_minor"), every=newest if is_closed else first_due),
        route="office-carrier-claims",
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def claims(request: ViewerRequest) -> HttpResponse:
    """List the open claims, the first due on top, or those that ended, newest first."""
    is_closed = request.GET.get("show") == "closed"
    rows = open_carrier_claims(request.viewer)
    if is_closed:
        every = carrier_claims(request.viewer).exclude(state=CarrierClaimState.OPEN)
        rows = every.order_by("-closed_at", "-pk")
    desk = _desk(request, rows, is_closed=is_closed)
    return office_page(
        request,
        "carrier_claims",
        {
            "desk": desk,
            "is_closed": is_closed,
            "sums": sums_of_claims(request.viewer),
            "page": Paginator(desk.rows, _PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def claim(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show a claim with what it is for, and take down how it ends."""
    told = carrier_claims(request.viewer).filter(public_id=public_id).first()
    if told is None:
        raise Http404
    typed = _forms(told, request)
    if request.method == "POST":
        form = typed.get(request.POST.get("how", ""))
        if form is None:
            messages.error(request, _("Choose how it ends."))
        elif form.is_valid() and _is_taken(request, told, form):
            return redirect("office-carrier-claim", told.public_id)
    return office_page(
        request,
        "carrier_claim",
        {
            "claim": told,
            "part": told.parcel.vendor_order,
            "problem": _problem_of(request, told),
            "borne_minor": borne_by_seller(told),
            "nav": "office-carrier-claims",
            **{f"{name}_form": form for name, form in typed.items()},
        },
        status=422 if request.method == "POST" else 200,
    )


def _problem_of(request: ViewerRequest, told: "CarrierClaim") -> "Problem | None":
    """Return the problem that was decided so, for who may read problems."""
    about = problems_to_decide(request.viewer).filter(
        vendor_order=told.parcel.vendor_order_id
    )
    token = told.refund.token
    return next((each for each in about if hold_key(each) == token), None)


def _forms(told: "CarrierClaim", request: ViewerRequest) -> dict[str, forms.Form]:
    """Return the forms of the page, the one that was sent with what was typed."""

    def sent(how: str) -> Any:
        return request.POST if request.POST.get("how") == how else None

    found: dict[str, forms.Form] = {
        "name": NameForm(sent("name"), initial={"reference": told.reference}),
        "reopen": ReopenForm(sent("reopen"), told=told, auto_id="reopen-%s"),
    }
    if not told.refund.was_never_made:
        found["paid"] = ReceivedForm(sent("paid"), told=told, auto_id="paid-%s")
    for how in (CarrierClaimState.REFUSED, CarrierClaimState.GIVEN_UP):
        found[how.value] = UnpaidForm(
            sent(how), told=told, initial={"how": how.value}, auto_id=f"{how.value}-%s"
        )
    return found


def _is_taken(request: ViewerRequest, told: "CarrierClaim", form: forms.Form) -> bool:
    """Write it down; what is refused is said where it was typed."""
    asked: dict[str, Any] = {"operator_id": request.user.pk, "now": clock.now()}
    try:
        if isinstance(form, NameForm):
            name_carrier_claim(
                claim=told, reference=form.cleaned_data["reference"], **asked
            )
        elif isinstance(form, ReceivedForm | UnpaidForm):
            close_carrier_claim(claim=told, outcome=form.outcome, **asked)
        elif isinstance(form, ReopenForm):
            seen, why = form.cleaned_data["seen"], form.cleaned_data["reason"]
            reopen_carrier_claim(claim=told, reopened_count=seen, reason=why, **asked)
    except RefusedError as refusal:
        told.refresh_from_db()
        seen = form.cleaned_data.get("seen", told.reopened_count)
        is_for_open = not isinstance(form, ReopenForm)
        if told.is_open != is_for_open or told.reopened_count != seen:
            # The page is older than what became of the claim.
            messages.warning(request, refusal.message)
            return True
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, refusal.message)
        return False
    messages.success(request, _("Recorded."))
    return True
