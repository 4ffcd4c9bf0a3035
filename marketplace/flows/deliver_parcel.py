"""The carrier says that a parcel has arrived."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.core.said import Said
from marketplace.flows.mail import Mail, post
from payouts.services import parcels
from payouts.services import settlement as money
from support.services import conversation
from vendors.models import Parcel, VendorOrder, WebhookEvent
from vendors.services import fulfilment, webhook_news


@transaction.atomic
def deliver_parcel(
    *, parcel: Parcel, delivered_at: datetime, now: datetime
) -> VendorOrder | None:
    """Note an arrival; with the last parcel stars are asked.

    The short timer starts: a parcel of several has its own. Locks the vendor order,
    then its settlement. A second time changes nothing. Returns the vendor order when
    this was its last parcel.
    """
    _tell(parcel, now)
    part = fulfilment.deliver(parcel_id=parcel.pk, delivered_at=delivered_at)
    parcels.note_arrival(parcel_id=parcel.pk, at=delivered_at)
    if part is None:
        return None
    money.mark_delivered(vendor_order_id=part.pk, at=delivered_at)
    said = Said(gettext_noop("Delivered"))
    conversation.tell(vendor_order_id=part.pk, said=said, now=delivered_at)
    post(Mail.DELIVERED, part=part.pk, now=now)
    return part


def _tell(parcel: Parcel, now: datetime) -> None:
    """Tell the shop's systems of an arrival that is news. Locks the vendor order."""
    part = fulfilment.lock(parcel.vendor_order_id)
    if Parcel.objects.filter(pk=parcel.pk, delivered_at__isnull=True).exists():
        webhook_news.tell(
            WebhookEvent.PARCEL_DELIVERED,
            vendor_id=part.vendor_id,
            part=part.pk,
            parcel=parcel.pk,
            now=now,
        )
