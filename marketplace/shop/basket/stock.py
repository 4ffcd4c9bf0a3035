"""Promise the pieces in a basket to the order that it becomes.

A stock record's `num_in_stock` counts what lies in the seller's store, `num_allocated`
what of it is promised to orders; `vendors.services.stock` ends a promise.
"""

from django.db import connection

# The offers are locked in order of their ids before any is changed, so that two orders
# never wait for each other in a circle. The condition is checked again on the locked
# row: the last piece is sold once. Rows that refer to an offer may still be written.
_PROMISE = """
WITH wanted AS (
    SELECT stockrecord_id AS id, SUM(quantity)::int AS quantity
    FROM basket_line WHERE basket_id = %s GROUP BY stockrecord_id
), locked AS (
    SELECT record.id, wanted.quantity
    FROM partner_stockrecord AS record JOIN wanted USING (id)
    ORDER BY record.id
    FOR NO KEY UPDATE OF record
), promised AS (
    UPDATE partner_stockrecord AS record
    SET num_allocated = COALESCE(num_allocated, 0) + locked.quantity
    FROM locked
    WHERE record.id = locked.id
        AND record.num_in_stock - COALESCE(record.num_allocated, 0) >= locked.quantity
    RETURNING record.id
)
SELECT wanted.id, promised.id IS NOT NULL
FROM wanted LEFT JOIN promised USING (id)
"""


def promise(basket_id: int) -> dict[int, bool]:
    """Reserve what lies in a basket; say for each offer whether there was enough.

    Locks the offers. When one had too few the caller must roll back: the others are
    reserved. Empty for an empty basket. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [basket_id])
        return dict(cursor.fetchall())
