"""A seller's monthly statements, as operators for the money see them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from frontend.portal.statements import asked_currency, paper_answer, sheet_answer
from marketplace.core.printing import can_print
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from payouts.selectors.statement import (
    SellerStatement,
    currencies_of,
    statement_of,
    statements_of,
)
from vendors.models import Vendor
from vendors.selectors.shops import shop_to_judge

_A_PAGE = 24


@require_safe
@operators(OperatorPermission.FINANCE)
def statements(request: ViewerRequest, handle: str) -> HttpResponse:
    """List the months of a seller with their files."""
    shop = _shop(handle)
    currencies = currencies_of(request.viewer, vendor_id=shop.pk)
    currency = asked_currency(request, currencies)
    rows = statements_of(
        request.viewer, vendor_id=shop.pk, currency=currency, now=clock.now()
    )
    return office_page(
        request,
        "statements",
        {
            "shop": shop,
            "currency": currency,
            "currencies": currencies,
            "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
            "can_print": can_print(),
            "nav": "office-sellers",
        },
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def statement_csv(request: ViewerRequest, handle: str, period: str) -> HttpResponse:
    """Send the file of a seller's month."""
    return sheet_answer(_found(request, handle, period), handle)


@require_safe
@operators(OperatorPermission.FINANCE)
def statement_paper(request: ViewerRequest, handle: str, period: str) -> HttpResponse:
    """Send a seller's month as a PDF, or as a page to print."""
    return paper_answer(request, _found(request, handle, period), handle)


def _shop(handle: str) -> Vendor:
    try:
        return shop_to_judge(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error


def _found(request: ViewerRequest, handle: str, period: str) -> SellerStatement:
    shop = _shop(handle)
    currencies = currencies_of(request.viewer, vendor_id=shop.pk)
    found = statement_of(
        request.viewer,
        vendor_id=shop.pk,
        currency=asked_currency(request, currencies),
        month=period,
        now=clock.now(),
    )
    if found is None:
        raise Http404
    return found
