"""Book what buyers paid, and give back what was paid too late."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from marketplace.db import outbox
from payouts.gateway import ChargeFacts, SessionFacts
from payouts.models import (
    AccountKind,
    CommandKind,
    PaymentAttempt,
    PaymentStatus,
    RefundBearer,
    RefundRequest,
    RefundState,
    Settlement,
    SettlementState,
)
from payouts.services import journals, ledger
from payouts.services.fees import book_fee
from payouts.services.issuing import NewCommand, issue
from payouts.services.ledger import Leg, Posting

CAPTURED = (PaymentStatus.SUCCEEDED, PaymentStatus.RETURNED)


class AmountDiffersError(Exception):
    """Stripe captured another amount than we asked for: a person must look."""


@transaction.atomic
def apply_session(*, attempt_id: int, facts: SessionFacts, now: datetime) -> None:
    """Bring an attempt to what Stripe says of its payment page.

    Locks the attempt, then the order's settlements. Saying the same twice changes
    nothing.

    Raises AmountDiffersError if the amounts disagree.
    """
    attempt = PaymentAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    if facts.charge is not None:
        _apply_charge(attempt, facts.charge, now)
    elif attempt.status in {PaymentStatus.REQUESTED, PaymentStatus.OPEN}:
        if facts.status == "expired":
            give_up(attempt=attempt, status=PaymentStatus.EXPIRED, now=now)
        elif facts.has_failed:
            give_up(attempt=attempt, status=PaymentStatus.FAILED, now=now)


def give_up(*, attempt: PaymentAttempt, status: PaymentStatus, now: datetime) -> None:
    """Close an attempt that nobody paid; the flow frees stock and points."""
    attempt.status = status
    attempt.save(update_fields=["status"])
    outbox.emit(topic=f"payment.{status.value}", key=str(attempt.order_id), now=now)


def _apply_charge(attempt: PaymentAttempt, charge: ChargeFacts, now: datetime) -> None:
    if (charge.amount_minor, charge.currency) != (
        attempt.amount_minor,
        attempt.currency,
    ):
        raise AmountDiffersError(f"{attempt}: {charge}")
    if attempt.status not in CAPTURED:
        _take(attempt, charge, now)
    book_fee(attempt, charge)


def _take(attempt: PaymentAttempt, charge: ChargeFacts, now: datetime) -> None:
    settlements = list(
        Settlement.objects.select_for_update(no_key=True)
        .filter(order_id=attempt.order_id)
        .order_by("pk")
    )
    is_alive = all(row.state == SettlementState.UNPAID for row in settlements)
    attempt.status = PaymentStatus.SUCCEEDED if is_alive else PaymentStatus.RETURNED
    attempt.payment_intent_id = charge.payment_intent_id
    attempt.charge_id = charge.charge_id
    attempt.paid_at = charge.created_at
    attempt.save()
    if is_alive:
        ledger.post(capture_posting(attempt=attempt, settlements=settlements))
        hold(settlements=settlements, paid_at=charge.created_at)
        outbox.emit(topic="payment.succeeded", key=str(attempt.order_id), now=now)
    else:
        _return(attempt, now)


def capture_posting(
    *, attempt: PaymentAttempt, settlements: Sequence[Settlement]
) -> Posting:
    """J1 for a captured attempt."""
    return journals.capture(
        key=f"capture:{attempt.pk}",
        settlements=settlements,
        cash_minor=attempt.amount_minor,
        booked_at=attempt.paid_at or attempt.created_at,
        ref={"order": attempt.order_id, "charge": attempt.charge_id},
    )


def hold(*, settlements: Iterable[Settlement], paid_at: datetime) -> None:
    """Move settlements from unpaid to held; frozen ones stay so."""
    Settlement.objects.filter(
        pk__in=[row.pk for row in settlements], state=SettlementState.UNPAID
    ).update(state=SettlementState.HELD, paid_at=paid_at)


def _return(attempt: PaymentAttempt, now: datetime) -> None:
    ledger.post(
        journals.two_legs(
            key=f"capture:{attempt.pk}",
            kind="orphan_capture",
            currency=attempt.currency,
            debit=Leg(AccountKind.STRIPE_BALANCE, attempt.amount_minor),
            credit=AccountKind.CUSTOMER_REFUND_DUE,
            booked_at=attempt.paid_at or now,
            ref={"order": attempt.order_id, "charge": attempt.charge_id},
        )
    )
    request = RefundRequest.objects.create(
        order_id=attempt.order_id,
        payment=attempt,
        token=f"orphan:{attempt.pk}",
        reason="The payment arrived after the order had been given up.",
        bearer=RefundBearer.PLATFORM,
        is_orphan=True,
        state=RefundState.REFUNDING,
        currency=attempt.currency,
        cash_minor=attempt.amount_minor,
        created_at=now,
    )
    attempt.refunded_minor = attempt.amount_minor
    attempt.save(update_fields=["refunded_minor"])
    send_refund(request=request, attempt=attempt, now=now)
    outbox.emit(topic="payment.returned", key=str(attempt.order_id), now=now)


def send_refund(
    *, request: RefundRequest, attempt: PaymentAttempt, now: datetime
) -> None:
    """Issue the command that gives a request's cash back."""
    natural_key = f"refund:{request.pk}"
    request.command = issue(
        NewCommand(
            kind=CommandKind.REFUND,
            natural_key=natural_key,
            payload={
                "payment_intent": attempt.payment_intent_id,
                "amount": request.cash_minor,
                "metadata": {
                    "command": natural_key,
                    "order": str(request.order_id),
                },
            },
            at=now,
        )
    )
    request.save(update_fields=["command"])
