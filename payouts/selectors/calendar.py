"""When a seller's money will come, if nobody objects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from marketplace.core.money import share_bps
from marketplace.core.viewer import Viewer
from payouts.models import ReservePolicy
from payouts.selectors.sellers import SellerBalance, sees_seller

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPayout:
    """What reaches a seller's Stripe account next, in minor units of one currency.

    `ready` is released already. Otherwise `coming` is released up to `day`: `sales` of
    it, the rest from the reserve. `reserve` is kept back of it and `taken` pays what
    the seller owes; `owed` is left of that. Without a `day` nothing of what waits has a
    day yet, or a debt takes all of it.
    """

    currency: str
    day: date | None = None
    ready: int = 0
    coming: int = 0
    sales: int = 0
    reserve: int = 0
    taken: int = 0
    owed: int = 0

    @property
    def minor(self) -> int:
        """Return what arrives: the parts add up to it."""
        return self.ready + self.coming - self.reserve - self.taken


def next_payout(
    balance: SellerBalance, days: Iterable[ComingDay], policy: ReservePolicy | None
) -> NextPayout:
    """Return what comes next of a balance, by its `coming_days`; no query.

    A debt is taken off release by release, and draws on what would be kept in reserve,
    so the first day that brings anything may be a later one.
    """
    currency = balance.currency
    if balance.due:
        return NextPayout(currency=currency, ready=balance.due)
    sales = coming = kept = taken = 0
    day = None
    for each in days:
        if each.currency != currency:
            continue
        coming += each.minor
        sold = [item for item in each.items if item.kind != "reserve"]
        sales += sum(item.minor for item in sold)
        kept += sum(_kept(item, policy) for item in sold)
        taken = min(balance.debt, coming)
        kept = min(kept, coming - taken)
        if coming - kept - taken:
            day = each.day
            break
    return NextPayout(
        currency=currency,
        day=day,
        coming=coming,
        sales=sales,
        reserve=kept,
        taken=taken,
        owed=balance.debt - taken,
    )


def _kept(item: Coming, policy: ReservePolicy | None) -> int:
    if policy is None or (policy.valid_to and item.at >= policy.valid_to):
        return 0
    return share_bps(item.minor, policy.bps)


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
