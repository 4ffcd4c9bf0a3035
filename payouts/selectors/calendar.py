"""When a seller's money will come, if nobody objects."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from marketplace.core.viewer import Viewer
from payouts.selectors.sellers import sees_seller

# A parcel's share of its lines; what a refund takes of them shows when it is released.
_COMING = """
SELECT settlement.release_after AS at, part.number, settlement.currency, 'sale',
    settlement.payable_minor - settlement.reversed_net_minor AS minor
FROM payouts_settlement AS settlement
JOIN vendors_vendororder AS part ON part.id = settlement.vendor_order_id
WHERE settlement.vendor_id = %(vendor)s AND settlement.state = 'held'
    AND settlement.release_after IS NOT NULL AND NOT settlement.is_split
UNION ALL
SELECT parcel.release_after, part.number, settlement.currency, 'parcel',
    sum(round(line.net_minor::numeric * inside.quantity / line.quantity))::bigint
FROM payouts_settlement AS settlement
JOIN vendors_vendororder AS part ON part.id = settlement.vendor_order_id
JOIN payouts_parcelrelease AS parcel ON parcel.settlement_id = settlement.id
JOIN payouts_parcelreleaseline AS inside ON inside.release_id = parcel.id
JOIN payouts_settlementline AS line ON line.id = inside.settlement_line_id
WHERE settlement.vendor_id = %(vendor)s AND settlement.state = 'held'
    AND parcel.released_at IS NULL
GROUP BY parcel.id, part.id, settlement.id
UNION ALL
SELECT reserve.release_after, part.number, reserve.currency, 'reserve',
    reserve.withheld_minor - reserve.drawn_minor - reserve.released_minor
FROM payouts_vendorreserve AS reserve
JOIN payouts_settlement AS settlement ON settlement.id = reserve.settlement_id
JOIN vendors_vendororder AS part ON part.id = settlement.vendor_order_id
WHERE reserve.vendor_id = %(vendor)s AND reserve.closed_at IS NULL
ORDER BY at, number
"""


@dataclass(frozen=True, slots=True)
class Coming:
    """What one sale, one parcel or one reserve brings; `kind` says which."""

    at: datetime
    number: str
    currency: str
    kind: str
    minor: int


@dataclass(frozen=True, slots=True)
class ComingDay:
    """Everything that one day brings in one currency."""

    day: date
    currency: str
    minor: int
    items: tuple[Coming, ...]


def coming_days(viewer: Viewer, *, vendor_id: int, now: datetime) -> list[ComingDay]:
    """Return the days on which a seller's held money is released, the next first.

    What is due already comes today. What a problem stops is on no day, nor is what has
    not left. One query.
    """
    if not sees_seller(viewer, vendor_id):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COMING, {"vendor": vendor_id})
        found = [Coming(*row) for row in cursor.fetchall()]
    days: dict[tuple[date, str], list[Coming]] = {}
    for each in found:
        if each.minor > 0:
            day = _day(max(each.at, now))
            days.setdefault((day, each.currency), []).append(each)
    return [
        ComingDay(day, currency, sum(each.minor for each in items), tuple(items))
        for (day, currency), items in sorted(days.items())
    ]


def _day(at: datetime) -> date:
    return at.astimezone(timezone.get_default_timezone()).date()
