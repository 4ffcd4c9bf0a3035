"""Stock is promised before the payment page opens; `vendors.services.stock` ends that.

`num_in_stock` counts what lies in the seller's store, `num_allocated` what of it is
promised to orders.
"""

from collections.abc import Mapping

from django.db import connection

# The rows are locked in order of their ids before any is changed; the condition is
# checked again on the locked row, so the last piece is sold once.
_RESERVE = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[]) AS wanted (id, quantity)
), locked AS (
    SELECT record.id, wanted.quantity
    FROM partner_stockrecord AS record JOIN wanted USING (id)
    ORDER BY record.id
    FOR UPDATE OF record
)
UPDATE partner_stockrecord AS record
SET num_allocated = COALESCE(num_allocated, 0) + locked.quantity
FROM locked
WHERE record.id = locked.id
    AND record.num_in_stock - COALESCE(record.num_allocated, 0) >= locked.quantity
RETURNING record.id
"""


def reserve(wanted: Mapping[int, int]) -> set[int]:
    """Promise pieces of offers to an order and return the offers that had too few.

    `wanted` maps ids of stock records to quantities. Locks the records. When anything
    is returned the caller must roll back: the others were reserved.
    """
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, _columns(wanted))
        reserved = {record_id for (record_id,) in cursor.fetchall()}
    return set(wanted) - reserved


def _columns(quantities: Mapping[int, int]) -> list[list[int]]:
    ids = sorted(quantities)
    return [ids, [quantities[record_id] for record_id in ids]]
