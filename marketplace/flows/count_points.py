"""What all points are worth, those included that are about to move."""

from collections import Counter

from loyalty.selectors import (
    holds_ended,
    refunds_given_back,
    worth_outstanding,
)
from payouts.selectors.points_awaited import points_awaited


def points_owed() -> dict[str, int]:
    """Return what the books must owe for points, in minor units by currency (I8).

    It is what people have, and what payments and refunds that are booked will still
    spend and give back: a message does that, a moment later. What no message will do
    is left out, so that it is told as a violation. Call it in the snapshot in which
    the books are read.
    """
    owed: Counter[str] = Counter(worth_outstanding())
    awaited = list(points_awaited())
    done = {
        "order": holds_ended(each.cause_id for each in awaited),
        "refund": refunds_given_back(each.cause_id for each in awaited),
    }
    for each in awaited:
        if each.cause_id not in done[each.cause]:
            owed[each.currency] += each.minor
    return dict(owed)
