"""Fines, credits and debts written off: asked for, approved, refused, taken back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, desk_of
from frontend.backoffice.narrow import by_age
from frontend.backoffice.payout_forms import AdjustmentForm, DecisionForm
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows import adjust_seller
from marketplace.flows.adjust_seller import AdjustmentRequest
from payouts.selectors.carrier_claims import claims_that_count
from payouts.selectors.runs import adjustments_for
from payouts.selectors.sellers import settlements_for
from payouts.vocabulary import AdjustmentKind
from vendors.selectors.shops import shops_by_handle

_PER_PAGE, _NAMED = 25, 5


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def adjustments(request: ViewerRequest) -> HttpResponse:
    """List adjustments, and take a new one down."""
    if request.method != "POST":
        asked = request.GET.get("seller", "").replace("\0", "")[:80]
        # A link names a shop by its handle; the form shows its name too.
        initial = {"seller": shops_by_handle([asked]).get(asked, asked)}
        return _page(request, AdjustmentForm(initial=initial))
    form = AdjustmentForm(request.POST)
    if not form.is_valid() or not _ask(request, form):
        return _page(request, form, status=422)
    return redirect("office-adjustments")


def _ask(request: ViewerRequest, form: AdjustmentForm) -> bool:
    given = form.cleaned_data
    vendor, sale = given["seller"], None
    if given["order"]:
        sale = _sale_named(request, vendor.pk, form)
        if sale is None or _is_claimed(sale, form):
            return False
    try:
        row = adjust_seller.ask_for_adjustment(
            request=AdjustmentRequest(
                vendor_id=vendor.pk,
                currency=sale.currency if sale else settings.CURRENCY,
                kind=AdjustmentKind(given["kind"]),
                amount_minor=form.minor,
                reason=given["reason"],
                token=given["token"],
                settlement_id=sale.pk if sale else None,
            ),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        field = getattr(refusal, "field", "") or None
        form.add_error(field if field in form.fields else None, refusal.message)
        return False
    messages.success(
        request,
        _("A second person has to approve it.")
        if row.state == "requested"
        else _("Booked. The seller gets a mail with the reason."),
    )
    return True


def _sale_named(
    request: ViewerRequest, vendor_id: int, form: AdjustmentForm
) -> Any | None:
    """Find a sale of the shop by its number, or by that of the buyer's order.

    What is not one sale is said beside the field.
    """
    number = form.cleaned_data["order"].upper().replace("\0", "").strip().lstrip("#")
    sales = settlements_for(request.viewer, vendor_id=vendor_id)
    whole = Q(vendor_order__number=number) | Q(order__number=number)
    found = list(sales.filter(whole).order_by("pk")[:_NAMED])
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(sale.vendor_order.number for sale in found)
        words = _("Several sales of this shop: choose one of %s.") % numbers
    else:
        words = _("This shop has no such order: #%s") % number
    form.add_error("order", words)
    return None


def _is_claimed(sale: Any, form: AdjustmentForm) -> bool:
    """Say whether a fine may be for what a carrier is to bear; the form asks then."""
    given = form.cleaned_data
    if given["kind"] != AdjustmentKind.FINE or given["beside_claim"]:
        return False
    found = claims_that_count(sale.vendor_order_id).exists()
    if found:
        form.ask_about_claim()
    return found


def _desk(request: ViewerRequest) -> Desk:
    """Return adjustments, narrowed as the address says."""
    return desk_of(
        request,
        adjustments_for(request.viewer),
        Filter(
            name="of",
            label=gettext_lazy("Seller"),
            narrow=lambda rows, words: rows.filter(vendor__name__icontains=words),
        ),
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("Every kind"),
            choices=AdjustmentKind.choices,
            narrow=lambda rows, kind: rows.filter(kind=kind),
        ),
        by_age("requested_at"),
        route="office-adjustments",
    )


def _page(
    request: ViewerRequest, form: AdjustmentForm, *, status: int = 200
) -> HttpResponse:
    desk = _desk(request)
    rows = desk.rows
    return office_page(
        request,
        "adjustments",
        {
            "form": form,
            "desk": desk,
            "waiting": rows.filter(state="requested"),
            "page": Paginator(rows.exclude(state="requested"), _PER_PAGE).get_page(
                request.GET.get("page")
            ),
            "alone": settings.ADJUSTMENT_ALONE_UP_TO,
            "currency": settings.CURRENCY,
            "me": request.user.pk,
            "decision": DecisionForm(auto_id=False),
            "nav": "office-payouts",
        },
        status=status,
    )


@require_POST
@operators(OperatorPermission.FINANCE)
def decide(request: ViewerRequest, adjustment_id: int) -> HttpResponse:
    """Approve, refuse or take back an adjustment."""
    asked = {
        "adjustment_id": adjustment_id,
        "operator_id": request.user.pk,
        "now": clock.now(),
    }
    form = DecisionForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        match request.POST.get("do"):
            case "approve":
                adjust_seller.approve_adjustment(**asked)
                messages.success(request, _("Booked. The seller gets a mail."))
            case "refuse" | "back" if not reason:
                messages.error(request, _("Say why, in a few words."))
            case "refuse":
                adjust_seller.refuse_adjustment(reason=reason, **asked)
                messages.success(request, _("Refused. Nothing was booked."))
            case "back":
                row = adjust_seller.take_adjustment_back(reason=reason, **asked)
                words = (
                    _("Taken back.")
                    if row.state == "booked"
                    else _("A second person has to approve that it is taken back.")
                )
                messages.success(request, words)
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return redirect(_desk(request).address("office-adjustments"))
