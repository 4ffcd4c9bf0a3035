"""Sellers from all sides, and whether they sell."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from marketplace.flows.join_market import reinstate_shop, suspend_shop
from payouts.selectors.sellers import account_of, balances_of, settlements_for
from support.selectors.problems import problems_to_decide
from vendors.models import Vendor
from vendors.selectors.offers import offers_of
from vendors.selectors.shops import members_of

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
    found = Vendor.objects.select_related("partner", "standing").order_by("name")
    if words:
        found = found.filter(name__icontains=words) | found.filter(
            handle__icontains=words
        )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    return office_page(request, "sellers", {"page": page, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@operators()
def seller(request: ViewerRequest, handle: str) -> HttpResponse:
    """Show one seller; suspend or reinstate with a reason."""
    shop = (
        Vendor.objects.filter(handle=handle)
        .select_related("partner", "standing", "application")
        .first()
    )
    if shop is None:
        raise Http404
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
            "settlements": settlements_for(viewer, vendor_id=shop.pk)[:_SHOWN],
            "problems": problems[:_SHOWN],
            "members": members_of(shop),
            "offer_count": offers_of(shop).filter(is_active=True).count(),
            "events": AuditEvent.objects.filter(
                subject_type="vendors.vendor", subject_id=shop.public_id
            ).order_by("-id")[:_SHOWN],
            "nav": "office-sellers",
        },
        status=422 if form.errors else 200,
    )


def _change(request: ViewerRequest, shop: Vendor, reason: str) -> None:
    if not request.viewer.may(OperatorPermission.MODERATE):
        raise RefusedError(_("Only moderators may do this."))
    what = {"suspend": suspend_shop, "reinstate": reinstate_shop}
    act = what.get(request.POST.get("act", ""))
    if act is None:
        raise RefusedError(_("Choose what to do."))
    act(vendor=shop, reason=reason, operator_id=request.user.pk, now=clock.now())
    messages.success(request, _("Saved. Search follows within seconds."))
