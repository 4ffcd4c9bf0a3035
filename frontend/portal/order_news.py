"""What became of an order while its form was open in another tab."""

from django.contrib import messages
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from vendors.models import VendorOrder


def tell_why_none_waits(
    request: ViewerRequest, part: VendorOrder, *, seen_parcels: int | None = None
) -> None:
    """Say why nothing of an order is to be sent: it has left, or must not leave.

    `seen_parcels` had left when the form was shown. If none has since, what the form
    asked for stays here.
    """
    if part.state == VendorOrder.State.CANCELLED:
        words = _("Order %s was cancelled: do not send it.")
        messages.warning(request, words % part.number)
    elif seen_parcels == len(part.parcels.all()):
        words = _("What was left of order %s was cancelled: do not send it.")
        messages.warning(request, words % part.number)
    else:
        # A second click, or another tab: nothing is to be mended.
        messages.info(request, _("Order %s has left already.") % part.number)
