"""How soon a shop answers its buyers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from marketplace.core.viewer import SellerRole, Viewer

# A buyer's message begins a wait unless they wrote last; the shop's next one ends it.
# What still may be answered in time says nothing yet.
_ANSWERED = """
WITH said AS (
    SELECT message.side, message.created_at,
        message.created_at + make_interval(secs => %(seconds)s) AS due,
        lag(message.side) OVER turns AS before,
        min(CASE WHEN message.side = 'seller' THEN message.created_at END) OVER (
            PARTITION BY message.conversation_id
            ORDER BY message.created_at, message.id
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS answered_at
    FROM support_message AS message
    JOIN support_conversation AS thread ON thread.id = message.conversation_id
    JOIN vendors_vendororder AS part ON part.id = thread.vendor_order_id
    JOIN vendors_vendor AS vendor ON vendor.id = part.vendor_id
    WHERE vendor.partner_id = %(partner)s AND thread.last_message_at >= %(since)s
        AND message.side IN ('buyer', 'seller')
    WINDOW turns AS (
        PARTITION BY message.conversation_id
        ORDER BY message.created_at, message.id
    )
)
SELECT count(*) FILTER (WHERE answered_at <= due),
    count(*) FILTER (WHERE answered_at <= due OR due < %(now)s)
FROM said
WHERE side = 'buyer' AND before IS DISTINCT FROM 'buyer'
    AND created_at BETWEEN %(since)s AND %(now)s
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of a shop's waits were ended in time."""

    in_time: int
    asked: int


def answered_by_shop(
    viewer: Viewer,
    partner_id: int,
    *,
    within: timedelta,
    since: datetime,
    now: datetime,
) -> Answered:
    """Return how many messages of buyers a shop answered in time since then; one query.

    Zeros for who may not read them.
    """
    if not viewer.works_on(partner_id, SellerRole.ORDERS):
        return Answered(0, 0)
    wanted: dict[str, int | datetime] = {
        "partner": partner_id,
        "seconds": int(within.total_seconds()),
        "since": since,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, wanted)
        in_time, asked = cursor.fetchone()
    return Answered(in_time, asked)
