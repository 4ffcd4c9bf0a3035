"""A shop's invoices to buyers, credit notes, and the platform's commission invoices."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.papers import hand_out, hand_out_all, months_to_show, papers_of
from frontend.portal.access import MONEY, PAPERS, shop_page
from frontend.portal.frame import show, works
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from payouts.documents.printing import printed
from payouts.selectors.documents import (
    documents_for,
    documents_in,
    waiting_for,
)
from vendors.models import Vendor

_A_PAGE, _LONGEST_PART = 50, 4
# Each takes a moment to draw: as many as fit into one download.
A_BUNDLE = 300
_LACKS = {
    "legal_name": _("the legal name"),
    "street": _("the street"),
    "postcode": _("the postcode"),
    "city": _("the city"),
    "vat_number": _("the VAT number"),
}


@require_safe
@shop_page(*MONEY)
def documents(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List a month's documents, newest first, and what keeps others from coming."""
    found = documents_for(request.viewer, vendor_id=vendor.pk)
    month, months = months_to_show(found, request.GET.get("month", ""), clock.now())
    rows = documents_in(found, month)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    waiting = waiting_for(request.viewer, vendor_id=vendor.pk)
    context = {
        "month": month,
        "months": months,
        "page": page,
        "papers": papers_of(page),
        "bundles": range(1, -(-page.paginator.count // A_BUNDLE) + 1),
        "waiting": waiting,
        "lacks": [str(_LACKS[each]) for each in waiting.lacks] if waiting else [],
        "opens_orders": works(request.viewer, vendor, SellerRole.ORDERS),
        "opens_settings": works(request.viewer, vendor),
    }
    return show(request, "portal/documents.html", vendor, context)


@require_safe
@shop_page(*MONEY)
def month_zip(request: ViewerRequest, vendor: Vendor) -> HttpResponseBase:
    """Send a month's documents; a large month comes in several bundles."""
    found = documents_for(request.viewer, vendor_id=vendor.pk)
    month, _months = months_to_show(found, request.GET.get("month", ""), clock.now())
    first = (_bundle(request) - 1) * A_BUNDLE
    rows = documents_in(found, month).order_by("issued_at", "pk")
    name = f"{vendor.handle}-{month.key}"
    return hand_out_all(rows[first : first + A_BUNDLE], name=name)


@require_safe
@shop_page(*PAPERS)
def document(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Show one document of the shop."""
    rows = documents_for(request.viewer, vendor_id=vendor.pk)
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return hand_out(printed(found))


def _bundle(request: ViewerRequest) -> int:
    part = request.GET.get("part", "")
    is_number = part.isascii() and part.isdecimal() and len(part) <= _LONGEST_PART
    return max(1, int(part)) if is_number else 1
