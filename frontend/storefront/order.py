"""One order: its parcels, and what its buyer can do with each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.middleware import ViewerRequest
from frontend.papers import Paper, papers_of
from frontend.storefront.access import with_order, with_part
from frontend.storefront.order_points import points_of_order
from frontend.storefront.parts import PartView, part_views
from frontend.storefront.sale_forms import CancelForm, ReceiptForm
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.core.words import short_name
from marketplace.db import clock
from marketplace.flows.agreed_order import agreed_order
from marketplace.flows.cancel_order import cancel_order
from marketplace.flows.confirm_receipt import confirm_receipt, give_note
from marketplace.flows.refund_line import preview_rest
from marketplace.shop.order.models import Order
from payouts.selectors.documents import documents_of_parts
from payouts.selectors.refunds import back_to_buyer
from reviews.selectors import note_of
from reviews.selectors.product_reviews import reviewed_lines
from reviews.services import Note
from vendors.models import VendorOrder
from vendors.selectors.orders import buyer_name, parts_of_order

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_GONE = frozenset({Order.EXPIRED, Order.CANCELLED})


@require_safe
@with_order
def page(request: ViewerRequest, order: Order) -> HttpResponse:
    """Show an order with a card for each of its parts."""
    now = clock.now()
    views = part_views(parts_of_order(order), now)
    context = {
        "order": order,
        "parts": views,
        "title": _title(order, views),
        "sums": agreed_order(order, [view.part for view in views]),
        "points": points_of_order([view.part for view in views], now=now),
        **_back(order),
        "papers": _papers(views),
        "receipt_form": ReceiptForm(),
        "reviewed": _reviewed(request, views),
    }
    return render(request, "order/page.html", context)


@_BOTH
@with_part
def received(request: ViewerRequest, part: VendorOrder) -> HttpResponse:
    """Ask for stars and words; a POST confirms, however the star was chosen.

    The stars of a mail lead here with the note chosen. Nothing happens before the POST:
    programs that check mails follow links.
    """
    view = _view(part)
    form = ReceiptForm(request.POST or None, initial=_chosen(request))
    form.fields["note"].required = "only" not in request.POST
    is_said = request.method == "POST" and form.is_valid()
    if is_said and _is_noted(part, form):
        return _thank(request, view)
    if not (view.can_receive or view.can_rate):
        messages.info(request, _why_not(view))
        return redirect(view.order_url)
    if is_said:
        try:
            _confirm(request, view, form)
        except RefusedError as error:
            if not _is_noted(part, form):
                form.add_error(None, error.message)
    if is_said and form.is_valid():
        return _thank(request, view)
    return render(request, "order/received.html", {"view": view, "form": form})


@_BOTH
@with_part
def cancel(request: ViewerRequest, part: VendorOrder) -> HttpResponse:
    """Ask once more, then cancel what has not left."""
    view = _view(part)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_order(
                part=part,
                text=form.cleaned_data["text"],
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except RefusedError as error:
            if not _is_cancelled(part):
                messages.error(request, error.message)
                return redirect(view.order_url)
        messages.success(request, _("Cancelled. Your money is on its way back."))
        return redirect(view.order_url)
    if not view.can_cancel:
        messages.info(request, _("It has left already, so it cannot be cancelled."))
        return redirect(view.order_url)
    context = {"view": view, "form": form, "back": preview_rest(part=part)}
    return render(request, "order/cancel.html", context)


def _thank(request: ViewerRequest, view: PartView) -> HttpResponse:
    messages.success(request, _("Thank you. That is noted."))
    return redirect(view.order_url)


def _is_noted(part: VendorOrder, form: ReceiptForm) -> bool:
    """Say whether the very same was said before: the second of two clicks."""
    part.refresh_from_db(fields=["state"])
    if part.state != VendorOrder.State.RECEIVED:
        return False
    score, text = form.cleaned_data["note"], form.cleaned_data["text"]
    note = note_of(part.pk)
    return not score or (note is not None and (note.score, note.text) == (score, text))


def _is_cancelled(part: VendorOrder) -> bool:
    """Say whether the buyer has cancelled before: the second of two clicks."""
    part.refresh_from_db(fields=["cancelled_by"])
    return part.cancelled_by == VendorOrder.CancelledBy.BUYER


def _view(part: VendorOrder) -> PartView:
    return part_views([part], clock.now())[0]


def _confirm(request: ViewerRequest, view: PartView, form: ReceiptForm) -> None:
    score = form.cleaned_data["note"]
    note = None
    if score:
        note = Note(
            score=score,
            text=form.cleaned_data["text"],
            aspects=form.given,
            author_name=public_name(view.part.order),
            user_id=request.viewer.user_id,
        )
    if view.can_receive:
        confirm_receipt(
            part=view.part,
            note=note,
            actor_id=request.viewer.user_id,
            now=clock.now(),
        )
    elif note is not None:
        give_note(part=view.part, note=note, now=clock.now())


def _chosen(request: ViewerRequest) -> dict[str, str]:
    note = request.GET.get("note", "")
    return {"note": note} if note in {"1", "2", "3", "4", "5"} else {}


def _why_not(view: PartView) -> str:
    if view.has_note:
        return _("You have rated %s. Thank you.") % view.seller.name
    if view.problem is not None:
        return _("You have reported a problem; it is not settled yet.")
    return _("This can be confirmed when it has left.")


def public_name(order: Order) -> str:
    """Return how a note is signed: first name and initial, `Anna P.`."""
    return short_name(buyer_name(order))


def _reviewed(request: ViewerRequest, views: list[PartView]) -> frozenset[int]:
    """Return the order lines that need no question for a review any more."""
    here = [view.part for view in views if view.can_be_reviewed]
    lines = [line.order_line_id for part in here for line in part.lines.all()]
    return reviewed_lines(lines, request.viewer.user_id) if lines else frozenset()


def _title(order: Order, views: list[PartView]) -> str:
    if order.status in _GONE:
        return _("This order has ended")
    if order.status == Order.PENDING:
        return _("Waiting for your payment")
    if len(views) == 1:
        return views[0].headline
    counted: dict[str, int] = {}
    for view in views:
        counted[view.badge] = counted.get(view.badge, 0) + 1
    words = [f"{n} {badge[0].lower()}{badge[1:]}" for badge, n in counted.items()]
    return ", ".join(words)


def _papers(views: list[PartView]) -> list[tuple[PartView, list[Paper]]]:
    """Return the invoices and credit notes of each part that has some."""
    found = documents_of_parts([view.part.pk for view in views])
    pairs = [(view, papers_of(found.get(view.part.pk, []))) for view in views]
    return [(view, papers) for view, papers in pairs if papers]


def _back(order: Order) -> dict[str, Money]:
    """Return what came back to the buyer: from us, and by their bank."""
    back = back_to_buyer(order.pk)
    return {
        "back": Money(back.by_us, order.currency),
        "back_by_bank": Money(back.by_bank, order.currency),
    }
