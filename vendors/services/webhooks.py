"""Webhooks of a shop: made, changed, turned off and on, removed, signed anew."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from marketplace.db.once import is_first
from marketplace.db.wake import wake
from vendors.gateway.webhooks import AddressFaultError, parts_of
from vendors.models import Vendor, Webhook, WebhookDelivery, WebhookEvent
from vendors.webhook_signing import new_secret

MOST_WEBHOOKS = 10
OLD_SECRET_SIGNS = timedelta(hours=24)
MOST_OLD_SECRETS = 3
# What wakes whoever sends.
TOPIC = "vendors.webhooks"
# A test is sent to whoever asks for it.
CHOOSABLE = [event for event in WebhookEvent if event != WebhookEvent.TEST]


class WebhookRefusedError(RefusedError):
    """Such a webhook cannot be; `field` says what is wrong with it."""

    code = "webhook.refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AlreadyMadeError(RefusedError):
    """The same press of the button has made its webhook, or its secret."""

    code = "webhook.already_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTerms:
    """What its owner says of a webhook; `seen` is the mark of what stood there."""

    name: str
    address: str
    events: Sequence[str]
    seen: str = ""


@transaction.atomic
def make_webhook(
    *, vendor: Vendor, terms: WebhookTerms, user_id: int, now: datetime, press: str = ""
) -> Webhook:
    """Make a webhook with a fresh secret.

    One `press` makes one: the second waits for the first and raises AlreadyMadeError.
    Raises WebhookRefusedError for an address that is never sent to, for no event, and
    beside MOST_WEBHOOKS others. Locks the shop.
    """
    known = _checked(terms)
    _refuse_second(f"webhook:{vendor.pk}", press, now)
    Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=vendor.pk)
    if vendor.webhooks.count() >= MOST_WEBHOOKS:
        raise WebhookRefusedError(
            _("You have %(n)d webhooks: remove one first.") % {"n": MOST_WEBHOOKS}
        )
    return Webhook.objects.create(
        vendor=vendor,
        secret=new_secret(),
        made_by_id=user_id,
        created_at=now,
        name=known.name,
        address=known.address,
        events=list(known.events),
    )


@transaction.atomic
def change_webhook(
    *, webhook: Webhook, terms: WebhookTerms, now: datetime
) -> list[str]:
    """Write other terms; return which have changed. Locks the webhook.

    What waits goes to the new address, at once. Raises WebhookRefusedError, also where
    somebody has changed what the owner `seen`.
    """
    known = _checked(terms)
    row = lock(webhook.pk)
    if terms.seen and terms.seen != mark_of(row):
        raise WebhookRefusedError(
            _("It was changed in another tab meanwhile. Open its page anew.")
        )
    told = {"name": known.name, "address": known.address, "events": list(known.events)}
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, told[name])
    if "address" in changed:
        _forgive(row, now)
    row.save()
    return changed


@transaction.atomic
def switch_webhook(*, webhook: Webhook, is_on: bool, now: datetime) -> bool:
    """Turn a webhook on or off; say whether that was news. Locks it.

    While it is off nothing new is written for it; what waits is sent when it is on
    again.
    """
    row = lock(webhook.pk)
    if row.is_on == is_on:
        return False
    row.is_on = is_on
    _forgive(row, now)
    row.save()
    return True


@transaction.atomic
def renew_secret(*, webhook: Webhook, now: datetime, press: str = "") -> str:
    """Give a webhook a new secret and return it, which is told this once.

    Those before that still sign go on beside it for a day: a new one that was lost may
    never have reached its receiver. One `press` makes one. Locks the webhook; raises
    AlreadyMadeError.
    """
    _refuse_second(f"webhook-secret:{webhook.pk}", press, now)
    row = lock(webhook.pk)
    older = row.old_secret.split() if (row.old_secret_until or now) > now else []
    row.old_secret = " ".join([row.secret, *older][:MOST_OLD_SECRETS])
    row.old_secret_until = now + OLD_SECRET_SIGNS
    row.secret = new_secret()
    row.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return row.secret


def remove_webhook(*, webhook: Webhook) -> bool:
    """Delete a webhook with its log; say whether it was there.

    What is being sent at this moment arrives. Waits for sales that are telling it, and
    keeps later ones from it: locks it before its log, as whoever sends does.
    """
    rows = Webhook.objects.filter(pk=webhook.pk)
    is_there = bool(list(rows.select_for_update(of=("self",)).values_list("pk")))
    rows.delete()
    return is_there


def mark_of(webhook: Webhook) -> str:
    """Return a mark that changes with what an owner can change."""
    told = [webhook.name, webhook.address, *webhook.events]
    return sha256(json.dumps(told).encode()).hexdigest()[:16]


def lock(webhook_id: int) -> Webhook:
    """Return a webhook, locked until the transaction ends.

    Raises Webhook.DoesNotExist if it was removed meanwhile.
    """
    return Webhook.objects.select_for_update(of=("self",), no_key=True).get(
        pk=webhook_id
    )


def _checked(terms: WebhookTerms) -> WebhookTerms:
    try:
        address = parts_of(terms.address.strip()).geturl()
    except AddressFaultError as fault:
        raise WebhookRefusedError(str(fault.words), field="address") from fault
    if not says_something(terms.name):
        raise WebhookRefusedError(_("Give it a name that can be read."), field="name")
    chosen = [event.value for event in CHOOSABLE if event in terms.events]
    if not chosen or len(chosen) < len(set(terms.events)):
        raise WebhookRefusedError(_("Choose what it hears."), field="events")
    name = " ".join(terms.name.split())
    return WebhookTerms(name=name, address=address, events=chosen)


def _refuse_second(scope: str, press: str, now: datetime) -> None:
    if press and not is_first(scope=scope, key=press, now=now):
        raise AlreadyMadeError(_("This was made already."))


def _forgive(webhook: Webhook, now: datetime) -> None:
    """Begin anew: nothing that failed before counts, and it is tried at once."""
    webhook.deliveries.filter(
        state=WebhookDelivery.State.WAITING,
        tried_at__isnull=False,
        next_try_at__gt=now,
    ).update(next_try_at=now)
    webhook.given_up_at = webhook.rests_until = webhook.failing_since = None
    webhook.failures = 0
    wake(TOPIC)
