"""What happens when the ship-by moment passes: first a warning, then the end."""

from datetime import datetime

from django.db import transaction

from marketplace.flows.cancel_order import cancel_late_order
from marketplace.flows.mail import Mail, post
from vendors.models import VendorOrder
from vendors.services import fulfilment

__all__ = ["cancel_late_order", "warn_of_late_order"]


@transaction.atomic
def warn_of_late_order(*, part: VendorOrder, now: datetime) -> bool:
    """Tell a seller, once, that an order should have left; say whether it was news.

    Locks the vendor order.
    """
    is_news = fulfilment.warn_late(vendor_order_id=part.pk, now=now)
    if is_news:
        post(Mail.SHIP_LATE, part=part.pk, now=now)
    return is_news
