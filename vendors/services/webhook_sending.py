"""Send what webhooks were told: taken, written once, sent, and what they answered.

At least once: it is taken in one transaction, sent in none and noted in another, so a
worker that dies in between leaves it to the next, when the lease has run out. A webhook
has one delivery on its way at a time, so a slow one takes one thread and no more.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.module_loading import import_string

from vendors.gateway.webhooks import Answer, post
from vendors.models import Webhook, WebhookDelivery, WebhookFault
from vendors.webhook_signing import headers_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Longer than a name may take to be found, and an answer to come.
LEASE = timedelta(seconds=90)
# After each try that failed: three days and some hours in all.
PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Those that fail together do not come back together.
_JITTER_PERCENT = 10
# A webhook that fails is left in peace so long, twice as long each time.
_REST, _REST_MOST = timedelta(seconds=5), timedelta(minutes=10)
_DOUBLINGS_MOST = 8
# Who has failed for so long on end is turned off.
PATIENCE = timedelta(days=3)
# Less is no proof: what failed once may have been forgotten before it was tried again.
FEWEST_FAILURES = 5
KEEP_LOG = timedelta(days=30)
_ANSWER_SIGNS = 500
# On their way at once: who answers slowly, with ten webhooks, keeps others waiting.
MOST_OF_A_SHOP = 2
# What an answer changes; the body stays as it is.
_WRITTEN = ("state", "next_try_at", "tried_at", "took_ms", "status", "answer", "fault")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A delivery that this worker has taken, with all that sending it needs."""

    webhook_id: int
    vendor_id: int
    delivery_id: int
    tries: int
    # In no log: an address may have a key of theirs in it.
    address: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    event_id: str


@transaction.atomic
def take(
    *, limit: int, now: datetime, busy: Mapping[int, int] | None = None
) -> list[Sending]:
    """Take up to `limit` deliveries that are due, of as many webhooks.

    Of a shop at most MOST_OF_A_SHOP are on their way at once; `busy` says how many of
    each are already. Locks the webhooks and then their deliveries, passing over what
    others hold. The try is counted before, so that one which kills its worker shows.
    """
    due = WebhookDelivery.objects.filter(
        webhook=OuterRef("pk"),
        state=WebhookDelivery.State.WAITING,
        next_try_at__lte=now,
    ).order_by("next_try_at", "pk")
    webhooks = (
        Webhook.objects.filter(
            Exists(due),
            Q(leased_until=None) | Q(leased_until__lte=now),
            Q(rests_until=None) | Q(rests_until__lte=now),
            is_on=True,
        )
        .annotate(longest=Subquery(due.values("next_try_at")[:1]))
        .order_by("longest", "pk")
    )
    chosen = _shared_out(webhooks, busy or {})[:limit]
    # Asked again with the lock: somebody may have taken one in between.
    locked = webhooks.filter(pk__in=chosen).select_for_update(
        of=("self",), skip_locked=True, no_key=True
    )
    taken = [_take_first(webhook, now) for webhook in locked]
    return [sending for sending in taken if sending is not None]


def _shared_out(webhooks: QuerySet[Webhook], busy: Mapping[int, int]) -> list[int]:
    """Return the keys of those that are due, no more of a shop than may be at once."""
    of_shop = Window(
        RowNumber(), partition_by="vendor_id", order_by=["longest", F("pk").asc()]
    )
    rows = webhooks.annotate(place=of_shop).filter(place__lte=MOST_OF_A_SHOP)
    return [
        key
        for key, shop, place in rows.values_list("pk", "vendor_id", "place")
        if place + busy.get(shop, 0) <= MOST_OF_A_SHOP
    ]


def _take_first(webhook: Webhook, now: datetime) -> Sending | None:
    """Take what a locked webhook has waited for longest; None if it is gone by now."""
    waiting = webhook.deliveries.filter(
        state=WebhookDelivery.State.WAITING, next_try_at__lte=now
    ).order_by("next_try_at", "pk")
    delivery = waiting.select_for_update(skip_locked=True, no_key=True).first()
    if delivery is None:
        return None
    delivery.tries += 1
    delivery.next_try_at = webhook.leased_until = now + LEASE
    delivery.save(update_fields=["tries", "next_try_at"])
    webhook.save(update_fields=["leased_until"])
    is_old_good = webhook.old_secret_until and webhook.old_secret_until > now
    return Sending(
        webhook_id=webhook.pk,
        vendor_id=webhook.vendor_id,
        delivery_id=delivery.pk,
        tries=delivery.tries,
        address=webhook.address,
        keys=(webhook.secret, *(webhook.old_secret.split() if is_old_good else [])),
        event_id=delivery.event_id,
    )


