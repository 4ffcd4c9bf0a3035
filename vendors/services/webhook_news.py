"""What a shop's systems are told: written in the transaction of the fact itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Min

from marketplace.core.identifiers import public_id
from marketplace.db.wake import wake
from marketplace.shop.partner.models import StockRecord
from vendors.models import (
    VendorOrder,
    VendorOrderLine,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)
from vendors.services.webhooks import TOPIC, lock

_A_MOMENT = timedelta(milliseconds=1)
# The weakest lock there is: a webhook that is being removed is waited for and then not
# found, one that is used is left alone. Else its removal could undo the sale.
_LISTENING = """
SELECT id FROM vendors_webhook
WHERE vendor_id = %s AND is_on AND %s = ANY (events)
ORDER BY id FOR KEY SHARE
"""


def tell(
    event: WebhookEvent,
    *,
    vendor_id: int,
    now: datetime,
    due: datetime | None = None,
    **about: int | str | bool,
) -> None:
    """Write down for each webhook of a shop that hears of it what has happened.

    `about` names the rows by their primary keys (`part=7`, always where it is about an
    order), and what they will not say any more. What is `due` later can be withdrawn
    until then. Call it in the transaction of the fact; locks the webhooks FOR KEY
    SHARE.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LISTENING, [vendor_id, event])
        listening = [row[0] for row in cursor.fetchall()]
    if listening:
        _write(event, listening, about, now=now, due=due)


def tell_of_last_pieces(*, parts: Iterable[VendorOrder], now: datetime) -> None:
    """Tell the shops whose offers the paid `parts` have left nothing of."""
    shops = {part.pk: part.vendor_id for part in parts}
    listening = Webhook.objects.filter(
        vendor_id__in=set(shops.values()),
        is_on=True,
        events__contains=[WebhookEvent.OFFER_SOLD_OUT.value],
    )
    if not listening.exists():
        return
    lines = VendorOrderLine.objects.filter(vendor_order__in=shops)
    for offer in (
        StockRecord.objects.filter(
            pk__in=lines.values("order_line__stockrecord"),
            num_in_stock__lte=F("num_allocated"),
        )
        .select_related("partner__vendor")
        .order_by("pk")
    ):
        tell(
            WebhookEvent.OFFER_SOLD_OUT,
            vendor_id=offer.partner.vendor.pk,
            now=now,
            offer=offer.pk,
        )


def withdraw(event: WebhookEvent, **about: int | str | bool) -> None:
    """Take back what nobody was told yet."""
    WebhookDelivery.objects.filter(
        event=event,
        state=WebhookDelivery.State.WAITING,
        tries=0,
        about__contains=about,
    ).delete()


def forget_orders(order_ids: Iterable[int]) -> None:
    """Delete what was told of orders: it bears their buyers' names and streets."""
    parts = VendorOrder.objects.filter(order_id__in=list(order_ids))
    WebhookDelivery.objects.filter(
        about__part__in=list(parts.values_list("pk", flat=True))
    ).delete()


@transaction.atomic
def send_test(*, webhook: Webhook, now: datetime) -> WebhookDelivery:
    """Write down a test for one webhook, to be sent before all else. Locks it."""
    due = _before_all(webhook, now)
    [delivery] = _write(WebhookEvent.TEST, [webhook.pk], {}, now=now, due=due)
    return delivery


@transaction.atomic
def send_again(*, delivery: WebhookDelivery, now: datetime) -> None:
    """Let a delivery be sent once more, before all else, whatever became of it.

    One that is being sent at this moment is not sent a second time. Locks the webhook.
    """
    due = _before_all(delivery.webhook, now)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.WAITING, next_try_at=due
    )
    wake(TOPIC)


def _before_all(webhook: Webhook, now: datetime) -> datetime:
    """End the rest after a failure, and return a moment before all that is due.

    Somebody looks on: what has waited for long must not fail before it. The lease of
    whoever is sending stays.
    """
    row = lock(webhook.pk)
    Webhook.objects.filter(pk=row.pk).update(rests_until=None)
    first = row.deliveries.aggregate(first=Min("next_try_at"))["first"]
    return min(now, first - _A_MOMENT) if first else now


def _write(
    event: WebhookEvent,
    webhooks: Iterable[int],
    about: dict[str, int | str | bool],
    *,
    now: datetime,
    due: datetime | None = None,
) -> list[WebhookDelivery]:
    event_id = public_id("evt")
    written = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook_id=key,
            event_id=event_id,
            event=event,
            about=about,
            happened_at=now,
            next_try_at=due or now,
        )
        for key in webhooks
    )
    if due is None or due <= now:
        wake(TOPIC)
    return written
