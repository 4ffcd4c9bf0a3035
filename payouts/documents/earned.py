"""What the platform earned on sellers' sales, read from the ledger entry by entry.

Commission is earned when a sale is released, and returned by refunds after that. What a
refund returned before the release was never earned. VAT goes with the commission.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from marketplace.core.money import half_up

_MOVES = """
SELECT entry.settlement_id, header.id, header.key, header.booked_at,
    -COALESCE(sum(entry.amount_minor)
        FILTER (WHERE account.kind = 'commission_deferred'), 0),
    -COALESCE(sum(entry.amount_minor)
        FILTER (WHERE account.kind = 'commission_revenue'), 0),
    -COALESCE(sum(entry.amount_minor)
        FILTER (WHERE account.kind = 'vat_on_commission'), 0)
FROM payouts_ledgerentry AS entry
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
JOIN payouts_ledgertransaction AS header ON header.id = entry.transaction_id
WHERE entry.settlement_id = ANY(%(settlements)s)
    AND account.kind IN
        ('commission_deferred', 'commission_revenue', 'vat_on_commission')
GROUP BY entry.settlement_id, header.id
ORDER BY entry.settlement_id, header.id
"""
_MOVED_IN = """
SELECT DISTINCT settlement.vendor_id, entry.currency, settlement.id
FROM payouts_ledgertransaction AS header
JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
JOIN payouts_settlement AS settlement ON settlement.id = entry.settlement_id
WHERE header.booked_at >= %(begins)s AND header.booked_at < %(ends)s
    AND (%(vendors)s::bigint[] IS NULL OR settlement.vendor_id = ANY(%(vendors)s))
    AND account.kind IN ('commission_revenue', 'vat_on_commission')
"""


@dataclass(frozen=True, slots=True)
class Earned:
    """Commission earned (or returned, if negative) on one sale, with its VAT."""

    settlement_id: int
    key: str
    booked_at: datetime
    commission: int
    vat: int


@dataclass(frozen=True, slots=True)
class Move:
    """What one ledger transaction did to a sale's commission; credits are positive."""

    key: str
    booked_at: datetime
    deferred: int
    revenue: int
    vat: int


def settlements_moved(
    *, begins: datetime, ends: datetime, vendors: Iterable[int] | None = None
) -> dict[tuple[int, str], list[int]]:
    """Return the settlements whose commission moved, by seller and currency."""
    chosen = None if vendors is None else sorted(vendors)
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED_IN, {"begins": begins, "ends": ends, "vendors": chosen})
        for vendor_id, currency, settlement_id in cursor.fetchall():
            found[vendor_id, currency].append(settlement_id)
    return found


def earned_on(
    settlement_ids: Iterable[int], *, begins: datetime, ends: datetime
) -> list[Earned]:
    """Return what was earned and returned within a time, oldest first. One query."""
    moves: dict[int, list[Move]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, {"settlements": list(settlement_ids)})
        for settlement_id, _id, key, at, deferred, revenue, vat in cursor.fetchall():
            moves[settlement_id].append(
                Move(key, at, int(deferred), int(revenue), int(vat))
            )
    found = [
        each
        for settlement_id, rows in moves.items()
        for each in earned_of(settlement_id, rows)
        if begins <= each.booked_at < ends
    ]
    return sorted(found, key=lambda each: (each.booked_at, each.settlement_id))


def earned_of(settlement_id: int, moves: Iterable[Move]) -> Iterator[Earned]:
    """Yield what each of a sale's moves earned, in the order in which they came.

    VAT waits beside the deferred commission. What takes some of that earns its share of
    the VAT, and the last of it all that is left; a refund of what is not released takes
    its VAT back from what waits.
    """
    waiting, waiting_vat = 0, 0
    for move in moves:
        early = _change_of_waiting(move, waiting, waiting_vat)
        waiting += move.deferred
        waiting_vat += early
        vat = move.vat - early
        if not waiting:
            vat, waiting_vat = vat + waiting_vat, 0
        if move.revenue or vat:
            yield Earned(settlement_id, move.key, move.booked_at, move.revenue, vat)


def _change_of_waiting(move: Move, waiting: int, waiting_vat: int) -> int:
    """Return by how much the VAT beside the deferred commission changes."""
    if not move.deferred:
        return 0
    if not move.revenue:
        return move.vat
    return -half_up(waiting_vat * -move.deferred, waiting)
