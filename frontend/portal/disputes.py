"""Payments of a shop's orders that a bank calls into question: what the shop adds."""

from mimetypes import guess_type
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DISPUTES, form_page, shop_page
from frontend.portal.frame import back_to, show, works
from frontend.storefront.sale_forms import PhotosField
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from marketplace.flows.contest_dispute import MOST_PICTURES, add_statement
from payouts.selectors.disputes import (
    disputes_of_shop,
    numbers_of_shop,
    own_share_of,
    parts_in,
    picture_of_statement,
    statements_of,
)
from vendors.models import Vendor

if TYPE_CHECKING:
    from payouts.models import Dispute

_NAV = "portal-disputes"
_PER_PAGE = 20


class StatementForm(forms.Form):
    """What the shop knows, and pictures of it."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy(
            "When and how you sent it, what the buyer wrote, what you have on paper."
        ),
        error_messages={"required": gettext_lazy("Say in a few words what happened.")},
    )
    photos = PhotosField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy("The receipt of the carrier, the parcel, the thing."),
    )


@require_safe
@shop_page(*DISPUTES)
def disputes(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the disputes of the shop's orders, newest first."""
    found = disputes_of_shop(request.viewer, vendor.partner_id)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    rows = numbers_of_shop(list(page), vendor_id=vendor.pk)
    context = {"page": page, "rows": rows}
    return show(request, "portal/disputes.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*DISPUTES)
def dispute(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show a dispute with what it means for the shop, and take what the shop adds."""
    told = _dispute_or_404(request, vendor, public_id)
    now = clock.now()
    is_open = told.takes_evidence and (told.due_by is None or told.due_by > now)
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_statement(
                dispute=told,
                vendor_id=vendor.pk,
                text=form.cleaned_data["text"],
                photos=form.cleaned_data["photos"] or (),
                actor_id=request.viewer.user_id,
                now=now,
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Added. We use it for our answer."))
            return back_to("portal-dispute", vendor, public_id=public_id)
    context = {
        "dispute": told,
        "part": parts_in(told).filter(vendor=vendor).first(),
        # What was written too late stays, with the reason why nobody reads it.
        "form": form if is_open or form.errors else None,
        "statements": statements_of(told, vendor_id=vendor.pk),
        "share": own_share_of(told, vendor_id=vendor.pk),
        "opens_orders": works(request.viewer, vendor, SellerRole.ORDERS),
        "most_pictures": MOST_PICTURES,
    }
    status = 422 if form.errors else 200
    return show(
        request, "portal/dispute.html", vendor, context, nav=_NAV, status=status
    )


@require_safe
@shop_page(*DISPUTES)
def picture(
    request: ViewerRequest, vendor: Vendor, public_id: str, picture_id: int
) -> HttpResponse:
    """Show a picture that this shop has added."""
    told = _dispute_or_404(request, vendor, public_id)
    found = picture_of_statement(told, picture_id, vendor_id=vendor.pk)
    if found is None:
        raise Http404
    # We named the file: its end tells the kind that we drew.
    with found.file.open("rb") as file:
        kind, _encoding = guess_type(str(found.file.name))
        return HttpResponse(file.read(), content_type=kind)


def _dispute_or_404(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> "Dispute":
    mine = disputes_of_shop(request.viewer, vendor.partner_id)
    found = mine.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
