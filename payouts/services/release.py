"""Let a seller's money go, once: J3, and the commands that pay it out.

What left in one parcel goes whole; of what left in several, each goes by itself.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from marketplace.db import outbox
from payouts.models import RecipientStatus, Settlement, SettlementState
from payouts.parcels import Pocket
from payouts.services import journals, ledger, parcels, reserve
from payouts.services.ledger import Posting
from payouts.services.parcels import ParcelMoney
from payouts.services.sending import send_released
from payouts.services.transfer import Outflow

# One statement decides, so two workers never release the same settlement: the second
# passes over the rows that the first has locked. Whatever else may block a
# release is written on the row under that lock (frozen, refunds in flight).
_RELEASE = """
WITH due AS MATERIALIZED (
    SELECT settlement.id FROM payouts_settlement AS settlement
    LEFT JOIN payouts_vendorpayoutaccount AS account USING (vendor_id)
    WHERE settlement.state = 'held' AND settlement.release_after <= %(now)s
    AND settlement.refunds_in_flight = 0
    AND (account.recipient_status = 'active' OR %(anyone)s)
    AND (%(chosen)s::bigint[] IS NULL OR settlement.vendor_order_id = ANY(%(chosen)s))
    ORDER BY settlement.release_after, settlement.id
    LIMIT %(limit)s
    FOR NO KEY UPDATE OF settlement SKIP LOCKED
)
UPDATE payouts_settlement AS settlement
SET state = CASE WHEN is_split THEN state ELSE 'released' END,
    released_at = CASE WHEN is_split THEN released_at ELSE %(now)s END,
    released_minor = CASE WHEN is_split THEN released_minor
        ELSE payable_minor - reversed_net_minor END
FROM due WHERE settlement.id = due.id
RETURNING settlement.id
"""


def release_due(*, now: datetime, limit: int = 100) -> int:
    """Release what is due, not frozen and payable; return how many settlements.

    Money of a seller whose Stripe account is not active stays held, and goes with the
    first sweep after it became active.
    """
    return len(_release(now=now, chosen=None, limit=limit))


def due(*, now: datetime) -> list[int]:
    """Return the vendor orders that `release_due` would release, the oldest first."""
    rows = Settlement.objects.filter(
        state=SettlementState.HELD,
        release_after__lte=now,
        refunds_in_flight=0,
        vendor__payout_account__recipient_status=RecipientStatus.ACTIVE,
    )
    ordered = rows.order_by("release_after", "pk")
    return list(ordered.values_list("vendor_order_id", flat=True))


def release(*, vendor_order_ids: Collection[int], now: datetime) -> list[int]:
    """Release those of the vendor orders that are due; return the ones released.

    A confirmed receipt is due at once. Calling it again releases nothing more.
    """
    rows = _release(now=now, chosen=sorted(vendor_order_ids), limit=None)
    return sorted(row.vendor_order_id for row in rows)


def release_in_time(*, vendor_order_id: int, now: datetime) -> bool:
    """Release a vendor order that is due even if Stripe cannot pay its seller yet.

    For money that was held as long as it may be: it is the seller's from then on, and
    it is sent when their account is active. Says whether it was released.
    """
    rows = _release(now=now, chosen=[vendor_order_id], limit=None, anyone=True)
    return bool(rows)


@transaction.atomic
def _release(
    *,
    now: datetime,
    chosen: list[int] | None,
    limit: int | None,
    anyone: bool = False,
) -> list[Settlement]:
    asked = {"now": now, "chosen": chosen, "limit": limit, "anyone": anyone}
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, asked)
        released = [pk for (pk,) in cursor.fetchall()]
    if not released:
        return []
    rows = list(Settlement.objects.filter(pk__in=released).order_by("pk"))
    outflows = _book(rows, now)
    whole = [row for row in rows if row.state == SettlementState.RELEASED]
    _tell("settlement.released", whole, now)
    send_released(outflows=outflows, now=now)
    return rows


def _book(rows: Sequence[Settlement], now: datetime) -> list[Outflow]:
    """J3 and J18 for whole settlements and for parcels; return what is to be paid."""
    postings = []
    outflows = []
    sequences = []
    for row in rows:
        parts = _parts(row, now)
        if not parts:
            continue
        postings += [_posting(part, now) for part in parts]
        outflows.append(Outflow(row, sum(part.due.net for part in parts), now))
        sequences.append(parts[0].sequence)
    left, withheld = reserve.withhold(outflows=outflows, sequences=sequences)
    ledger.post_many([*postings, *withheld])
    return left


def _parts(row: Settlement, now: datetime) -> list[ParcelMoney]:
    if not row.is_split:
        due = Pocket(row.left_minor, row.commission_left_minor)
        return [ParcelMoney(row, 1, due)]
    parts = parcels.release_parcels(row, now=now)
    row.save()
    return parts


def _posting(part: ParcelMoney, now: datetime) -> Posting:
    return journals.release(
        settlement=part.settlement,
        sequence=part.sequence,
        net_minor=part.due.net,
        commission_minor=part.due.commission,
        booked_at=now,
    )


def _tell(topic: str, rows: Sequence[Settlement], now: datetime) -> None:
    if rows:
        keys = [str(row.vendor_order_id) for row in rows]
        outbox.emit_many(topic=topic, keys=keys, now=now)
