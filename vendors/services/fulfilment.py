"""A seller's part of an order on its way, from paid to received.

Every function locks the vendor order, then its lines, then the offers, each by primary
key, and looks at the state only then: whoever comes second sees what the first did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.errors import RefusedError
from vendors.deadlines import ship_by
from vendors.models import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.services import stock
from vendors.services.progress import (
    cancel_pieces,
    cancel_rest_of,
    locked_lines,
    mark_cancelled,
    move_on,
    pieces,
)
from vendors.services.tracking import active_carrier, checked_number, tracking_url

State = VendorOrder.State
CancelledBy = VendorOrder.CancelledBy
_STILL_HERE = (State.TO_SHIP, State.PARTLY_SHIPPED)
_LEFT = (State.SHIPPED, State.DELIVERED)


class NotShippableError(RefusedError):
    """Nothing of this order waits to be shipped."""

    code = "order.not_shippable"


class WrongQuantityError(RefusedError):
    """More is meant to go than is left, or nothing at all."""

    code = "order.quantity"


class NotCancellableError(RefusedError):
    """It is too late, or was done already."""

    code = "order.not_cancellable"


class NotReceivableError(RefusedError):
    """It has not left completely, or was confirmed already."""

    code = "order.not_receivable"


class CancelReason(models.TextChoices):
    """Why a seller cannot deliver; it decides what becomes of the stock."""

    SOLD_OUT = "sold_out", gettext_lazy("Sold out")
    DAMAGED = "damaged", gettext_lazy("Damaged before it left")
    WRONG_PRICE = "wrong_price", gettext_lazy("The price was wrong")
    CANNOT_DELIVER = "cannot_deliver", gettext_lazy("We cannot deliver to this address")
    BUYER_ASKED = "buyer_asked", gettext_lazy("The buyer asked for it")
    LATE = "late", gettext_lazy("Not shipped in time")
    OTHER = "other", gettext_lazy("Another reason")


_STOCK_EFFECTS = {
    CancelReason.SOLD_OUT: stock.empty_stock,
    CancelReason.DAMAGED: stock.take_from_stock,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A parcel as the seller tells it; without quantities it holds all that is left.

    `quantities` maps primary keys of vendor order lines to how many go. `after` is how
    many parcels had left when the sender looked: the same form again is one parcel,
    where its carrier gives no number too.
    """

    carrier_code: str
    tracking_number: str = ""
    quantities: Mapping[int, int] | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What will not be delivered; `is_whole` when nothing at all will be."""

    part: VendorOrder
    quantities: Mapping[int, int]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class CalledOff:
    """What is not sent any more; `is_over` when nothing waits from now on."""

    part: VendorOrder
    quantities: Mapping[int, int]
    is_over: bool


def lock(vendor_order_id: int) -> VendorOrder:
    """Return a vendor order, locked until the caller's transaction ends.

    Rows that refer to it may still be written meanwhile: a lock that kept them out, as
    FOR UPDATE does, would deadlock with a release that checks its references last.
    """
    return VendorOrder.objects.select_for_update(no_key=True).get(pk=vendor_order_id)


@transaction.atomic
def start(*, order_id: int, now: datetime) -> list[VendorOrder]:
    """Hand the parts of an order that was just paid to their sellers.

    Sets each one's ship-by moment. Parts that were started before stay as they are, and
    are not returned.
    """
    parts = _locked_parts(order_id, State.AWAITING_PAYMENT)
    for part in parts:
        part.state = State.TO_SHIP
        part.paid_at = now
        part.ship_by = ship_by(
            paid_at=now,
            handling_days=_handling_days(part),
            zone=timezone.get_default_timezone(),
        )
        part.save(update_fields=["state", "paid_at", "ship_by"])
    return parts


@transaction.atomic
def give_up_unpaid(*, order_id: int, now: datetime) -> list[VendorOrder]:
    """Cancel the parts of an order that was not paid and free their stock."""
    parts = _locked_parts(order_id, State.AWAITING_PAYMENT)
    for part in parts:
        lines = locked_lines(part)
        stock.free_stock(pieces({line: line.left_to_ship for line in lines}))
        cancel_rest_of(lines, reason="")
        mark_cancelled(part, by=CancelledBy.PAYMENT, reason="", now=now)
    return parts


@transaction.atomic
def accept(*, vendor_order_id: int, now: datetime) -> VendorOrder:
    """Note that the seller will deliver; a second time changes nothing.

    Raises NotShippableError once nothing waits to be shipped.
    """
    part = lock(vendor_order_id)
    _refuse_unless_here(part)
    if part.accepted_at is None:
        part.accepted_at = now
        part.save(update_fields=["accepted_at"])
    return part


@transaction.atomic
def ship(*, vendor_order_id: int, dispatch: Dispatch, now: datetime) -> Parcel:
    """Send a parcel: what lies in it leaves the stock.

    Raises NotShippableError, WrongQuantityError, or the refusals of
    `vendors.services.tracking`.
    """
    part = lock(vendor_order_id)
    _refuse_unless_here(part)
    _refuse_second_look(part, dispatch)
    carrier = active_carrier(dispatch.carrier_code)
    number = checked_number(carrier, dispatch.tracking_number)
    _refuse_second_use(part, number)
    contents = _contents(locked_lines(part), dispatch.quantities)
    parcel = Parcel.objects.create(
        vendor_order=part,
        carrier_code=carrier.code,
        carrier_name=carrier.name,
        tracking_number=number,
        tracking_url=tracking_url(carrier, number),
        shipped_at=now,
    )
    for line, quantity in contents.items():
        line.shipped_quantity += quantity
        line.save(update_fields=["shipped_quantity"])
        ParcelLine.objects.create(parcel=parcel, line=line, quantity=quantity)
    stock.take_from_stock(pieces(contents))
    part.accepted_at = part.accepted_at or now
    move_on(part, now)
    return parcel


@transaction.atomic
def cancel(
    *,
    vendor_order_id: int,
    by: CancelledBy,
    reason: CancelReason,
    text: str = "",
    now: datetime,
) -> Cancellation:
    """Cancel what has not left; a buyer only while nothing has.

    The reason decides about the stock: sold out leaves none to sell, damaged pieces
    are gone, anything else goes back on sale. Raises NotCancellableError.
    """
    part = lock(vendor_order_id)
    allowed = (State.TO_SHIP,) if by == CancelledBy.BUYER else _STILL_HERE
    if part.state not in allowed:
        raise NotCancellableError(_why_not_cancellable(part))
    lines = locked_lines(part)
    rest = {line: line.left_to_ship for line in lines if line.left_to_ship}
    _STOCK_EFFECTS.get(reason, stock.free_stock)(pieces(rest))
    why = text.strip() or str(reason.label)
    cancel_rest_of(lines, reason=why)
    is_whole = part.state == State.TO_SHIP
    _end(part, by=by, reason=why, now=now)
    quantities = {line.pk: quantity for line, quantity in rest.items()}
    return Cancellation(part, quantities, is_whole)


@transaction.atomic
def call_off(
    *,
    vendor_order_id: int,
    quantities: Mapping[int, int],
    by: CancelledBy,
    reason: str,
    now: datetime,
) -> CalledOff:
    """Let so many pieces of lines stay here: their money goes back another way.

    They go on sale again. The part is cancelled once nothing waits and nothing has
    left. Of a line no more than waits is called off; nothing once all has left.
    """
    part = lock(vendor_order_id)
    if part.state not in _STILL_HERE:
        return CalledOff(part, {}, is_over=False)
    lines = locked_lines(part)
    stays = {
        line: min(quantities.get(line.pk, 0), line.left_to_ship)
        for line in lines
        if quantities.get(line.pk) and line.left_to_ship
    }
    for line, quantity in stays.items():
        cancel_pieces(line, quantity, reason)
    stock.free_stock(pieces(stays))
    is_over = bool(stays) and not any(line.left_to_ship for line in lines)
    if is_over:
        _end(part, by=by, reason=reason, now=now)
    called_off = {line.pk: quantity for line, quantity in stays.items()}
    return CalledOff(part, called_off, is_over)


@transaction.atomic
def warn_late(*, vendor_order_id: int, now: datetime) -> bool:
    """Note that the seller is told of a missed ship-by; say whether it is news."""
    part = lock(vendor_order_id)
    if not part.is_late(now) or part.warned_at is not None:
        return False
    part.warned_at = now
    part.save(update_fields=["warned_at"])
    return True


@transaction.atomic
def deliver(*, parcel_id: int, delivered_at: datetime) -> VendorOrder | None:
    """Note that a parcel has arrived; with the last one the order is delivered.

    A second time changes nothing. Returns the vendor order when this delivered it.
    """
    parcel = Parcel.objects.get(pk=parcel_id)
    part = lock(parcel.vendor_order_id)
    missing = Parcel.objects.filter(pk=parcel_id, delivered_at__isnull=True)
    if not missing.update(delivered_at=delivered_at):
        return None
    before = part.state
    move_on(part, delivered_at)
    is_news = part.state == State.DELIVERED and before != State.DELIVERED
    return part if is_news else None


@transaction.atomic
def receive(
    *, vendor_order_id: int, by_timer: bool = False, now: datetime
) -> VendorOrder:
    """Note that the buyer has everything; what was not yet delivered is now.

    Raises NotReceivableError if something has not left, or a second time.
    """
    part = lock(vendor_order_id)
    if part.state == State.RECEIVED:
        raise NotReceivableError(
            _("You have confirmed this parcel already. Thank you."),
            code="order.received_already",
        )
    if part.state not in _LEFT:
        raise NotReceivableError(_("This order has not been sent completely yet."))
    part.parcels.filter(delivered_at__isnull=True).update(delivered_at=now)
    part.state = State.RECEIVED
    part.delivered_at = part.delivered_at or now
    part.received_at = now
    part.received_by_timer = by_timer
    part.save(
        update_fields=["state", "delivered_at", "received_at", "received_by_timer"]
    )
    return part


def _locked_parts(order_id: int, state: str) -> list[VendorOrder]:
    parts = VendorOrder.objects.select_for_update(no_key=True).filter(order_id=order_id)
    return list(parts.filter(state=state).order_by("pk"))


def _end(part: VendorOrder, *, by: CancelledBy, reason: str, now: datetime) -> None:
    """Note that what has not left stays here: all of a part, or its rest."""
    if part.state == State.TO_SHIP:
        mark_cancelled(part, by=by, reason=reason, now=now)
        return
    part.cancel_reason = reason
    part.cancelled_by = by
    part.save(update_fields=["cancel_reason", "cancelled_by"])
    move_on(part, now)


def _handling_days(part: VendorOrder) -> int:
    longest = part.lines.aggregate(
        days=models.Max("order_line__stockrecord__handling_days")
    )
    days = longest["days"]
    return 1 if days is None else int(days)


def _refuse_unless_here(part: VendorOrder) -> None:
    if part.state not in _STILL_HERE:
        words = {"number": part.number, "state": part.get_state_display()}
        raise NotShippableError(
            _("Order %(number)s has nothing to ship: it is “%(state)s”.") % words
        )


def _refuse_second_look(part: VendorOrder, dispatch: Dispatch) -> None:
    if dispatch.after is not None and dispatch.after != part.parcels.count():
        raise NotShippableError(
            _("A parcel of this order has left meanwhile. Please look again."),
            code="parcel.sent_meanwhile",
        )


def _refuse_second_use(part: VendorOrder, number: str) -> None:
    # The same number again is the same click again, not a second box.
    if number and part.parcels.filter(tracking_number=number).exists():
        raise NotShippableError(
            _("A parcel with the number %(number)s has left already.")
            % {"number": number},
            code="parcel.sent_already",
        )


def _contents(
    lines: list[VendorOrderLine], wanted: Mapping[int, int] | None
) -> dict[VendorOrderLine, int]:
    """Return how many of each line go, or raise WrongQuantityError."""
    if wanted is None:
        return {line: line.left_to_ship for line in lines if line.left_to_ship}
    if set(wanted) - {line.pk for line in lines}:
        raise WrongQuantityError(_("A line does not belong to this order."))
    contents = {}
    for line in lines:
        quantity = wanted.get(line.pk, 0)
        if not 0 <= quantity <= line.left_to_ship:
            raise WrongQuantityError(
                _("Of “%(title)s” %(left)d are left to ship.")
                % {"title": line.order_line.title, "left": line.left_to_ship}
            )
        if quantity:
            contents[line] = quantity
    if not contents:
        raise WrongQuantityError(_("Choose at least one piece for this parcel."))
    return contents


def _why_not_cancellable(part: VendorOrder) -> str:
    if part.state == State.CANCELLED:
        return _("This order has been cancelled already.")
    if part.state == State.AWAITING_PAYMENT:
        return _("This order is not paid yet; it ends by itself.")
    return _("The parcel has left. You can send it back when it has arrived.")
