"""How soon a shop answers its buyers, on orders and before them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from marketplace.core.viewer import SellerRole, Viewer

# A buyer's message begins a wait unless they wrote last; the shop's next one ends it.
# What still may be answered in time says nothing yet. A wait whose last words the shop
# has called in no need of an answer is none; if the buyer writes on, or the shop does
# answer, it is one from its first message: waving a question away makes nobody better.
_SAID = """
WITH threads AS (
    SELECT thread.id
    FROM vendors_vendor AS vendor
    JOIN support_conversation AS thread ON thread.vendor_id = vendor.id
    WHERE vendor.partner_id = %(partner)s AND thread.last_message_at >= %(since)s
    UNION ALL
    SELECT thread.id
    FROM vendors_vendor AS vendor
    JOIN vendors_vendororder AS part ON part.vendor_id = vendor.id
    JOIN support_conversation AS thread ON thread.vendor_order_id = part.id
    WHERE vendor.partner_id = %(partner)s AND thread.last_message_at >= %(since)s
), said AS (
    SELECT message.*, lag(message.side) OVER turns AS before
    FROM support_message AS message
    JOIN threads ON threads.id = message.conversation_id
    WHERE message.side IN ('buyer', 'seller')
    WINDOW turns AS (
        PARTITION BY message.conversation_id
        ORDER BY message.created_at, message.id
    )
), numbered AS (
    SELECT said.*, count(*) FILTER (
        WHERE side = 'buyer' AND before IS DISTINCT FROM 'buyer'
    ) OVER (PARTITION BY conversation_id ORDER BY created_at, id) AS turn
    FROM said
), waits AS (
    SELECT min(created_at) AS created_at,
        min(created_at) FILTER (WHERE side = 'seller') AS answered_at,
        (array_agg(needs_no_answer ORDER BY created_at DESC, id DESC)
            FILTER (WHERE side = 'buyer'))[1] AS needs_none
    FROM numbered WHERE turn > 0 GROUP BY conversation_id, turn
), asked AS (
    SELECT created_at, answered_at,
        created_at + make_interval(secs => %(seconds)s) AS due
    FROM waits
    WHERE NOT (needs_none AND answered_at IS NULL)
        AND created_at BETWEEN %(since)s AND %(now)s
)
"""
_ANSWERED = (
    _SAID
    + """
SELECT count(*) FILTER (WHERE answered_at <= due),
    count(*) FILTER (WHERE answered_at <= due OR due < %(now)s)
FROM asked
"""
)
_USUAL = (
    _SAID
    + """
SELECT percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM answered_at - created_at)
    ), count(*)
FROM asked
WHERE answered_at <= %(now)s
"""
)
# Over so many days; fewer answers than this say nothing.
USUAL_OVER = timedelta(days=90)
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of a shop's waits were ended in time."""

    in_time: int
    asked: int


@dataclass(frozen=True, slots=True)
class UsualAnswer:
    """Within how long half of a shop's answers came, and how many there were."""

    within: timedelta
    count: int


def usual_answer_of(partner_id: int, *, now: datetime) -> UsualAnswer | None:
    """Return the median wait for a shop's answers in 90 days; None after too few.

    For everybody. One query. What is not answered yet is not in it.
    """
    wanted: dict[str, int | datetime] = {
        "partner": partner_id,
        "seconds": 0,
        "since": now - USUAL_OVER,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, wanted)
        seconds, count = cursor.fetchone()
    if count < _ENOUGH:
        return None
    return UsualAnswer(timedelta(seconds=float(seconds)), count)


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
