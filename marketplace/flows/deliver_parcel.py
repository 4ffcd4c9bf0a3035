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
    then its settlement, at last the webhooks. A second time changes nothing. Returns
    the vendor order when this was its last parcel.
    """
    lot = fulfilment.lock(parcel.vendor_order_id)
    is_news = Parcel.objects.filter(pk=parcel.pk, delivered_at__isnull=True).exists()
    part = fulfilment.deliver(parcel_id=parcel.pk, delivered_at=delivered_at)
    parcels.note_arrival(parcel_id=parcel.pk, at=delivered_at)
    if part is not None:
        money.mark_delivered(vendor_order_id=part.pk, at=delivered_at)
        said = Said(gettext_noop("Delivered"))
        conversation.tell(vendor_order_id=part.pk, said=said, now=delivered_at)
        post(Mail.DELIVERED, part=part.pk, now=now)
    if is_news:
        webhook_news.tell(
            WebhookEvent.PARCEL_DELIVERED,
            vendor_id=lot.vendor_id,
            part=lot.pk,
            parcel=parcel.pk,
            now=now,
        )
    return part
