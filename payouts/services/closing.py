"""Close a payment page while the buyer waits; say how an attempt stands."""

from datetime import datetime

from payouts.models import PaymentAttempt, PaymentStatus
from payouts.services import commands, payment


def close_page(*, attempt_id: int, now: datetime) -> PaymentAttempt:
    """Give an attempt up and carry that out in this process; return the attempt.

    Call it outside a transaction. Afterwards it is expired, or was paid at the last
    second; without an answer from Stripe it is still open and a worker goes on.
    """
    command = payment.request_expiry(attempt_id=attempt_id, now=now)
    if command is not None:
        commands.run(command_id=command.pk, now=now)
    return PaymentAttempt.objects.get(pk=attempt_id)


def is_paid(attempt: PaymentAttempt) -> bool:
    """Say whether the order got its money by this attempt."""
    return attempt.status == PaymentStatus.SUCCEEDED


def is_given_up(attempt: PaymentAttempt) -> bool:
    """Say whether nobody can pay this attempt any more."""
    return attempt.status in {PaymentStatus.EXPIRED, PaymentStatus.FAILED}


def page_of(attempt: PaymentAttempt) -> str:
    """Return the address where the attempt can be paid now, or nothing."""
    return attempt.session_url if attempt.status == PaymentStatus.OPEN else ""