def write_body(sending: Sending) -> str:
    """Return what is said of the event: written before the first try, and kept.

    All who hear of an event are told the same; the first word stands. Raises
    ObjectDoesNotExist if what it is about is gone.
    """
    delivery = WebhookDelivery.objects.get(pk=sending.delivery_id)
    if delivery.body:
        return delivery.body
    write: Callable[..., dict[str, Any]] = import_string(settings.WEBHOOK_WRITER)
    told = write(delivery, vendor_id=sending.vendor_id)
    WebhookDelivery.objects.filter(event_id=sending.event_id, body="").update(
        body=json.dumps(told, ensure_ascii=False)
    )
    delivery.refresh_from_db(fields=["body"])
    return delivery.body


def send(sending: Sending, *, body: str, now: datetime) -> Answer:
    """Sign and send once; what goes wrong is in the answer.

    Call it outside a transaction; it asks the database nothing.
    """
    signed = headers_of(
        event_id=sending.event_id,
        seconds=int(now.timestamp()),
        body=body,
        keys=sending.keys,
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Comptoir-Webhooks/1",
        **signed,
    }
    return post(sending.address, body=body, headers=headers)


@transaction.atomic
def note_answer(*, sending: Sending, answer: Answer, now: datetime) -> Webhook | None:
    """Write what was answered and when it is tried again, if at all.

    Returns the webhook if that made an end of it: it has failed for three days and is
    turned off. Locks it. Nothing is written where it was removed meanwhile, or somebody
    else has taken the delivery after our lease.
    """
    webhook = Webhook.objects.filter(pk=sending.webhook_id)
    for row in webhook.select_for_update(of=("self",), no_key=True):
        ours = row.deliveries.filter(pk=sending.delivery_id, tries=sending.tries)
        # Locked, else one that is being forgotten would be written anew.
        for delivery in ours.select_for_update(no_key=True):
            _write_delivery(delivery, answer, now)
            return _write_webhook(row, answer, now)
    return None


@transaction.atomic
def note_unwritten(*, sending: Sending, fault: WebhookFault, now: datetime) -> None:
    """Write that there was nothing to send, which is no fault of the webhook's.

    It is tried again like one that failed, but not where its rows are gone. Locks the
    webhook.
    """
    webhook = Webhook.objects.filter(pk=sending.webhook_id)
    for row in webhook.select_for_update(of=("self",), no_key=True):
        ours = row.deliveries.filter(pk=sending.delivery_id)
        for delivery in ours.select_for_update(no_key=True):
            delivery.fault, delivery.tried_at = fault, now
            if fault == WebhookFault.NOTHING:
                delivery.state = WebhookDelivery.State.GIVEN_UP
                delivery.next_try_at = None
            else:
                _put_off(delivery, now)
            delivery.save(update_fields=_WRITTEN)
        row.leased_until = None
        row.save(update_fields=["leased_until"])


def forget_old(now: datetime) -> None:
    """Delete what was told more than thirty days ago, and secrets that sign no more."""
    WebhookDelivery.objects.filter(happened_at__lt=now - KEEP_LOG).delete()
    Webhook.objects.filter(old_secret_until__lte=now).update(
        old_secret="", old_secret_until=None
    )


def _write_delivery(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    delivery.tried_at, delivery.took_ms = now, answer.took_ms
    delivery.status = answer.status
    delivery.answer = answer.text[:_ANSWER_SIGNS]
    delivery.fault = answer.fault
    if answer.is_good:
        delivery.state, delivery.next_try_at = WebhookDelivery.State.SENT, None
    else:
        _put_off(delivery, now)
    delivery.save(update_fields=_WRITTEN)


def _put_off(delivery: WebhookDelivery, now: datetime) -> None:
    """Let it be tried again later, unless that was the last try."""
    if delivery.tries > len(PAUSES):
        delivery.state, delivery.next_try_at = WebhookDelivery.State.GIVEN_UP, None
    else:
        delivery.next_try_at = now + pause_after(delivery.tries)


def _write_webhook(webhook: Webhook, answer: Answer, now: datetime) -> Webhook | None:
    webhook.tried_at, webhook.leased_until = now, None
    webhook.status, webhook.fault = answer.status, answer.fault
    if answer.is_good:
        webhook.failing_since = webhook.rests_until = None
        webhook.failures = 0
    else:
        webhook.failing_since = webhook.failing_since or now
        doublings = min(webhook.failures, _DOUBLINGS_MOST)
        webhook.rests_until = now + min(_REST_MOST, _REST * 2**doublings)
        webhook.failures += 1
    is_over = (
        webhook.is_on
        and webhook.failures >= FEWEST_FAILURES
        and now - (webhook.failing_since or now) >= PATIENCE
    )
    if is_over:
        webhook.is_on, webhook.given_up_at = False, now
    webhook.save()
    return webhook if is_over else None


def pause_after(tries: int) -> timedelta:
    """Return how long a delivery waits after so many tries that failed."""
    pause = PAUSES[tries - 1]
    return pause * (1 + secrets.randbelow(_JITTER_PERCENT + 1) / 100)
