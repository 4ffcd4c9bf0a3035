"""The timers of a vendor order that leaves in several parcels, and what each brings.

A parcel releases what its pieces are worth of their frozen lines, and the first one the
delivery as well; docs/algorithms/release.md has the rule and an example.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet, Sum

from payouts.models import (
    LineKind,
    ParcelRelease,
    ParcelReleaseLine,
    RefundLine,
    RefundState,
    Settlement,
    SettlementLine,
    SettlementState,
)
from payouts.parcels import Pocket, due_of_line
from payouts.services import perks

_BOOKED = (RefundState.REFUNDED, RefundState.FAILED)


@dataclass(frozen=True, slots=True)
class ParcelMoney:
    """What one release brings: the seller's part, and the commission earned by it."""

    settlement: Settlement
    sequence: int
    due: Pocket


@transaction.atomic
def note_parcel(
    *,
    vendor_order_id: int,
    parcel_id: int,
    quantities: Mapping[int, int],
    at: datetime,
) -> None:
    """Give a parcel of several its own timer; `quantities` maps order lines.

    Call it for each parcel once one has left that did not hold everything. Locks the
    settlement. A second time changes nothing.
    """
    row = Settlement.objects.select_for_update(no_key=True).get(
        vendor_order_id=vendor_order_id
    )
    if row.parcels.filter(parcel_id=parcel_id).exists():
        return
    release = ParcelRelease.objects.create(
        settlement=row,
        sequence=_next(row),
        parcel_id=parcel_id,
        shipped_at=at,
        release_after=at + timedelta(days=settings.RELEASE_DAYS_AFTER_DISPATCH),
    )
    lines = row.lines.filter(oscar_line_id__in=quantities)
    contents = {line.pk: quantities[line.oscar_line_id or 0] for line in lines}
    if release.sequence == 1:
        # Delivery was paid once: whoever has the first parcel has been delivered to.
        delivery = row.lines.filter(kind=LineKind.SHIPPING)
        contents.update(delivery.values_list("pk", "quantity"))
    ParcelReleaseLine.objects.bulk_create(
        ParcelReleaseLine(release=release, settlement_line_id=key, quantity=quantity)
        for key, quantity in contents.items()
    )
    row.is_split = True
    perks.freeze_days(row)
    retime(row, at=at)
    row.save(update_fields=["is_split", "release_after", "release_days"])


@transaction.atomic
def note_arrival(*, parcel_id: int, at: datetime) -> None:
    """Start the short timer of a parcel of several. Locks the settlement.

    Nothing to do for one that held everything, or a second time.
    """
    found = ParcelRelease.objects.filter(parcel_id=parcel_id, released_at=None).first()
    if found is None:
        return
    row = Settlement.objects.select_for_update(no_key=True).get(pk=found.settlement_id)
    due = at + timedelta(days=perks.days_after_delivery(row))
    waiting = row.parcels.filter(
        parcel_id=parcel_id, released_at=None, delivered_at=None
    )
    if row.confirmed_at is None and waiting.update(delivered_at=at, release_after=due):
        retime(row, at=at)
        row.save(update_fields=["release_after"])


def retime(row: Settlement, *, at: datetime) -> None:
    """Set when a split settlement has something to release next; the caller saves it.

    Once nothing waits and nothing will follow, what is left is due at once.
    """
    waiting = row.parcels.filter(released_at=None)
    row.release_after = waiting.aggregate(first=Min("release_after"))["first"]
    if row.release_after is None and row.shipped_at is not None:
        row.release_after = at
    if row.is_refunded:
        row.release_after = at


def confirm_parcels(row: Settlement, *, at: datetime) -> None:
    """Make every parcel due: the buyer has them. The caller holds the settlement."""
    row.parcels.filter(released_at=None).update(release_after=at)


def release_parcels(row: Settlement, *, now: datetime) -> list[ParcelMoney]:
    """Count a split settlement's due parcels as released; return what each brings.

    The caller holds the settlement, saves it, and books and pays what comes out. The
    last release takes all that is left, so that the parts are the whole.
    """
    parcels = list(row.parcels.order_by("sequence").prefetch_related("lines"))
    waiting = [each for each in parcels if each.released_at is None]
    is_over = row.is_refunded
    due = [each for each in waiting if is_over or each.release_after <= now]
    is_last = is_over or (len(due) == len(waiting) and row.shipped_at is not None)
    if is_last and not due:
        due = [_rest(row, now)]
    held = _Held(row, parcels)
    found = [held.release(each, now=now, takes_all=False) for each in due[:-1]]
    found += [held.release(each, now=now, takes_all=is_last) for each in due[-1:]]
    row.released_minor += sum(each.due.net for each in found)
    if is_last:
        row.state, row.released_at = SettlementState.RELEASED, now
    else:
        retime(row, at=now)
    return found


