"""The owner of a shop keeps its webhooks, and the trail says so; never the secrets."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from vendors.gateway.webhooks import Answer
from vendors.models import Vendor, Webhook
from vendors.services import webhook_sending, webhooks
from vendors.services.webhook_sending import Sending
from vendors.services.webhooks import WebhookTerms


@transaction.atomic
def make_webhook(
    *, vendor: Vendor, terms: WebhookTerms, user_id: int, now: datetime, press: str = ""
) -> Webhook:
    """Let an address of the shop's systems hear of what happens.

    Raises WebhookRefusedError, and AlreadyMadeError for a second click.
    """
    webhook = webhooks.make_webhook(
        vendor=vendor, terms=terms, user_id=user_id, now=now, press=press
    )
    audit.record(
        "webhook.made",
        subject=webhook,
        actor_id=user_id,
        details=_details(webhook),
        now=now,
    )
    return webhook


@transaction.atomic
def change_webhook(
    *, webhook: Webhook, terms: WebhookTerms, user_id: int, now: datetime
) -> None:
    """Give a webhook another name, address or events. Raises WebhookRefusedError."""
    changed = webhooks.change_webhook(webhook=webhook, terms=terms, now=now)
    if not changed:
        return
    after = Webhook.objects.get(pk=webhook.pk)
    audit.record(
        "webhook.changed",
        subject=after,
        actor_id=user_id,
        details={
            "before": {name: _told(webhook, name) for name in changed},
            "after": {name: _told(after, name) for name in changed},
        },
        now=now,
    )


@transaction.atomic
def switch_webhook(
    *, webhook: Webhook, is_on: bool, user_id: int, now: datetime
) -> None:
    """Turn a webhook on or off; a second time changes nothing."""
    if webhooks.switch_webhook(webhook=webhook, is_on=is_on, now=now):
        action = "webhook.turned_on" if is_on else "webhook.turned_off"
        audit.record(action, subject=webhook, actor_id=user_id, now=now)


@transaction.atomic
def renew_secret(
    *, webhook: Webhook, user_id: int, now: datetime, press: str = ""
) -> str:
    """Return a new secret, told this once. Raises AlreadyMadeError."""
    secret = webhooks.renew_secret(webhook=webhook, now=now, press=press)
    audit.record("webhook.secret_renewed", subject=webhook, actor_id=user_id, now=now)
    return secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, user_id: int, now: datetime) -> None:
    """Remove a webhook with its log; the trail keeps, once, that there was one."""
    details = _details(webhook)
    if webhooks.remove_webhook(webhook=webhook):
        audit.record(
            "webhook.removed",
            subject=webhook,
            actor_id=user_id,
            details=details,
            now=now,
        )


@transaction.atomic
def note_answer(*, sending: Sending, answer: Answer, now: datetime) -> None:
    """Write what a webhook answered; one that failed for three days is turned off.

    Its owner has a mail then. Locks the webhook.
    """
    over = webhook_sending.note_answer(sending=sending, answer=answer, now=now)
    if over is not None:
        audit.record("webhook.given_up", subject=over, now=now)
        post(Mail.WEBHOOK_OFF, webhook=over.pk, now=now)


def _details(webhook: Webhook) -> dict[str, str]:
    return {"shop": webhook.vendor.handle, "address": _told(webhook, "address")}


def _told(webhook: Webhook, name: str) -> Any:
    """Return a value for the trail: of an address the host alone: it may bear a key."""
    value = getattr(webhook, name)
    return urlsplit(value).hostname if name == "address" else value
