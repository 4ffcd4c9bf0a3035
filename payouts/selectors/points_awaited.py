"""What the books have moved of points, and their owners' accounts have not yet.

A payment spends the points that its order held, a refund gives some back: both are
booked at once, and a message lets the points follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

# Its message has failed for twenty minutes: it is not on its way any more.
TRIED_IN_VAIN = 8

_AWAITED = """
    WITH message AS (
        SELECT DISTINCT key,
            CASE WHEN topic = 'payment.succeeded' THEN 'order' ELSE 'refund' END
                AS cause
        FROM db_outbox
        WHERE topic IN ('payment.succeeded', 'refund.succeeded', 'refund.failed')
            AND attempts < %s
    )
    SELECT message.cause, message.key, entry.currency, -sum(entry.amount_minor)
    FROM message
    CROSS JOIN LATERAL (
        SELECT 'refund:' || message.key AS key WHERE message.cause = 'refund'
        UNION ALL
        SELECT 'capture:order:' || message.key WHERE message.cause = 'order'
        UNION ALL
        SELECT 'capture:' || payment.id FROM payouts_paymentattempt AS payment
        WHERE message.cause = 'order' AND payment.order_id = message.key::bigint
    ) AS booked
    JOIN payouts_ledgertransaction AS header ON header.key = booked.key
    JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
    JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
    WHERE account.kind = 'points_liability'
    GROUP BY message.cause, message.key, entry.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedPoints:
    """A booked change of what points are worth, whose message is not handled.

    `minor` is what it adds. The cause is an "order" that was paid, whose held points it
    spends, or a "refund".
    """

    cause: str
    cause_id: int
    currency: str
    minor: int


def points_awaited() -> Iterator[AwaitedPoints]:
    """Yield what messages that wait will do, or have done by another way."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAITED, [TRIED_IN_VAIN])
        rows = cursor.fetchall()
    for cause, key, currency, minor in rows:
        yield AwaitedPoints(
            cause=cause, cause_id=int(key), currency=currency, minor=int(minor)
        )
