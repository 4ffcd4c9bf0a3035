"""Refunds that wait for a person: those a card refused, and those made at Stripe."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError
from marketplace.db import audit
from payouts.services import refund_adoption, refund_repaying

if TYPE_CHECKING:
    from payouts.models import RefundRequest


@transaction.atomic
def repay_buyer(
    *,
    refund: "RefundRequest",
    method: str,
    reference: str,
    reason: str,
    operator_id: int,
    now: datetime,
) -> None:
    """Record how a refund that its card refused was paid, out of our bank.

    Locks the payment, then the refund. The same reference again changes nothing. Raises
    NotOwedError if the buyer is not owed it, or it was paid with another reference.
    """
    repayment = refund_repaying.record_repayment(
        refund_id=refund.pk,
        method=method,
        reference=reference,
        repaid_by=operator_id,
        now=now,
    )
    audit.record(
        "refund.repaid",
        subject=refund,
        actor_id=operator_id,
        reason=reason.strip() or reference,
        details={
            "method": method,
            "cash_minor": repayment.amount_minor,
            "currency": refund.currency,
        },
        now=now,
    )


@transaction.atomic
def allocate_refund(
    *,
    refund: "RefundRequest",
    amounts: Mapping[int, int],
    reason: str,
    token: str,
    operator_id: int,
    now: datetime,
) -> None:
    """Let sellers bear a refund that was made at Stripe; `amounts` maps settlements.

    The same token allocates once. Locks the payment, the settlements and lines. Raises
    ReasonMissingError, or NotRefundableError if there is less to allocate.
    """
    if not reason.strip():
        raise ReasonMissingError(_("Say why the sellers bear it."))
    refund_adoption.allocate_refund(
        refund_id=refund.pk, amounts=amounts, reason=reason, token=token, now=now
    )
    audit.record(
        "refund.allocated",
        subject=refund,
        actor_id=operator_id,
        reason=reason.strip(),
        details={
            "currency": refund.currency,
            **{str(key): minor for key, minor in amounts.items()},
        },
        now=now,
    )
