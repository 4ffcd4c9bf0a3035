"""Refunds that wait for somebody: owed to buyers, pending, made at Stripe."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Filter, desk_of
from frontend.backoffice.narrow import by_age, by_size, in_list
from frontend.backoffice.order_forms import ReasonForm
from frontend.forms import DecimalField, UnitInput, at_most
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.money import exponent, from_decimal, to_decimal
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.settle_refunds import allocate_refund, repay_buyer
from payouts.selectors.refunds import (
    made_at_stripe,
    owed_to_buyers,
    pending_at_stripe,
    refund_for,
    refunds_named,
    repaid_to_buyers,
    settlements_of_orders,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from frontend.backoffice.desk import Desk
    from payouts.models import RefundRequest, Settlement

_LAST, _PER_PAGE = 10, 25
_STATES = (
    ("owed", gettext_lazy("Owed to buyers")),
    ("made", gettext_lazy("Made in Stripe’s dashboard")),
    ("pending", gettext_lazy("On their way")),
)


class RepayForm(ReasonForm):
    """How the money went to the buyer, and a second look."""

    method = forms.ChoiceField(
        label=gettext_lazy("Paid by"),
        choices=[
            ("Bank transfer", gettext_lazy("Bank transfer")),
            ("Another card", gettext_lazy("Another card, by hand")),
            ("Cheque", gettext_lazy("Cheque")),
        ],
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the payment"),
        max_length=140,
        help_text=gettext_lazy("As it stands on the bank’s statement."),
    )
    field_order = ("method", "reference", "reason", "is_sure")


class AllocateForm(ReasonForm):
    """How much of it each seller bears; the token makes a second click the same."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        *args: Any,
        refund: "RefundRequest",
        parts: "Sequence[Settlement]",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"token": uuid4().hex})
        super().__init__(*args, **kwargs)
        self.refund, self.parts = refund, parts
        for part in parts:
            self.fields[f"amount_{part.pk}"] = self._amount(part)
        amounts = [f"amount_{part.pk}" for part in parts]
        self.order_fields([*amounts, "reason", "is_sure", "token"])

    @property
    def amounts(self) -> dict[int, int]:
        """Map settlements to minor units, once the form is valid."""
        currency = self.refund.currency
        given = {
            part.pk: self.cleaned_data.get(f"amount_{part.pk}") for part in self.parts
        }
        return {
            key: from_decimal(amount, currency)
            for key, amount in given.items()
            if amount
        }

    def _amount(self, part: "Settlement") -> DecimalField:
        currency = self.refund.currency
        left = part.cash_minor - part.refunded_cash_minor
        field = DecimalField(
            label=part.vendor.name,
            min_value=Decimal(0),
            max_value=to_decimal(left, currency),
            decimal_places=exponent(currency),
            max_digits=12,
            required=False,
            widget=UnitInput(currency),
        )
        field.help_text = at_most(left, currency)
        return field


@require_safe
@operators(OperatorPermission.FINANCE)
def refunds(request: ViewerRequest) -> HttpResponse:
    """List what buyers wait for, and refunds that nobody has allocated."""
    return _page(request, {})


