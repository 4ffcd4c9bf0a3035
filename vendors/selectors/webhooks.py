"""Reads of a shop's webhooks, and of what they were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Aggregate, Count, FloatField, Q, QuerySet
from django.db.models.functions import Greatest

from vendors.models import Vendor, Webhook, WebhookDelivery

# Since when both are so: it is due, and its webhook is not left in peace.
DUE_SINCE = Greatest("next_try_at", "webhook__rests_until")


class _Median(Aggregate):
    """The middle of the values: half of them are below."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Answering:
    """How many messages were tried and taken, and the median of how long that took."""

    tried: int = 0
    taken: int = 0
    median_ms: int | None = None


def answering_of(
    webhooks: Iterable[Webhook], *, since: datetime
) -> dict[int, Answering]:
    """Return by webhook how what was tried `since` then was answered at its last try.

    Taken is what was answered with 200 to 299.
    """
    taken = Q(status__range=(200, 299))
    rows = (
        WebhookDelivery.objects.filter(webhook__in=list(webhooks), tried_at__gte=since)
        .order_by()
        .values("webhook")
        .annotate(
            tried=Count("pk"),
            taken=Count("pk", filter=taken),
            median=_Median("took_ms", filter=taken),
        )
    )
    return {
        row["webhook"]: Answering(
            tried=row["tried"],
            taken=row["taken"],
            median_ms=None if row["median"] is None else round(row["median"]),
        )
        for row in rows
    }


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
