"""Sellers whom Stripe cannot pay: their accounts, and what is paid at the bank."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, desk_of
from frontend.backoffice.narrow import by_age, by_currency, by_size
from frontend.backoffice.payout_forms import (
    BankAccountForm,
    ReferenceForm,
    SuspendedPaidForm,
)
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows import send_payouts
from payouts.credit_transfer import Order, Payment, credit_transfer
from payouts.selectors.runs import (
    Payee,
    batches_of,
    paid_by_hand,
    payments_of_batch,
    suspended_in,
    waiting_at_the_bank,
)
from payouts.vocabulary import BatchState

if TYPE_CHECKING:
    from payouts.models import BankBatch

_PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def payments(request: ViewerRequest) -> HttpResponse:
    """Show what waits, prepare a batch, and write down a seller's account."""
    if request.method != "POST":
        return _page(request, BankAccountForm())
    if request.POST.get("do") == "account":
        return _account(request)
    try:
        batch = send_payouts.prepare_batch(
            currency=words_of(request, "currency", most=3).upper(),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect("office-bank")
    return redirect("office-bank-batch", batch_id=batch.pk)


def _account(request: ViewerRequest) -> HttpResponse:
    form = BankAccountForm(request.POST)
    if form.is_valid() and _is_written(request, form):
        messages.success(request, _("This seller is paid at the bank from now on."))
        return redirect("office-bank")
    return _page(request, form, status=422)


def _is_written(request: ViewerRequest, form: BankAccountForm) -> bool:
    given = form.cleaned_data
    try:
        send_payouts.pay_at_the_bank(
            vendor=given["seller"],
            holder=given["holder"],
            iban=given["iban"],
            bic=given["bic"],
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        field = getattr(refusal, "field", "") or None
        form.add_error(field if field in form.fields else None, refusal.message)
        return False
    return True


def _desk(request: ViewerRequest) -> Desk:
    batches = batches_of(request.viewer)
    return desk_of(
        request,
        batches,
        Filter(
            name="state",
            label=gettext_lazy("State"),
            every=gettext_lazy("In any state"),
            choices=BatchState.choices,
            narrow=lambda rows, state: rows.filter(state=state),
        ),
        by_currency(batches),
        by_age("prepared_at"),
        by_size(F("total"), every=gettext_lazy("Newest first")),
        route="office-bank",
    )


def _page(
    request: ViewerRequest, form: BankAccountForm, *, status: int = 200
) -> HttpResponse:
    desk = _desk(request)
    return office_page(
        request,
        "bank",
        {
            "form": form,
            "waiting": waiting_at_the_bank(request.viewer),
            "desk": desk,
            "batches": Paginator(desk.rows, _PER_PAGE).get_page(
                request.GET.get("page")
            ),
            "accounts": paid_by_hand(request.viewer),
            "nav": "office-payouts",
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def batch(request: ViewerRequest, batch_id: int) -> HttpResponse:
    """Show a batch; confirm that it was paid, leave shops out of it, or give it up."""
    found = _batch(request, batch_id)
    suspended = suspended_in(found) if found.state == BatchState.PREPARED else ()
    form_class = SuspendedPaidForm if suspended else ReferenceForm
    form = form_class(initial={"seen_minor": found.total})
    if request.method == "POST":
        form = form_class(request.POST)
        try:
            if answer := _answer(request, found, form):
                return answer
        except RefusedError as refusal:
            messages.error(request, refusal.message)
            return redirect("office-bank-batch", batch_id=found.pk)
    return office_page(
        request,
        "bank_batch",
        {
            "batch": found,
            "payments": payments_of_batch(found),
            "suspended": {row.pk for row in suspended},
            "form": form,
            "is_mine": found.prepared_by_id == request.user.pk,
            "nav": "office-payouts",
        },
        status=422 if form.errors else 200,
    )


def _answer(
    request: ViewerRequest, found: "BankBatch", form: ReferenceForm
) -> HttpResponse | None:
    """Do what was asked of a batch, and lead on; None if the form does not let it."""
    asked: dict[str, Any] = {"operator_id": request.user.pk, "now": clock.now()}
    do = request.POST.get("do")
    if do == "cancel":
        return _give_up(request, {"batch_id": found.pk, **asked})
    if do == "leave-out":
        if send_payouts.leave_suspended_out(batch=found, **asked):
            words = _("Left out: it waits until the shop opens again.")
            messages.success(request, words)
        else:
            messages.warning(request, _("No suspended shop was in it any more."))
    elif form.is_valid():
        send_payouts.confirm_batch(batch_id=found.pk, **form.cleaned_data, **asked)
        messages.success(request, _("Booked as paid."))
    else:
        return None
    return redirect("office-bank-batch", batch_id=found.pk)


def _give_up(request: ViewerRequest, asked: dict[str, Any]) -> HttpResponse:
    reason = words_of(request, "reason")
    if not reason:
        messages.error(request, _("Say why, in a few words."))
        return redirect("office-bank-batch", batch_id=asked["batch_id"])
    send_payouts.cancel_batch(reason=reason, **asked)
    messages.success(request, _("Given up: its payments wait for the next batch."))
    return redirect("office-bank")


@require_safe
@operators(OperatorPermission.FINANCE)
def batch_file(request: ViewerRequest, batch_id: int) -> HttpResponse:
    """Hand out a batch as a file for the bank."""
    found = _batch(request, batch_id)
    platform: dict[str, str] = settings.PLATFORM
    payments = [_payment(*each) for each in payments_of_batch(found)]
    order = Order(
        # Without the shops that were left out it is another message for the bank.
        message_id=f"COMPTOIR-{found.pk}-{len(payments)}",
        currency=found.currency,
        payer=platform["legal_name"],
        payer_iban=platform["iban"],
        payer_bic=platform["bic"],
        made_at=found.prepared_at,
        payments=payments,
    )
    return HttpResponse(
        credit_transfer(order),
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="batch-{found.pk}.xml"'},
    )


def _payment(row: Any, payee: Payee) -> Payment:
    sale = row.settlement.vendor_order.number if row.settlement else ""
    return Payment(
        end_to_end=row.natural_key.replace(":", "-"),
        amount_minor=row.amount_minor,
        holder=payee.holder,
        iban=payee.iban,
        bic=payee.bic,
        text=f"{settings.MARKET_NAME} {sale}".strip(),
    )


def _batch(request: ViewerRequest, batch_id: int) -> Any:
    found = batches_of(request.viewer).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    return found
