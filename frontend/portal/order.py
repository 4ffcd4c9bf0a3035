"""One order of a shop: send it, refuse it, talk about it, see what it brings."""

from mimetypes import guess_type

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from frontend.papers import papers_of
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.desk import field_of
from frontend.portal.frame import back_to, show
from frontend.portal.order_forms import (
    GiveBackForm,
    ParcelForm,
    RefuseForm,
    carriers_in_use,
)
from frontend.portal.order_money import money_of
from frontend.portal.order_news import tell_why_none_waits
from frontend.portal.order_rows import (
    OrderRow,
    if_refused,
    left_to_give,
)
from frontend.portal.reported import reported_of
from frontend.storefront.sale_forms import MessageForm
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.refund_line import RefundedBy
from marketplace.flows.resolve_problem import (
    Decision,
    Moves,
    moves_of,
    refund_problem,
)
from marketplace.flows.send_message import send_message
from marketplace.flows.ship_parcel import accept_order, ship_parcel
from payouts.selectors.disputes import dispute_of, disputes_of_order
from payouts.selectors.documents import documents_of_parts
from reviews.selectors import note_of
from support.models import Problem, Side
from support.models.problems import AGREED
from support.selectors.conversation import messages_of
from support.selectors.problems import photo_of, problems_about
from support.services import conversation
from vendors.models import Vendor, VendorOrder
from vendors.selectors.orders import order_of_shop
from vendors.services.fulfilment import CancelledBy, CancelReason

_NAV = "portal-orders"


