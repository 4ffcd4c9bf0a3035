"""Orders: whose they are, where their money is, and what is moved by hand."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.order_forms import GoodwillForm, ReasonForm, RevokeForm
from frontend.backoffice.order_stops import Stops
from frontend.middleware import ViewerRequest
from frontend.papers import papers_of
from frontend.pieces import pieces_back, words_of_back
from frontend.refunding import take_step
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.agreed_order import agreed_order
from marketplace.flows.refund_line import give_goodwill
from marketplace.flows.release_payment import release_payment
from marketplace.flows.revoke_links import revoke_guest_links
from marketplace.shop.order.models import Order
from payouts.selectors.carrier_claims import claims_that_count
from payouts.selectors.disputes import (
    disputes_of_order,
    disputes_open,
    open_holds,
)
from payouts.selectors.documents import documents_of_parts
from payouts.selectors.operators import payments_of, refunds_of
from payouts.selectors.refunds import refunds_of_part, reversal_leg
from payouts.selectors.sale_money import sales_of_order
from vendors.models import VendorOrder
from vendors.selectors.orders import buyer_email, buyer_name, parts_of_order
from vendors.selectors.sales import part_for_office, sales_for_office
from vendors.services.fulfilment import NotReceivableError

_PER_PAGE = 50
_BOTH = (OperatorPermission.FINANCE, OperatorPermission.SUPPORT)
_CAN_ARRIVE = (VendorOrder.State.SHIPPED, VendorOrder.State.DELIVERED)
# A form that was refused, by the action and what it is about.
Refused = Mapping[tuple[str, str], Form]


@require_safe
@operators(*_BOTH)
def orders(request: ViewerRequest) -> HttpResponse:
    """List orders, newest first; find one by its number or its buyer's address."""
    words = request.GET.get("q", "").strip()[:254].replace("\0", "")
    found = sales_for_office(request.viewer, words=words)
    disputed = disputes_open(request.viewer).order_by().values("settlement__order")
    only = "disputed" if request.GET.get("only") == "disputed" else ""
    if only:
        found = found.filter(pk__in=disputed)
    context = {
        "page": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "only": only,
        "disputed_count": disputed.distinct().count(),
    }
    return office_page(request, "orders", context)


@require_safe
@operators(*_BOTH)
def order(request: ViewerRequest, number: str) -> HttpResponse:
    """Show one order with its parts and their money."""
    return _page(request, _order(request, number))


@require_POST
@operators(OperatorPermission.FINANCE)
def goodwill(request: ViewerRequest, number: str) -> HttpResponse:
    """Give some of the buyer's money back at the platform's expense."""
    part = _part(request, number)
    form = _goodwill_form(part, request.POST)

    def act() -> None:
        give_goodwill(
            part=part,
            cash_minor=form.minor,
            reason=form.cleaned_data["reason"],
            token=f"goodwill:{part.pk}:{form.cleaned_data['token']}",
            operator_id=request.user.pk,
            now=clock.now(),
        )
        messages.success(request, _("The money is on its way to the buyer."))

    return _done(request, part.order, form, ("goodwill", number), act)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def refund(request: ViewerRequest, number: str) -> HttpResponse:
    """Give back pieces, amounts or delivery of a part: look first, then do it."""
    part = _part(request, number)
    step = take_step(request, part)
    if step.is_done:
        messages.success(request, _("The money is on its way to the buyer."))
        return redirect("office-order", number=part.order.number)
    context = {
        "part": part,
        "step": step,
        "refunds": refunds_of_part(part.settlement),
        "claim": claims_that_count(part.pk).first(),
        "nav": "office-orders",
    }
    return office_page(
        request, "refund", context, status=422 if step.form.errors else 200
    )


