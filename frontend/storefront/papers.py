"""A buyer's invoices and credit notes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.papers import hand_out
from frontend.storefront.access import with_part
from marketplace.shop.order.access import key_of
from payouts.documents.printing import printed
from payouts.selectors.documents import document_of_part
from vendors.models import VendorOrder


@require_safe
@with_part
def invoice(request: ViewerRequest, part: VendorOrder) -> HttpResponse:
    """Show the invoice of a part; mails lead here, so it may not be issued yet."""
    found = document_of_part(part.pk)
    if found is not None:
        return hand_out(printed(found))
    messages.info(
        request,
        _(
            "The invoice of %(seller)s is not written yet. It will be here and in "
            "your order as soon as it is."
        )
        % {"seller": part.vendor.name},
    )
    return redirect("order", key=key_of(part.order))


@require_safe
@with_part
def document(request: ViewerRequest, part: VendorOrder, number: str) -> HttpResponse:
    """Show an invoice or a credit note of a part."""
    found = document_of_part(part.pk, number)
    if found is None:
        raise Http404
    return hand_out(printed(found))
