"""Let a seller's money go, once: J3, and the commands that pay it out."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from marketplace.db import outbox
from payouts.models import Settlement
from payouts.services import journals, ledger
from payouts.services.transfer import request_transfers

# One statement decides, so two workers never release the same settlement: the second
# passes over the rows that the first has locked. Whatever else may block a
# release is written on the row under that lock (frozen, refunds in flight).
_RELEASE = """
WITH due AS MATERIALIZED (
    SELECT settlement.id FROM payouts_settlement AS settlement
    JOIN payouts_vendorpayoutaccount AS account USING (vendor_id)
    WHERE settlement.state = 'held' AND settlement.release_after <= %(now)s
    AND settlement.refunds_in_flight = 0 AND account.recipient_status = 'active'
    AND (%(chosen)s::bigint[] IS NULL OR settlement.vendor_order_id = ANY(%(chosen)s))
    ORDER BY settlement.release_after, settlement.id
    LIMIT %(limit)s
    FOR UPDATE OF settlement SKIP LOCKED
)
UPDATE payouts_settlement AS settlement
SET state = 'released', released_at = %(now)s
FROM due WHERE settlement.id = due.id
RETURNING settlement.id
"""


def release_due(*, now: datetime, limit: int = 100) -> int:
    """Release what is due, not frozen and payable; return how many settlements.

    Money of a seller whose Stripe account is not active stays held, and goes with the
    first sweep after it became active.
    """
    return len(_release(now=now, chosen=None, limit=limit))


def release(*, vendor_order_ids: Collection[int], now: datetime) -> list[int]:
    """Release those of the vendor orders that are due; return the ones released.

    A confirmed receipt is due at once. Calling it again releases nothing more.
    """
    rows = _release(now=now, chosen=sorted(vendor_order_ids), limit=None)
    return sorted(row.vendor_order_id for row in rows)


@transaction.atomic
def _release(
    *, now: datetime, chosen: list[int] | None, limit: int | None
) -> list[Settlement]:
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, {"now": now, "chosen": chosen, "limit": limit})
        released = [pk for (pk,) in cursor.fetchall()]
    if not released:
        return []
    rows = list(Settlement.objects.filter(pk__in=released).order_by("pk"))
    ledger.post_many(journals.release(settlement=row, booked_at=now) for row in rows)
    done = request_transfers(settlements=rows)
    _tell("settlement.released", rows, now)
    _tell("settlement.transferred", done, now)
    return rows


def _tell(topic: str, rows: Sequence[Settlement], now: datetime) -> None:
    if rows:
        keys = [str(row.vendor_order_id) for row in rows]
        outbox.emit_many(topic=topic, keys=keys, now=now)
