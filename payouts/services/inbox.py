"""Webhooks: keep them first, then look at what they are about.

Stripe delivers at least once and in any order, so an event only says that something
changed: the object is fetched anew, and every effect is keyed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from marketplace.db.alone import BusyError
from marketplace.db.wake import wake
from payouts.gateway import GatewayRefusedError, UnavailableError, connect
from payouts.models import PaymentAttempt, PaymentStatus, StripeEvent
from payouts.services.accounts import sync_account, sync_balance
from payouts.services.capture import CAPTURED
from payouts.services.dispute import UnknownChargeError, sync_dispute
from payouts.services.payment import sync_payment
from payouts.services.payout import sync_payout
from payouts.services.refund_commands import sync_refund

WAKE_TOPIC = "payouts.inbox"
ATTEMPTS_MOST = 12
_LEASE = timedelta(seconds=90)
_BACKOFF = timedelta(seconds=10)
_BACKOFF_MOST = timedelta(hours=1)


class NotYetKnownError(Exception):
    """The event is about something that our own commit will bring."""


_GIVEN_UP = (PaymentStatus.EXPIRED, PaymentStatus.FAILED)
_COME_BACK = (
    BusyError,
    NotYetKnownError,
    UnknownChargeError,
    UnavailableError,
    GatewayRefusedError,
)


def receive(*, endpoint: str, body: bytes, signature: str, now: datetime) -> None:
    """Verify a webhook and keep it; one that was kept before changes nothing.

    `endpoint` is "platform", "connect" or "thin", each with a secret of its own.

    Raises BadSignatureError if Stripe did not sign it, or for another deployment.
    """
    facts = connect().event(endpoint=endpoint, body=body, signature=signature)
    StripeEvent.objects.bulk_create(
        [
            StripeEvent(
                event_id=facts.event_id,
                endpoint=endpoint,
                account=facts.account,
                type=facts.type,
                object_id=facts.object_id,
                api_version=facts.api_version,
                is_live=facts.is_live,
                created_at=facts.created_at,
                payload=facts.payload,
                received_at=now,
                due_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    wake(WAKE_TOPIC)


def process_inbox(*, now: datetime, limit: int = 100) -> int:
    """Process up to `limit` events that are due; return how many were tried.

    An event that cannot be understood yet is tried again, later each time, and parked
    for a person after twelve attempts.
    """
    for done in range(limit):
        event = _claim(now)
        if event is None:
            return done
        _process(event, now)
    return limit


@transaction.atomic
def _claim(now: datetime) -> StripeEvent | None:
    event = (
        StripeEvent.objects.filter(processed_at=None, is_parked=False, due_at__lte=now)
        .order_by("due_at", "event_id")
        .select_for_update(no_key=True, skip_locked=True)
        .first()
    )
    if event is not None:
        event.attempts += 1
        event.due_at = now + _LEASE
        event.save(update_fields=["attempts", "due_at"])
    return event


def _process(event: StripeEvent, now: datetime) -> None:
    try:
        _understand(event, now)
    except _COME_BACK as error:
        _put_off(event, error, now)
    except Exception as error:
        # Kept with the event for whoever looks, and reported as any fault of ours.
        _put_off(event, error, now)
        raise
    else:
        event.processed_at = now
        event.error = ""
        event.save(update_fields=["processed_at", "error"])


def _put_off(event: StripeEvent, error: Exception, now: datetime) -> None:
    event.error = repr(error)[:2000]
    event.due_at = now + min(_BACKOFF * 2**event.attempts, _BACKOFF_MOST)
    event.is_parked = event.attempts >= ATTEMPTS_MOST
    event.save(update_fields=["error", "due_at", "is_parked"])


def _understand(event: StripeEvent, now: datetime) -> None:
    for prefix, understand in _TOPICS.items():
        if event.type.startswith(prefix):
            understand(event, now)
            return
    # Types that we do not know are kept, and mean nothing to us.


def _payment(event: StripeEvent, now: datetime) -> None:
    attempt = _attempt_of(event)
    # Each payment has five events or more; the first one after its fee told all.
    if attempt is not None and not attempt.is_booked_with_fee:
        sync_payment(attempt_id=attempt.pk, now=now)


def _attempt_of(event: StripeEvent) -> PaymentAttempt | None:
    """Find the attempt by the metadata that we sent; foreign payments have none."""
    metadata = _object_of(event).get("metadata") or {}
    named = str(metadata.get("attempt", ""))
    if not (named.isascii() and named.isdecimal()):
        return None
    attempt = PaymentAttempt.objects.filter(pk=int(named)).first()
    if event.type == "checkout.session.expired" and _is_given_up(attempt):
        # A page that Stripe made and could not tell us of: nobody was sent there.
        return None
    if attempt is None or attempt.session_id is None:
        # Stripe was faster than the commit that records its answer.
        raise NotYetKnownError(f"attempt {named}")
    return attempt


def _is_given_up(attempt: PaymentAttempt | None) -> bool:
    return attempt is not None and attempt.status in _GIVEN_UP


def _object_of(event: StripeEvent) -> dict[str, Any]:
    found: dict[str, Any] = (event.payload.get("data") or {}).get("object") or {}
    return found


def _refund(event: StripeEvent, now: datetime) -> None:
    is_ours = sync_refund(refund_id=event.object_id, now=now)
    about = _object_of(event)
    metadata = about.get("metadata") or {}
    payments = PaymentAttempt.objects.filter(
        payment_intent_id=about.get("payment_intent"), payment_intent_id__isnull=False
    )
    # Our own commit is on its way, or a reservation leaves no room for it yet.
    is_expected = str(metadata.get("command", "")).startswith("refund:")
    if not is_ours and (is_expected or _is_counted(about, payments)):
        raise NotYetKnownError(event.object_id)


def _is_counted(about: dict[str, Any], payments: QuerySet[PaymentAttempt]) -> bool:
    """Say whether a refund must find its place in the books of one of our payments."""
    is_made = about.get("status") in {"succeeded", "pending"}
    return is_made and payments.filter(status__in=CAPTURED).exists()


def _account(event: StripeEvent, now: datetime) -> None:
    sync_account(stripe_account_id=event.object_id or event.account, now=now)


def _payout(event: StripeEvent, now: datetime) -> None:
    if event.account:
        sync_payout(payout_id=event.object_id, stripe_account_id=event.account, now=now)
        if event.type.endswith((".failed", ".canceled", ".paid")):
            sync_balance(stripe_account_id=event.account)


def _dispute(event: StripeEvent, now: datetime) -> None:
    sync_dispute(dispute_id=event.object_id, now=now)


_TOPICS: dict[str, Callable[[StripeEvent, datetime], None]] = {
    "checkout.session.": _payment,
    "payment_intent.": _payment,
    "charge.succeeded": _payment,
    "charge.updated": _payment,
    "charge.dispute.": _dispute,
    "refund.": _refund,
    "v2.core.account": _account,
    "payout.": _payout,
}