def held_of_lines(row: Settlement) -> dict[int, Pocket]:
    """Return what of each line of a split settlement is held, by the books."""
    held = {
        line.pk: Pocket(line.net_minor, line.commission_minor)
        for line in row.lines.all()
    }
    for key, pocket in (*_released(row), *_refunded(row)):
        held[key] -= pocket
    return held


class _Held:
    """What lines hold, and how many of their units are not released, as both shrink."""

    def __init__(self, row: Settlement, parcels: Iterable[ParcelRelease]) -> None:
        self._row = row
        self._lines = {line.pk: line for line in row.lines.all()}
        self._held = held_of_lines(row)
        self._units = self._open_units(parcels)

    def release(
        self, parcel: ParcelRelease, *, now: datetime, takes_all: bool
    ) -> ParcelMoney:
        """Take out what a parcel brings and write it down."""
        contents = {each.settlement_line_id: each for each in parcel.lines.all()}
        total = Pocket()
        for key, line in self._lines.items():
            inside = contents.get(key)
            self._units[key] -= inside.quantity if inside else 0
            if inside is None and not takes_all:
                continue
            due = self._due(line, elsewhere=0 if takes_all else self._units[key])
            self._held[key] -= due
            total += due
            _write(parcel, line, inside, due)
        parcel.net_minor, parcel.commission_minor = total.net, total.commission
        parcel.released_at = now
        parcel.save(update_fields=["net_minor", "commission_minor", "released_at"])
        return ParcelMoney(self._row, parcel.sequence, total)

    def _due(self, line: SettlementLine, *, elsewhere: int) -> Pocket:
        return due_of_line(
            frozen=Pocket(line.net_minor, line.commission_minor),
            held=self._held[line.pk],
            quantity=line.quantity,
            elsewhere=elsewhere,
        )

    def _open_units(self, parcels: Iterable[ParcelRelease]) -> dict[int, int]:
        """Return how many units of each line were not released and are still to be.

        What has not left counts until it is known that it never will: the rest when
        the last has left, a piece that is not sent when its money has gone back.
        """
        waiting: dict[int, int] = defaultdict(int)
        packed: dict[int, int] = defaultdict(int)
        for parcel in parcels:
            for each in parcel.lines.all():
                packed[each.settlement_line_id] += each.quantity
                if parcel.released_at is None:
                    waiting[each.settlement_line_id] += each.quantity
        is_complete = self._row.shipped_at is not None
        return {
            key: waiting[key]
            + (0 if is_complete else line.quantity - packed[key] - line.unsent_back)
            for key, line in self._lines.items()
        }


def _write(
    parcel: ParcelRelease,
    line: SettlementLine,
    inside: ParcelReleaseLine | None,
    due: Pocket,
) -> None:
    if due == Pocket():
        return
    inside = inside or ParcelReleaseLine(
        release=parcel, settlement_line=line, quantity=0
    )
    inside.net_minor, inside.commission_minor = due.net, due.commission
    inside.save()


def _rest(row: Settlement, now: datetime) -> ParcelRelease:
    return ParcelRelease.objects.create(
        settlement=row, sequence=_next(row), shipped_at=now, release_after=now
    )


def _next(row: Settlement) -> int:
    last = row.parcels.aggregate(last=Max("sequence"))["last"]
    return int(last or 0) + 1


def _released(row: Settlement) -> Iterable[tuple[int, Pocket]]:
    lines = ParcelReleaseLine.objects.filter(
        release__settlement=row, release__released_at__isnull=False
    )
    return _sums(lines, "net_minor", "commission_minor")


def _refunded(row: Settlement) -> Iterable[tuple[int, Pocket]]:
    parts = RefundLine.objects.filter(
        settlement_line__settlement=row, request__state__in=_BOOKED
    )
    return _sums(parts, "held_vendor_minor", "held_commission_minor")


def _sums(
    rows: QuerySet[Any], net: str, commission: str
) -> Iterable[tuple[int, Pocket]]:
    sums = rows.values_list("settlement_line_id").annotate(Sum(net), Sum(commission))
    return [(key, Pocket(*amounts)) for key, *amounts in sums]