@require_POST
@operators(OperatorPermission.FINANCE)
def release(request: ViewerRequest, number: str) -> HttpResponse:
    """Count a part as received and let its seller's money go."""
    part = _part(request, number)
    form = ReasonForm(request.POST, auto_id=f"release-{number}-%s")

    def act() -> None:
        try:
            release_payment(
                part=part,
                reason=form.cleaned_data["reason"],
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except NotReceivableError as refusal:
            # A second click, or the buyer was faster: it is as it was meant to be.
            if refusal.code != "order.received_already":
                raise
        messages.success(
            request, _("It counts as received. The seller’s money is free to go.")
        )

    return _done(request, part.order, form, ("release", number), act)


@require_POST
@operators(OperatorPermission.SUPPORT)
def revoke(request: ViewerRequest, number: str) -> HttpResponse:
    """Make the links to a guest's order useless."""
    bought = _order(request, number)
    form = RevokeForm(request.POST, auto_id="revoke-%s")

    def act() -> None:
        revoke_guest_links(
            order=bought,
            seen_version=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            operator_id=request.user.pk,
            now=clock.now(),
        )
        messages.success(request, _("Links sent so far do not open it any more."))

    return _done(request, bought, form, ("revoke", number), act)


def _order(request: ViewerRequest, number: str) -> Order:
    found = sales_for_office(request.viewer).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _part(request: ViewerRequest, number: str) -> VendorOrder:
    found = part_for_office(request.viewer, number)
    if found is None:
        raise Http404
    return found


def _goodwill_form(part: VendorOrder, *data: Any) -> GoodwillForm:
    return GoodwillForm(
        *data, currency=part.currency, auto_id=f"goodwill-{part.number}-%s"
    )


def _done(
    request: ViewerRequest,
    bought: Order,
    form: Form,
    name: tuple[str, str],
    act: Callable[[], None],
) -> HttpResponse:
    """Act if the form is right, and show the order again, with the form if not."""
    if form.is_valid():
        try:
            act()
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("office-order", number=bought.number)
    return _page(request, bought, {name: form})


def _page(
    request: ViewerRequest, bought: Order, refused: Refused | None = None
) -> HttpResponse:
    refused = refused or {}
    money = sales_of_order(request.viewer, order_id=bought.pk)
    parts = parts_of_order(bought)
    payment = payments_of(request.viewer, order_id=bought.pk).first()
    holds = open_holds(order_id=bought.pk)
    papers = documents_of_parts([part.pk for part in parts])
    stops = Stops(payment, holds)
    return office_page(
        request,
        "order",
        {
            "order": bought,
            "buyer": buyer_name(bought),
            "email": buyer_email(bought),
            "parts": [
                (part, money.get(part.pk), _hands(request, part, stops, refused))
                for part in parts
            ],
            "backs": _given_back(parts),
            "payment": payment,
            "sums": agreed_order(bought, parts),
            "dispute": stops.dispute,
            "papers": [
                paper for part in parts for paper in papers_of(papers.get(part.pk, []))
            ],
            "disputes": disputes_of_order(order_id=bought.pk),
            "refunds": [
                (refund, reversal_leg(refund))
                for refund in refunds_of(request.viewer, order_id=bought.pk)
            ],
            "revoking": _revoking(request, bought, refused),
            "nav": "office-orders",
        },
        status=422 if refused else 200,
    )


def _given_back(parts: Iterable[VendorOrder]) -> dict[int, str]:
    """Map the lines of parts that go on to how many pieces of each were given back."""
    return {
        line.pk: words_of_back(line, back.get(line.order_line_id, 0))
        for part in parts
        if part.state != VendorOrder.State.CANCELLED
        for back in [pieces_back(part)]
        for line in part.lines.all()
    }


def _hands(
    request: ViewerRequest, part: VendorOrder, stops: Stops, refused: Refused
) -> dict[str, Any]:
    """Return the forms that this operator may use for a part, and why others not."""
    if not request.viewer.may(OperatorPermission.FINANCE) or part.paid_at is None:
        return {}
    number = part.number
    no_gift, no_release = stops.gift(part), stops.release(part)
    hands: dict[str, Any] = {
        act: refused[act, number]
        for act in ("goodwill", "release")
        if (act, number) in refused
    }
    if not no_gift:
        hands.setdefault("goodwill", _goodwill_form(part))
    unsent = stops.unsent(part)
    if (part.state in _CAN_ARRIVE or _is_waiting(part, unsent)) and not no_release:
        hands.setdefault("release", ReasonForm(auto_id=f"release-{number}-%s"))
    whys = (unsent, no_release, no_gift)
    hands["whys"] = [why for why in dict.fromkeys(whys) if why]
    return hands


def _is_waiting(part: VendorOrder, unsent: str) -> bool:
    """Say whether a part that was received is not paid because of what is not sent."""
    return bool(unsent) and part.state == VendorOrder.State.RECEIVED


def _revoking(request: ViewerRequest, bought: Order, refused: Refused) -> Form | None:
    if form := refused.get(("revoke", bought.number)):
        return form
    if bought.user_id or not request.viewer.may(OperatorPermission.SUPPORT):
        return None
    return RevokeForm(initial={"seen": bought.access_version}, auto_id="revoke-%s")