@require_POST
@operators(OperatorPermission.FINANCE)
def repay(request: ViewerRequest, refund_id: int) -> HttpResponse:
    """Record how a failed refund reached its buyer."""
    refund = _refund(request, refund_id)
    form = RepayForm(request.POST, auto_id=f"repay-{refund.pk}-%s")
    if form.is_valid():
        try:
            repay_buyer(
                refund=refund,
                method=form.cleaned_data["method"],
                reference=form.cleaned_data["reference"],
                reason=form.cleaned_data["reason"],
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Recorded and booked: nothing is owed of it."))
            return redirect(_desks(request)["owed"].address("office-refunds"))
    return _page(request, {("repay", refund.pk): form})


@require_POST
@operators(OperatorPermission.FINANCE)
def allocate(request: ViewerRequest, refund_id: int) -> HttpResponse:
    """Let sellers bear a refund that was made in Stripe's dashboard."""
    refund = _refund(request, refund_id)
    parts = settlements_of_orders([refund.order_id])[refund.order_id]
    form = _allocate_form(refund, parts, request.POST)
    if form.is_valid():
        try:
            allocate_refund(
                refund=refund,
                amounts=form.amounts,
                reason=form.cleaned_data["reason"],
                token=f"allocate:{refund.pk}:{form.cleaned_data['token']}",
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Allocated and booked."))
            return redirect(_desks(request)["owed"].address("office-refunds"))
    return _page(request, {("allocate", refund.pk): form})


def _desks(request: ViewerRequest) -> "dict[str, Desk]":
    """Return the three lists, each narrowed as the address says."""
    lists = {
        "owed": owed_to_buyers(request.viewer),
        "made": made_at_stripe(request.viewer),
        "pending": pending_at_stripe(request.viewer),
    }
    filters = (
        Filter(
            name="q",
            label=gettext_lazy("Order or seller"),
            narrow=refunds_named,
        ),
        in_list("state", every=gettext_lazy("All that waits"), choices=_STATES),
        by_age("created_at"),
        by_size(F("cash_minor"), every=gettext_lazy("Oldest first")),
    )
    return {
        name: desk_of(request, rows, *filters, route="office-refunds")
        for name, rows in lists.items()
    }


def _pages(
    request: ViewerRequest, desks: "Mapping[str, Desk]"
) -> "dict[str, Page[RefundRequest]]":
    """Return a page of each list; of the lists that are not asked for, nothing."""
    state = desks["owed"].value_of("state")
    # Without a choice it is what is owed that is turned over.
    turned, number = state or "owed", request.GET.get("page")
    return {
        name: Paginator(
            desk.rows if state in ("", name) else desk.rows.none(), _PER_PAGE
        ).get_page(number if name == turned else None)
        for name, desk in desks.items()
    }


def _page(
    request: ViewerRequest, refused: "Mapping[tuple[str, int], forms.Form]"
) -> HttpResponse:
    desks = _desks(request)
    pages = _pages(request, desks)
    owed = owed_to_buyers(request.viewer)
    made = made_at_stripe(request.viewer)
    shown_made = _shown(made, list(pages["made"]), refused, "allocate")
    parts = settlements_of_orders([refund.order_id for refund in shown_made])
    context = {
        "desk": desks["owed"],
        "desk_state": desks["owed"].value_of("state"),
        "pages": pages,
        "owed": [
            (
                refund,
                refused.get(("repay", refund.pk))
                or RepayForm(auto_id=f"repay-{refund.pk}-%s"),
            )
            for refund in _shown(owed, list(pages["owed"]), refused, "repay")
        ],
        "made": [
            (
                refund,
                refused.get(("allocate", refund.pk))
                or _allocate_form(refund, parts[refund.order_id]),
            )
            for refund in shown_made
        ],
        "repaid": repaid_to_buyers(request.viewer)[:_LAST],
        "nav": "office-refunds",
    }
    return office_page(request, "refunds", context, status=422 if refused else 200)


def _shown(
    rows: "QuerySet[RefundRequest]",
    page: "list[RefundRequest]",
    refused: "Mapping[tuple[str, int], forms.Form]",
    act: str,
) -> "list[RefundRequest]":
    """Return a page of rows; one whose form was refused is there wherever it stands."""
    keys = {key for named, key in refused if named == act}
    missing = keys - {row.pk for row in page}
    return [*rows.filter(pk__in=missing), *page] if missing else page


def _allocate_form(
    refund: "RefundRequest", parts: "Sequence[Settlement]", *sent: Any
) -> AllocateForm:
    return AllocateForm(
        *sent, refund=refund, parts=parts, auto_id=f"allocate-{refund.pk}-%s"
    )


def _refund(request: ViewerRequest, refund_id: int) -> "RefundRequest":
    found = refund_for(request.viewer, refund_id=refund_id)
    if found is None:
        raise Http404
    return found
