"""One seller from all sides: who they are, how they do, their money; what to decide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.decided import decided_already
from frontend.backoffice.events import told
from frontend.backoffice.health import health_of
from frontend.backoffice.papers import PAPERS
from frontend.backoffice.reasons import ABOUT_STANDING, ReasonForm
from frontend.backoffice.seller_tabs import tab_of, tabs_for
from frontend.backoffice.suspension import told_of_suspension
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock
from marketplace.flows.join_market import note_shop, reinstate_shop, suspend_shop
from payouts.selectors.reserves import policy_of
from payouts.selectors.sellers import account_of, balances_of
from payouts.services.perks import rank_of_seller
from support.selectors.problems import problems_with
from vendors.models import Vendor
from vendors.selectors.offers import offers_of
from vendors.selectors.shops import members_of, shop_to_judge
from vendors.selectors.suspension import notes_about
from vendors.services.notes import LONGEST

_SHOWN = 6
_NOTES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@operators()
def seller(request: ViewerRequest, handle: str) -> HttpResponse:
    """Show one seller; suspend or reinstate with a reason."""
    shop = _shop(handle)
    form = ReasonForm(
        request.POST or None, about=ABOUT_STANDING, label=_("Which rule is broken?")
    )
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, shop, form)
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            return redirect("office-seller", handle=handle)
    return _seller_page(request, shop, form)


@require_POST
@operators()
def seller_note(request: ViewerRequest, handle: str) -> HttpResponse:
    """Keep a note about a shop for the office."""
    shop = _shop(handle)
    text = words_of(request, "text", most=LONGEST + 1)
    try:
        note_shop(vendor=shop, text=text, operator_id=request.user.pk, now=clock.now())
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return _seller_page(request, shop, _blank(), note=text, status=422)
    return redirect("office-seller", handle=handle)


def _shop(handle: str) -> Vendor:
    try:
        return shop_to_judge(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error


def _blank() -> ReasonForm:
    return ReasonForm(None, about=ABOUT_STANDING, label=_("Which rule is broken?"))


def _seller_page(
    request: ViewerRequest,
    shop: Vendor,
    form: ReasonForm,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    viewer, now = request.viewer, clock.now()
    tab, tabs = tab_of(request, shop), tabs_for(viewer, shop)
    balances = balances_of(viewer, vendor_id=shop.pk)
    return office_page(
        request,
        "seller",
        {
            "shop": shop,
            "tabs": tabs,
            "sides": [each.name for each in tabs],
            "tab": tab,
            "form": form,
            "account": account_of(viewer, vendor_id=shop.pk),
            "balances": balances,
            "policy": policy_of(viewer, vendor_id=shop.pk),
            "rank": rank_of_seller(shop.pk),
            "problems": problems_with(viewer, shop.pk)[:_SHOWN],
            "members": members_of(shop),
            "offer_count": offers_of(shop).filter(is_active=True).count(),
            **told_of_suspension(viewer, shop, balances, now=now),
            "health": health_of(shop),
            "may_see_documents": any(map(viewer.may, PAPERS)),
            "notes": notes_about(viewer, shop)[:_NOTES],
            "note": note,
            "events": told(audit.events_of(shop)[:_SHOWN], viewer, now=now),
            "nav": "office-sellers",
        },
        status=422 if form.errors else status,
    )


def _change(request: ViewerRequest, shop: Vendor, form: ReasonForm) -> None:
    if not request.viewer.may(OperatorPermission.MODERATE):
        raise RefusedError(_("Only moderators may do this."))
    what = {"suspend": suspend_shop, "reinstate": reinstate_shop}
    asked = request.POST.get("act", "")
    if asked not in what:
        raise RefusedError(_("Choose what to do."))
    reason = form.message(with_sentences=asked == "suspend")
    if not reason:
        raise ReasonMissingError(_("Tell the seller why."))
    now = clock.now()
    try:
        what[asked](vendor=shop, reason=reason, operator_id=request.user.pk, now=now)
    except RefusedError as refusal:
        raise RefusedError(decided_already(shop, now=now) or refusal.message) from None
