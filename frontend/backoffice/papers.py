"""Sellers' invoices, credit notes and commission invoices, as operators see them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from frontend.papers import hand_out, months_to_show, papers_of
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from payouts.documents.printing import printed
from payouts.selectors.documents import (
    document_for_office,
    documents_for,
    documents_in,
    waiting_for,
)
from vendors.models import Vendor
from vendors.selectors.shops import shop_to_judge

PAPERS = (OperatorPermission.FINANCE, OperatorPermission.SUPPORT)
_A_PAGE = 50


@require_safe
@operators(*PAPERS)
def documents(request: ViewerRequest, handle: str) -> HttpResponse:
    """List a seller's documents of a month."""
    try:
        shop = shop_to_judge(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
    found = documents_for(request.viewer, vendor_id=shop.pk)
    month, months = months_to_show(found, request.GET.get("month", ""), clock.now())
    page = Paginator(documents_in(found, month), _A_PAGE).get_page(
        request.GET.get("page")
    )
    return office_page(
        request,
        "documents",
        {
            "shop": shop,
            "month": month,
            "months": months,
            "page": page,
            "papers": papers_of(page),
            "waiting": waiting_for(request.viewer, vendor_id=shop.pk),
            "nav": "office-sellers",
        },
    )


@require_safe
@operators(*PAPERS)
def document(request: ViewerRequest, number: str) -> HttpResponse:
    """Show one document."""
    found = document_for_office(request.viewer, number)
    if found is None:
        raise Http404
    return hand_out(printed(found))
