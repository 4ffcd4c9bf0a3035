"""Mirror sellers' payouts: money that left Stripe for their banks.

They are the seller's own balance, so our ledger has no part in them.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.db import outbox
from marketplace.db.alone import BusyError, alone
from payouts.gateway import GatewayRefusedError, PayoutFacts, connect
from payouts.models import VendorPayout, VendorPayoutAccount

log = logging.getLogger(__name__)

# Also for how long a webhook may be late.
_MAY_COME_BACK = timedelta(days=14)


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


def sync_payouts(*, now: datetime) -> int:
    """Fetch sellers' payouts of the last days whose news were lost; return how many.

    A bank may send one back some days after it was paid. Call it outside a transaction.
    One account that Stripe refuses to tell of is reported and passed over.
    """
    rows = VendorPayoutAccount.objects.exclude(stripe_account_id=None)
    fetched = 0
    for key in list(rows.order_by("pk").values_list("stripe_account_id", flat=True)):
        try:
            fetched += _sync_payouts_of(key or "", now)
        except (GatewayRefusedError, BusyError):
            log.exception("Payouts of %s", key)
    return fetched


def _sync_payouts_of(account_id: str, now: datetime) -> int:
    found = connect().payouts_of(account_id, since=now - _MAY_COME_BACK)
    known = dict(
        VendorPayout.objects.filter(
            stripe_id__in=[each.payout_id for each in found]
        ).values_list("stripe_id", "status")
    )
    news = [each for each in found if known.get(each.payout_id) != each.status]
    for each in news:
        sync_payout(payout_id=each.payout_id, stripe_account_id=account_id, now=now)
    return len(news)


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
