"""Mirror sellers' payouts: money that left Stripe for their banks.

They are the seller's own balance, so our ledger has no part in them.
"""

from datetime import datetime

from django.db import transaction

from marketplace.db import outbox
from marketplace.db.alone import alone
from payouts.gateway import PayoutFacts, connect
from payouts.models import VendorPayout, VendorPayoutAccount


def sync_payout(*, payout_id: str, stripe_account_id: str, now: datetime) -> None:
    """Fetch a seller's payout and write its state; tell when it changed.

    Call it outside a transaction. One at a time for a payout, so that what was asked
    first is not written last. A payout of a stranger's account is left alone. Raises
    BusyError while somebody else asks for long.
    """
    account = VendorPayoutAccount.objects.filter(
        stripe_account_id=stripe_account_id
    ).first()
    if account is None:
        return
    with alone(payout_id):
        facts = connect().payout(payout_id, account_id=stripe_account_id)
        write_payout(vendor_id=account.vendor_id, facts=facts, now=now)


@transaction.atomic
def write_payout(*, vendor_id: int, facts: PayoutFacts, now: datetime) -> None:
    """Write what Stripe says of a payout; locks its row."""
    known = (
        VendorPayout.objects.select_for_update(no_key=True)
        .filter(stripe_id=facts.payout_id)
        .first()
    )
    if known is not None and known.status == facts.status:
        return
    row, _created = VendorPayout.objects.update_or_create(
        stripe_id=facts.payout_id,
        defaults={
            "vendor_id": vendor_id,
            "currency": facts.currency,
            "amount_minor": facts.amount_minor,
            "status": facts.status,
            "is_automatic": facts.is_automatic,
            "arrival_date": facts.arrival_date,
            "failure_code": facts.failure_code,
            "created_at": facts.created_at,
            "updated_at": now,
        },
    )
    outbox.emit(
        topic="payout.changed",
        key=str(row.pk),
        now=now,
        payload={"vendor": vendor_id, "status": facts.status},
    )
