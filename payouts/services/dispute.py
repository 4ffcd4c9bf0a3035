"""A chargeback freezes the money of every seller whom its payment concerns.

The reconciliation books what Stripe withdrew (J8) and gave back (J9); who bears a lost
one is decided by a person.
"""

from datetime import datetime

from django.db import transaction

from marketplace.db.alone import alone
from payouts.gateway import DisputeFacts, connect
from payouts.models import PaymentAttempt, Settlement, SettlementHold
from payouts.services.settlement import freeze, unfreeze

# Any other status, one that is new to us too, leaves the money frozen.
_OVER = frozenset({"won", "warning_closed", "prevented"})


class UnknownChargeError(Exception):
    """The dispute came before the news of its payment."""


def sync_dispute(*, dispute_id: str, now: datetime) -> None:
    """Fetch a dispute, and freeze or free the money of its charge's vendor orders.

    Call it outside a transaction. One at a time for a dispute, so that what was asked
    first is not written last. Locks the settlements. Saying the same twice changes
    nothing; holds of other causes stay.

    Raises UnknownChargeError if no payment of ours has that charge yet, BusyError while
    somebody else asks for long.
    """
    with alone(dispute_id):
        _apply(connect().dispute(dispute_id), now)


def _apply(facts: DisputeFacts, now: datetime) -> None:
    attempt = PaymentAttempt.objects.filter(charge_id=facts.charge_id).first()
    if attempt is None:
        raise UnknownChargeError(facts.charge_id)
    key = f"{SettlementHold.DISPUTES}{facts.dispute_id}"
    rows = Settlement.objects.filter(order_id=attempt.order_id).order_by("pk")
    with transaction.atomic():
        for vendor_order_id in rows.values_list("vendor_order_id", flat=True):
            if facts.status in _OVER:
                unfreeze(vendor_order_id=vendor_order_id, key=key, now=now)
            else:
                freeze(
                    vendor_order_id=vendor_order_id,
                    key=key,
                    reason=f"Disputed at the bank: {facts.reason}",
                    now=now,
                )
