"""Reads of a shop's webhooks, and of what they were told."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from vendors.models import Vendor, Webhook, WebhookDelivery

# Since when both are so: it is due, and its webhook is not left in peace.
DUE_SINCE = Greatest("next_try_at", "webhook__rests_until")


def webhooks_of(vendor: Vendor) -> QuerySet[Webhook]:
    """Return the shop's webhooks, the oldest first."""
    return vendor.webhooks.order_by("created_at", "pk")


def webhook_of(vendor: Vendor, public_id: str) -> Webhook | None:
    """Return one webhook of the shop; None for any other."""
    return webhooks_of(vendor).filter(public_id=public_id).first()


def broken_webhooks(vendor: Vendor) -> QuerySet[Webhook]:
    """Return those that were turned off because they had failed for too long."""
    return webhooks_of(vendor).filter(given_up_at__isnull=False)


def deliveries_of(webhook: Webhook, *, state: str = "") -> QuerySet[WebhookDelivery]:
    """Return what a webhook was told, the newest first; of one state if it is named.

    `failing` are those that were refused and wait for another try.
    """
    found = webhook.deliveries.order_by("-pk")
    if state == "failing":
        return found.filter(state=WebhookDelivery.State.WAITING, tried_at__isnull=False)
    if state in WebhookDelivery.State.values:
        return found.filter(state=state)
    return found


def waiting_deliveries() -> QuerySet[WebhookDelivery]:
    """Return what is still to be told, of all shops, where the webhook is on."""
    state = WebhookDelivery.State.WAITING
    return WebhookDelivery.objects.filter(state=state, webhook__is_on=True).order_by()


def can_be_sent(now: datetime) -> Q:
    """Say which of those that wait could be sent: due, and nobody has the webhook.

    One that failed is left in peace for a while; what it waits for is not due.
    """
    is_free = Q(webhook__leased_until=None) | Q(webhook__leased_until__lte=now)
    is_asked = Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now)
    return is_free & is_asked & Q(next_try_at__lte=now)


def delivery_of(vendor: Vendor, public_id: str) -> WebhookDelivery | None:
    """Return a delivery of the shop's, with its webhook; None for any other."""
    rows = WebhookDelivery.objects.filter(webhook__vendor=vendor)
    return rows.select_related("webhook").filter(public_id=public_id).first()
