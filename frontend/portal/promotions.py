"""A shop's vouchers and campaigns, and those that the market proposes to share."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import (
    PROMOTIONS,
    PROMOTIONS_KEPT,
    form_page,
    shop_page,
)
from frontend.portal.frame import back_to, show, works
from frontend.promotions.form import PromotionForm, empty, initial_of
from frontend.promotions.rows import PromotionRow, row_of
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.keep_promotions import (
    PromotionRefusedError,
    answer_proposal,
    change_promotion,
    make_promotion,
    stop_promotion,
)
from marketplace.shop.promotions.models import Promotion, PromotionSeller
from marketplace.shop.promotions.selectors.keeping import (
    answers_of_shop,
    kept,
    orders_with,
    promotions_of_shop,
)
from marketplace.shop.promotions.services.keeping import terms_mark
from payouts.selectors.promotions import promotion_costs
from vendors.models import Vendor
from vendors.selectors.orders import orders_of_shop

_PER_PAGE = 25
_NAV = "portal-promotions"


@require_safe
@shop_page(*PROMOTIONS)
def promotions(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List a shop's own and those it shares, with what they have cost the shop."""
    found = promotions_of_shop(request.viewer, vendor.partner_id)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(request, vendor, list(page.object_list))
    asked = [
        row
        for row in rows
        if row.kept.can_be_stopped
        and row.kept.answer is not None
        and row.kept.answer.answer == PromotionSeller.Answer.ASKED
    ]
    context = {
        "rows": rows,
        "asked": asked,
        "page": page,
        "may_keep": works(request.viewer, vendor, *PROMOTIONS_KEPT),
    }
    return show(request, "portal/promotions.html", vendor, context)


@form_page
@shop_page(*PROMOTIONS_KEPT)
def promotion_new(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Write a new one, which the shop pays; the same form sent twice makes one."""
    now = clock.now()
    form = PromotionForm(request.POST or None, initial=empty(now=now))
    if request.method == "POST" and form.is_valid():
        try:
            made = make_promotion(
                draft=form.draft(now=now, owner_id=vendor.partner_id),
                actor_id=request.user.pk,
                now=now,
            )
        except PromotionRefusedError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%s” is made.") % made)
            return back_to("portal-promotion", vendor, public_id=made.public_id)
    return _form_page(request, vendor, form, None)


@form_page
@shop_page(*PROMOTIONS_KEPT)
def promotion_change(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> HttpResponse:
    """Give other terms to one of the shop that has not begun."""
    row, now = _own(request, vendor, public_id), clock.now()
    form = PromotionForm(request.POST or None, initial=initial_of(row, now=now))
    if request.method == "POST" and form.is_valid():
        try:
            change_promotion(
                promotion=row,
                draft=form.draft(now=now, owner_id=vendor.partner_id),
                actor_id=request.user.pk,
                now=now,
            )
        except PromotionRefusedError as refusal:
            form.refuse(refusal)
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The new terms are saved."))
            return back_to("portal-promotion", vendor, public_id=public_id)
    return _form_page(request, vendor, form, row)


@require_safe
@shop_page(*PROMOTIONS)
def promotion(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show one: its terms, what it cost the shop, and the shop's orders that had it."""
    row = _promotion(request, vendor, public_id)
    orders = orders_with(row, partner_id=vendor.partner_id)
    page = Paginator(orders, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "row": _rows(request, vendor, [row])[0],
        "is_own": row.owner_id is not None,
        "seen": terms_mark(row),
        "may_keep": works(request.viewer, vendor, *PROMOTIONS_KEPT),
        "orders": page,
        "parts": _parts(request, vendor, [one.order_id for one in page]),
    }
    return show(request, "portal/promotion.html", vendor, context, nav=_NAV)


@require_POST
@shop_page(*PROMOTIONS_KEPT)
def promotion_stop(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> HttpResponse:
    """Stop one of the shop's own; a second click changes nothing."""
    row = _own(request, vendor, public_id)
    stop_promotion(promotion=row, actor_id=request.user.pk, now=clock.now())
    messages.success(request, _("“%s” counts for no further order.") % row)
    return back_to("portal-promotion", vendor, public_id=public_id)


@require_POST
@shop_page(*PROMOTIONS_KEPT)
def promotion_answer(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> HttpResponse:
    """Agree to pay a part of what the market proposes, or do not, or not any more."""
    row = _promotion(request, vendor, public_id)
    accepts = request.POST.get("answer") == "accept"
    try:
        answer_proposal(
            promotion=row,
            partner_id=vendor.partner_id,
            accepts=accepts,
            seen=request.POST.get("seen", ""),
            actor_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("You take part.") if accepts else _("You do not take part.")
        messages.success(request, words)
    return back_to("portal-promotion", vendor, public_id=public_id)


def _rows(
    request: ViewerRequest, vendor: Vendor, found: list[Promotion]
) -> list[PromotionRow]:
    partner_id, now = vendor.partner_id, clock.now()
    costs = promotion_costs(
        request.viewer, [row.pk for row in found], partner_id=partner_id
    )
    answers = answers_of_shop(partner_id, found)
    return [
        row_of(kept(row, now=now, answer=answers.get(row.pk)), costs.get(row.pk))
        for row in found
    ]


def _parts(
    request: ViewerRequest, vendor: Vendor, order_ids: list[int]
) -> dict[int, str]:
    """Map orders to the numbers of the shop's parts, for who may open them."""
    parts = orders_of_shop(request.viewer, vendor.partner_id)
    found = parts.filter(order_id__in=order_ids)
    return dict(found.values_list("order_id", "number"))


def _promotion(request: ViewerRequest, vendor: Vendor, public_id: str) -> Promotion:
    seen = promotions_of_shop(request.viewer, vendor.partner_id)
    found = seen.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _own(request: ViewerRequest, vendor: Vendor, public_id: str) -> Promotion:
    row = _promotion(request, vendor, public_id)
    if row.owner_id != vendor.partner_id:
        raise Http404
    return row


def _form_page(
    request: ViewerRequest, vendor: Vendor, form: PromotionForm, row: Promotion | None
) -> HttpResponse:
    return show(
        request,
        "portal/promotion_form.html",
        vendor,
        {"form": form, "promotion": row},
        nav=_NAV,
        status=422 if form.errors else 200,
    )
