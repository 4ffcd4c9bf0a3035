"""A sale whose payment a bank calls into question, told as Stripe would tell it."""

from dataclasses import replace
from datetime import datetime, timedelta

from payouts.gateway import BalanceRow, DisputeFacts
from payouts.models import Dispute
from payouts.services import dispute
from tests.integration.sale import Sale

FEE = 2000


def facts_of(
    sale: Sale, *, at: datetime, reason: str = "product_not_received"
) -> DisputeFacts:
    """Return a dispute of all that was paid, its money withdrawn."""
    payment = sale.order.payment_attempts.get()
    row = BalanceRow(
        stripe_id=f"txn_{payment.pk}",
        type="adjustment",
        category="dispute",
        source=f"du_{payment.pk}",
        currency=payment.currency,
        amount_minor=-payment.amount_minor,
        fee_minor=FEE,
        net_minor=-payment.amount_minor - FEE,
        status="available",
        created_at=at,
        available_on=at,
    )
    return DisputeFacts(
        dispute_id=f"du_{payment.pk}",
        charge_id=payment.charge_id or "",
        status="needs_response",
        reason=reason,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        opened_at=at,
        due_by=at + timedelta(days=7),
        rows=(row,),
    )


def charge_back(
    sale: Sale,
    *,
    at: datetime,
    status: str = "needs_response",
    reason: str = "product_not_received",
) -> Dispute:
    """Have the bank call a sale's payment into question, up to a status."""
    facts = facts_of(sale, at=at, reason=reason)
    dispute.apply_facts(facts, at)
    return dispute.apply_facts(replace(facts, status=status), at)
