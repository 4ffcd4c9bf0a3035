"""The command that refunds a buyer, and news of refunds that Stripe sends later."""

from datetime import datetime

from django.db import transaction

from payouts.gateway import Gateway, RefundFacts, connect
from payouts.models import (
    MoneyCommand,
    PaymentAttempt,
    RefundRequest,
    RefundState,
)
from payouts.services.handlers import Answer
from payouts.services.refund_adoption import adopt_refund
from payouts.services.refund_booking import book_failure, book_refund, undo_refund


class MakeRefund:
    """Give a buyer's money back."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Create the refund."""
        facts = gateway.refund(command.payload, key=str(command.idempotency_key))
        return Answer(facts.refund_id, facts)

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look through the payment's refunds."""
        facts = gateway.find_refund(
            command.payload["payment_intent"], command=command.natural_key
        )
        return Answer(facts.refund_id, facts) if facts else None

    def record(self, command: MoneyCommand, answer: Answer, now: datetime) -> None:
        """Book it if the money has gone; a pending refund is booked when it has."""
        request = _lock(command.refund.pk)
        request.stripe_id = answer.stripe_id
        request.save(update_fields=["stripe_id"])
        _apply(request, answer.facts, now)

    def refuse(self, command: MoneyCommand, error: Exception, now: datetime) -> None:
        """Free what was reserved: the refund was never made."""
        undo_refund(request=_lock(command.refund.pk), why=str(error), now=now)


def sync_refund(*, refund_id: str, now: datetime) -> bool:
    """Fetch a refund and book what became of it; say whether it is in our books.

    One that was made at Stripe by hand is taken in, for the platform to bear.
    """
    return take_in(connect().refund_of(refund_id), now)


@transaction.atomic
def take_in(facts: RefundFacts, now: datetime) -> bool:
    """Book what Stripe says of a refund; False if it cannot be ours, or not yet.

    Locks the payment, then the refund.
    """
    known = RefundRequest.objects.filter(stripe_id=facts.refund_id).first()
    request = known and _lock(known.pk)
    is_moot = facts.status == "canceled"
    if request is None and not facts.command and not is_moot:
        request = adopt_refund(facts=facts, now=now)
    if request is not None:
        _apply(request, facts, now)
    # One that was called off before we heard of it has nothing to tell.
    return request is not None or (is_moot and not facts.command)


def _lock(refund_id: int) -> RefundRequest:
    payment = RefundRequest.objects.filter(pk=refund_id).values("payment")
    payments = PaymentAttempt.objects.select_for_update(no_key=True)
    list(payments.filter(pk__in=payment).values_list("pk"))
    return RefundRequest.objects.select_for_update(no_key=True).get(pk=refund_id)


def _apply(request: RefundRequest, facts: RefundFacts, now: datetime) -> None:
    if request.pending_reason != facts.pending_reason:
        request.pending_reason = facts.pending_reason
        request.save(update_fields=["pending_reason"])
    if facts.status == "succeeded":
        book_refund(request=request, now=now)
    elif facts.status == "failed":
        book_failure(request=request, why=facts.failure_reason or "failed", now=now)
    elif facts.status == "canceled" and request.state != RefundState.REFUNDED:
        undo_refund(request=request, why="canceled", now=now)
