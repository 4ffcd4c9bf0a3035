"""Freeze what each seller's part of an order is worth; hold and freeze its money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import chargeable
from payouts.models import (
    LineKind,
    Settlement,
    SettlementHold,
    SettlementLine,
    SettlementState,
)
from payouts.models.settlement import HELD_STATES
from payouts.selectors.holds import untold
from payouts.services import parcels, perks
from payouts.services.freezing import (
    FrozenSettlement,
    LineInput,
    OrderInput,
    SettlementInput,
    freeze_orders,
)

__all__ = [
    "LineInput",
    "LineKind",
    "NotCancellableError",
    "OpenedOrder",
    "OrderInput",
    "SettlementInput",
    "cancel_settlements",
    "cancel_worthless",
    "confirm_receipt",
    "end_timers",
    "freeze",
    "mark_delivered",
    "mark_shipped",
    "note_alert",
    "open_many",
    "open_settlements",
    "unfreeze",
]


class NotCancellableError(RefusedError):
    """The order was paid meanwhile: it can only be refunded."""

    code = "settlement.not_cancellable"


@dataclass(frozen=True, slots=True)
class OpenedOrder:
    """The settlements of one order, and what the buyer pays by card."""

    order_id: int
    currency: str
    settlements: tuple[Settlement, ...]
    cash_minor: int


def open_settlements(*, order: OrderInput, now: datetime) -> OpenedOrder:
    """Freeze the settlements of an order that is being placed, unpaid.

    Commission, its VAT and who pays each discount are computed once, here, from the
    plans of `order.placed_at` (or `now`). Nothing is booked before the payment.

    Raises SettlementInputError for amounts that contradict each other, NoPlanError if
    no commission plan applies.
    """
    return open_many(orders=[order], now=now)[0]


# Placing an order is to take few statements: its transaction is enough.
@transaction.atomic(savepoint=False)
def open_many(*, orders: Sequence[OrderInput], now: datetime) -> list[OpenedOrder]:
    """Freeze many orders at once, in a constant number of statements."""
    frozen = freeze_orders(orders=orders, now=now)
    rows = [part for parts in frozen for part in parts]
    settlements = Settlement.objects.bulk_create(
        [part.settlement for part in rows], batch_size=2000
    )
    for part, settlement in zip(rows, settlements, strict=True):
        for line in part.lines:
            line.settlement = settlement
    SettlementLine.objects.bulk_create(
        [line for part in rows for line in part.lines], batch_size=2000
    )
    return [_opened(order, parts) for order, parts in zip(orders, frozen, strict=True)]


def _opened(order: OrderInput, parts: Iterable[FrozenSettlement]) -> OpenedOrder:
    settlements = tuple(part.settlement for part in parts)
    cash = sum(settlement.cash_minor for settlement in settlements)
    charged = chargeable(cash, order.currency)
    return OpenedOrder(order.order_id, order.currency, settlements, charged)


@transaction.atomic
def cancel_settlements(*, order_id: int) -> None:
    """Declare an unpaid order dead: a payment that still arrives refunds itself.

    Locks the order's settlements. Calling it twice changes nothing.

    Raises NotCancellableError if the order was paid.
    """
    states = set(
        Settlement.objects.select_for_update(no_key=True)
        .filter(order_id=order_id)
        .order_by("pk")
        .values_list("state", flat=True)
    )
    if states - {SettlementState.UNPAID, SettlementState.CANCELLED}:
        raise NotCancellableError(_("This order has just been paid."))
    Settlement.objects.filter(order_id=order_id).update(state=SettlementState.CANCELLED)


def cancel_worthless(*, vendor_order_id: int) -> bool:
    """Cancel the settlement of a part that the seller gave away; say if it was one.

    A part that was sold for nothing has no money to give back.
    """
    free = Settlement.objects.filter(
        vendor_order_id=vendor_order_id, gross_minor=0, state__in=HELD_STATES
    )
    return bool(free.update(state=SettlementState.CANCELLED))


@transaction.atomic
def mark_shipped(*, vendor_order_id: int, at: datetime) -> None:
    """Start the long timer: without news of the parcel, release after dispatch.

    Nothing more will leave: parcels with timers of their own keep them. Locks the
    settlement.
    """
    row = _lock(vendor_order_id)
    if row.shipped_at is not None:
        return
    row.shipped_at = at
    perks.freeze_days(row)
    if row.is_split:
        parcels.retime(row, at=at)
    else:
        row.release_after = at + timedelta(days=settings.RELEASE_DAYS_AFTER_DISPATCH)
    row.save(update_fields=["shipped_at", "release_after", "release_days"])


@transaction.atomic
def mark_delivered(*, vendor_order_id: int, at: datetime) -> None:
    """Start the short timer: the buyer has it all and may still complain.

    Parcels with timers of their own keep them. Locks the settlement.
    """
    row = _lock(vendor_order_id)
    if row.delivered_at is not None:
        return
    row.delivered_at = at
    perks.freeze_days(row)
    if not row.is_split:
        row.release_after = at + timedelta(days=perks.days_after_delivery(row))
    row.save(update_fields=["delivered_at", "release_after", "release_days"])


@transaction.atomic
def confirm_receipt(*, vendor_order_id: int, at: datetime) -> None:
    """Make the money due now: the buyer said that all is well.

    It leaves with the next `release_due`, or at once by `release.release`. Locks the
    settlement.
    """
    row = _lock(vendor_order_id)
    if row.confirmed_at is not None:
        return
    row.confirmed_at = row.release_after = at
    row.save(update_fields=["confirmed_at", "release_after"])
    if row.is_split:
        parcels.confirm_parcels(row, at=at)


@transaction.atomic
def freeze(*, vendor_order_id: int, key: str, reason: str, now: datetime) -> None:
    """Stop the release of a vendor order's money for a cause named by `key`.

    Locks the settlement. A second hold with the same key changes nothing. Money that
    was released before stays released.
    """
    settlement = _lock(vendor_order_id)
    SettlementHold.objects.get_or_create(
        settlement=settlement, key=key, defaults={"reason": reason, "placed_at": now}
    )
    _show_frozen(settlement)


@transaction.atomic
def unfreeze(*, vendor_order_id: int, key: str, now: datetime) -> None:
    """Lift the hold named `key`; the timers go on where they would be by now.

    Locks the settlement. Other holds stay.
    """
    settlement = _lock(vendor_order_id)
    settlement.holds.filter(key=key, lifted_at=None).update(lifted_at=now)
    _show_frozen(settlement)


@transaction.atomic
def note_alert(*, vendor_order_id: int, now: datetime) -> bool:
    """Note that operators are told of a long hold; say whether it is news.

    A suspension that keeps released money is one too. Locks the settlement.
    """
    row = _lock(vendor_order_id)
    if not untold(Settlement.objects.filter(pk=row.pk)).exists():
        return False
    row.alerted_at = now
    row.save(update_fields=["alerted_at"])
    return True


@transaction.atomic
def end_timers(*, vendor_order_id: int, now: datetime) -> None:
    """Make all that is held due now, whatever its timers say. Locks the settlement."""
    row = _lock(vendor_order_id)
    if row.is_split:
        parcels.confirm_parcels(row, at=now)
        parcels.retime(row, at=now)
    else:
        row.release_after = now
    row.save(update_fields=["release_after"])


def _lock(vendor_order_id: int) -> Settlement:
    return Settlement.objects.select_for_update(no_key=True).get(
        vendor_order_id=vendor_order_id
    )


def _show_frozen(settlement: Settlement) -> None:
    if settlement.state not in HELD_STATES:
        return
    is_frozen = settlement.holds.filter(lifted_at=None).exists()
    settlement.state = SettlementState.FROZEN if is_frozen else SettlementState.HELD
    settlement.save(update_fields=["state"])
