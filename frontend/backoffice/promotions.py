"""Vouchers and campaigns: all of them, one of them, and a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.shop_fields import ShopsField
from frontend.forms import ChoiceCards
from frontend.middleware import ViewerRequest
from frontend.promotions.form import (
    PromotionForm,
    bps_of,
    empty,
    initial_of,
    percent_field,
)
from frontend.promotions.rows import PromotionRow, row_of
from marketplace.core.errors import RefusedError
from marketplace.core.money import BASIS_POINTS
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.keep_promotions import (
    PromotionRefusedError,
    change_promotion,
    make_promotion,
    stop_promotion,
)
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.selectors.keeping import (
    kept,
    orders_with,
    promotions_of_market,
)
from payouts.selectors.promotions import promotion_costs
from vendors.models import Vendor

_PER_PAGE = 25
_PLATFORM, _SHARED = "platform", "shared"


class MarketForm(PromotionForm):
    """The market's own: who pays it, and who takes part."""

    payer = forms.ChoiceField(
        label=gettext_lazy("Who pays it"),
        choices=[
            (_PLATFORM, gettext_lazy("We pay all of it")),
            (_SHARED, gettext_lazy("Sellers pay a part, each once they agree")),
        ],
        initial=_PLATFORM,
        widget=ChoiceCards,
    )
    platform_percent = percent_field(
        label=gettext_lazy("Our part"),
        required=False,
        initial=50,
        help_text=gettext_lazy("Where sellers pay a part: they pay the rest."),
    )
    sellers = ShopsField(
        label=gettext_lazy("Sellers"),
        only_open=True,
        required=False,
        help_text=gettext_lazy(
            "Handles or names, one a line. None: all sellers, which only we can pay. "
            "Those who would pay are asked first."
        ),
    )

    def payers(self) -> dict[str, Any]:
        """Return the platform's share and the partners who take part."""
        given = self.cleaned_data
        shared = given["payer"] == _SHARED
        return {
            "platform_bps": bps_of(given["platform_percent"])
            if shared
            else BASIS_POINTS,
            "seller_ids": tuple(vendor.partner_id for vendor in given["sellers"]),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for less than everything where sellers pay a part."""
        given: dict[str, Any] = super().clean() or {}
        ours = bps_of(given.get("platform_percent"))
        if given.get("payer") == _SHARED and ours == BASIS_POINTS:
            self.add_error(
                "platform_percent", _("Enter less than 100, or pay all of it.")
            )
        return given


@require_safe
@operators(OperatorPermission.FINANCE)
def promotions(request: ViewerRequest) -> HttpResponse:
    """List vouchers and campaigns, the newest first, with what they have cost."""
    found = promotions_of_market(request.viewer)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(request, list(page.object_list))
    return office_page(request, "promotions", {"rows": rows, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def promotion_new(request: ViewerRequest) -> HttpResponse:
    """Write a new one; the same form sent twice makes one."""
    now = clock.now()
    form = MarketForm(request.POST or None, initial=empty(now=now))
    if request.method == "POST" and form.is_valid():
        try:
            made = make_promotion(
                draft=form.draft(now=now, owner_id=None),
                actor_id=request.user.pk,
                now=now,
            )
        except PromotionRefusedError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%s” is made.") % made)
            return redirect("office-promotion", made.public_id)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def promotion_change(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Give other terms to one that has not begun; sellers are asked anew."""
    row, now = _promotion(request, public_id), clock.now()
    if row.owner_id is not None:
        raise Http404
    form = MarketForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_promotion(
                promotion=row,
                draft=form.draft(now=now, owner_id=None),
                actor_id=request.user.pk,
                now=now,
            )
        except PromotionRefusedError as refusal:
            form.refuse(refusal)
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The new terms are saved."))
            return redirect("office-promotion", public_id)
    return _form_page(request, form, row)


@require_safe
@operators(OperatorPermission.FINANCE)
def promotion(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show one: its terms, who takes part, what it cost, and the orders that had it."""
    row = _promotion(request, public_id)
    orders = orders_with(row, partner_id=None)
    context = {
        "row": _rows(request, [row])[0],
        "sellers": row.sellers.select_related("partner").order_by("partner__name"),
        "orders": Paginator(orders, _PER_PAGE).get_page(request.GET.get("page")),
        "nav": "office-promotions",
    }
    return office_page(request, "promotion", context)


@require_POST
@operators(OperatorPermission.FINANCE)
def promotion_stop(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Stop one; a second click changes nothing."""
    row = _promotion(request, public_id)
    stop_promotion(promotion=row, actor_id=request.user.pk, now=clock.now())
    messages.success(request, _("“%s” counts for no further order.") % row)
    return redirect("office-promotion", public_id)


def _rows(request: ViewerRequest, found: list[Promotion]) -> list[PromotionRow]:
    costs = promotion_costs(request.viewer, [row.pk for row in found])
    now = clock.now()
    return [row_of(kept(row, now=now), costs.get(row.pk)) for row in found]


def _promotion(request: ViewerRequest, public_id: str) -> Promotion:
    found = promotions_of_market(request.viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _initial(row: Promotion) -> dict[str, Any]:
    asked = row.sellers.values("partner_id")
    is_ours = row.platform_bps == BASIS_POINTS
    return {
        **initial_of(row, now=clock.now()),
        "payer": _PLATFORM if is_ours else _SHARED,
        "sellers": list(
            Vendor.objects.filter(partner__in=asked).values_list("pk", flat=True)
        ),
    }


def _form_page(
    request: ViewerRequest, form: MarketForm, row: Promotion | None
) -> HttpResponse:
    return office_page(
        request,
        "promotion_form",
        {"form": form, "promotion": row, "nav": "office-promotions"},
        status=422 if form.errors else 200,
    )