@form_page
@shop_page(*DESK)
def order(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Show an order; a POST sends a parcel of it."""
    part = part_or_404(request, vendor, number)
    row = OrderRow(part, clock.now())
    form = None
    if row.is_waiting:
        form = ParcelForm(request.POST or None, part=part, carriers=carriers_in_use())
        if request.method == "POST" and form.is_valid() and _ship(request, form):
            return back_to("portal-order", vendor, number=number)
    elif request.method == "POST":
        seen = ParcelForm(request.POST, part=part, carriers=[]).seen_parcels
        tell_why_none_waits(request, part, seen_parcels=seen)
        return back_to("portal-order", vendor, number=number)
    conversation.mark_read(vendor_order_id=part.pk, side=Side.SELLER, now=clock.now())
    context = {
        "row": row,
        "part": part,
        "form": form,
        "message_form": MessageForm(),
        "thread": list(messages_of(part.pk)),
        "money": money_of(part),
        "papers": papers_of(documents_of_parts([part.pk]).get(part.pk, [])),
        "reports": reported_of(part, row.now),
        "dispute": dispute_of(order_id=part.order_id),
        "disputes": disputes_of_order(order_id=part.order_id),
        "may_refund": part.paid_at is not None and bool(left_to_give(part)),
        "note": note_of(part.pk),
        "wants_acceptance": vendor.wants_acceptance and part.accepted_at is None,
    }
    return show(request, "portal/order.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*DESK)
def refuse(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Say what the buyer gets back, ask why, then refuse what has not left."""
    part = part_or_404(request, vendor, number)
    row = OrderRow(part, clock.now())
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _refuse(request, part, form):
        messages.success(request, _("Refused. The buyer’s money is on its way back."))
        return back_to("portal-order", vendor, number=number)
    if not row.is_waiting:
        messages.info(request, _("Nothing of this order is left to refuse."))
        return back_to("portal-order", vendor, number=number)
    back, why_not = if_refused(part)
    context = {
        "row": row,
        "part": part,
        "form": form,
        "back": back,
        "why_not": why_not,
    }
    return show(request, "portal/refuse.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*DESK)
def give_back(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Settle what was reported: its pieces are given back, or all that is left.

    The form says which it was about: what is asked for by now may be something else.
    """
    part = part_or_404(request, vendor, number)
    problem = reported_or_404(request, part)
    if problem is not None and problem.state != Problem.State.OPEN:
        say_settled(request, problem)
        return back_to("portal-order", vendor, number=number)
    moves = moves_of(problem) if problem else Moves(None, None)
    if problem is None or moves.rest is None or dispute_of(order_id=part.order_id):
        messages.info(request, _("No money of this order can be given back now."))
        return back_to("portal-order", vendor, number=number)
    asked = request.POST if request.method == "POST" else request.GET
    wants_pieces = asked.get("what") == "pieces"
    is_all = not wants_pieces or moves.pieces is None
    form = GiveBackForm(request.POST or None, is_all=is_all)
    if _give_back(request, problem, form, pieces_only=wants_pieces):
        messages.success(request, _("Settled. The money is on its way back."))
        return back_to("portal-order", vendor, number=number)
    context = {
        "part": part,
        "problem": problem,
        "form": form,
        "moves": moves.rest if is_all else moves.pieces,
        "is_all": is_all,
    }
    return show(request, "portal/give_back.html", vendor, context, nav=_NAV)


@require_POST
@shop_page(*DESK)
def accept(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Say that the shop will deliver."""
    part = part_or_404(request, vendor, number)
    try:
        accept_order(part=part, actor_id=request.viewer.user_id, now=clock.now())
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Accepted."))
    return back_to("portal-order", vendor, number=number)


@require_safe
@shop_page(*DESK)
def photo(
    request: ViewerRequest, vendor: Vendor, number: str, public_id: str, place: int
) -> HttpResponse:
    """Show a picture of a report about one of the shop's orders."""
    part = part_or_404(request, vendor, number)
    problem: Problem | None = (
        problems_about([part.pk]).filter(public_id=public_id).first()
    )
    found = photo_of(problem, place) if problem is not None else None
    if found is None:
        raise Http404
    # We named the file: its end tells the kind that we drew.
    with found.file.open("rb") as file:
        kind, _encoding = guess_type(str(found.file.name))
        return HttpResponse(file.read(), content_type=kind)


def part_or_404(request: ViewerRequest, vendor: Vendor, number: str) -> VendorOrder:
    """Return one of the shop's orders by its number. Raises Http404."""
    part = order_of_shop(request.viewer, vendor.partner_id, number)
    if part is None:
        raise Http404
    return part


def say(
    request: ViewerRequest, vendor: Vendor, part: VendorOrder, form: MessageForm
) -> bool:
    """Send what the shop wrote, if it can be sent; else the form says why."""
    message = form.send(
        send_message,
        part=part,
        side=Side.SELLER,
        author_id=request.viewer.user_id,
        author_name=vendor.name,
        now=clock.now(),
    )
    return message is not None


def reported_or_404(request: ViewerRequest, part: VendorOrder) -> Problem | None:
    """Return the report that a form is about, or the open one. Raises Http404."""
    problems = problems_about([part.pk])
    if "problem" not in request.POST:
        found: Problem | None = problems.filter(state=Problem.State.OPEN).first()
        return found
    named = words_of(request, "problem", most=40)
    found = problems.filter(public_id=named).first()
    if found is None:
        raise Http404
    return found


def say_settled(request: ViewerRequest, problem: Problem) -> None:
    """Say how a report has ended; this person's own click may have come twice."""
    is_mine = problem.decided_by_id == request.user.pk
    if is_mine and problem.state == Problem.State.REFUNDED:
        messages.success(request, _("Settled. The money is on its way back."))
        return
    words = _("This report has been settled already: %(state)s.")
    messages.warning(request, words % {"state": problem.get_state_display()})


def _give_back(
    request: ViewerRequest, problem: Problem, form: GiveBackForm, *, pieces_only: bool
) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        refund_problem(
            problem=problem,
            pieces_only=pieces_only,
            decision=Decision(form.cleaned_data["text"], AGREED),
            by=RefundedBy(
                side=CancelledBy.SELLER,
                actor_id=request.user.pk,
                seen=request.POST.get("seen", ""),
            ),
            now=clock.now(),
        )
    except RefusedError as error:
        form.add_error(None, error.message)
        # Whoever was sure was so of what stood there before.
        form.data = {**request.POST.dict(), "is_sure": ""}
        return False
    return True


def _refuse(request: ViewerRequest, part: VendorOrder, form: RefuseForm) -> bool:
    """Refuse what has not left; the second of two clicks finds it refused."""
    try:
        refuse_order(
            part=part,
            reason=CancelReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            actor_id=request.viewer.user_id,
            now=clock.now(),
        )
    except RefusedError as error:
        part.refresh_from_db(fields=["cancelled_by"])
        if part.cancelled_by == VendorOrder.CancelledBy.SELLER:
            return True
        form.add_error(None, error.message)
        return False
    return True


def _ship(request: ViewerRequest, form: ParcelForm) -> bool:
    try:
        parcel = ship_parcel(
            part=form.part,
            dispatch=form.dispatch,
            actor_id=request.viewer.user_id,
            now=clock.now(),
        )
    except RefusedError as error:
        if error.code == "parcel.sent_meanwhile":
            # Most often the same click again: the page shows what has left.
            messages.info(request, error.message)
            return True
        form.add_error(field_of(error), error.message)
        return False
    messages.success(
        request, _("Handed to %s. The buyer has a mail.") % parcel.carrier_name
    )
    return True
