"""Sellers from all sides, and whether they sell."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.events import told
from frontend.backoffice.papers import PAPERS
from frontend.middleware import ViewerRequest
from frontend.portal.health import Measure, measures_of
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock
from marketplace.flows.join_market import reinstate_shop, suspend_shop
from payouts.selectors.reserves import policy_of
from payouts.selectors.sellers import account_of, balances_of, settlements_for
from payouts.services.perks import rank_of_seller
from support.selectors.problems import problems_to_decide
from vendors.models import Vendor
from vendors.selectors.offers import offers_of
from vendors.selectors.shops import members_of, shop_to_judge, shops_named

_PER_PAGE = 50
_SHOWN = 10


class StandingForm(forms.Form):
    """Why a shop stops or starts selling."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


@require_safe
@operators()
def sellers(request: ViewerRequest) -> HttpResponse:
    """List the sellers, found by name or handle."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    state = request.GET.get("state", "")
    found = shops_named(words)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    shown = found.filter(state=state) if state in Vendor.State.values else found
    return office_page(
        request,
        "sellers",
        {
            "page": Paginator(shown, _PER_PAGE).get_page(request.GET.get("page")),
            "words": words,
            "state": state,
            "states": [
                (value, label, counts[value])
                for value, label in Vendor.State.choices
                if value in counts
            ],
            "count": sum(counts.values()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators()
def seller(request: ViewerRequest, handle: str) -> HttpResponse:
    """Show one seller; suspend or reinstate with a reason."""
    try:
        shop = shop_to_judge(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
    form = StandingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, shop, form.cleaned_data["reason"])
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            return redirect("office-seller", handle=handle)
    viewer = request.viewer
    problems = problems_to_decide(viewer).filter(vendor_order__vendor=shop)
    return office_page(
        request,
        "seller",
        {
            "shop": shop,
            "form": form,
            "account": account_of(viewer, vendor_id=shop.pk),
            "balances": balances_of(viewer, vendor_id=shop.pk),
            "policy": policy_of(viewer, vendor_id=shop.pk),
            "rank": rank_of_seller(shop.pk),
            "settlements": settlements_for(viewer, vendor_id=shop.pk)[:_SHOWN],
            "problems": problems[:_SHOWN],
            "members": members_of(shop),
            "offer_count": offers_of(shop).filter(is_active=True).count(),
            "health": _health(shop),
            "may_see_documents": any(map(viewer.may, PAPERS)),
            "events": told(
                audit.events_of(shop)[:_SHOWN], request.viewer, now=clock.now()
            ),
            "nav": "office-sellers",
        },
        status=422 if form.errors else 200,
    )


def _health(shop: Vendor) -> list[Measure]:
    """Return the shop's measures, named as others speak of them."""
    titles = (
        _("Shipped on time"),
        _("Cancelled by the seller"),
        _("Problems reported"),
        _("Sent back"),
    )
    measures = zip(measures_of(shop), titles, strict=True)
    return [replace(measure, title=title) for measure, title in measures]


def _change(request: ViewerRequest, shop: Vendor, reason: str) -> None:
    if not request.viewer.may(OperatorPermission.MODERATE):
        raise RefusedError(_("Only moderators may do this."))
    what = {"suspend": suspend_shop, "reinstate": reinstate_shop}
    act = what.get(request.POST.get("act", ""))
    if act is None:
        raise RefusedError(_("Choose what to do."))
    act(vendor=shop, reason=reason, operator_id=request.user.pk, now=clock.now())
    messages.success(request, _("Saved. Search follows within seconds."))
