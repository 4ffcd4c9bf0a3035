"""Look for what is due and run its flow, row by row: one that fails stops no other."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.core.errors import RefusedError
from marketplace.flows.confirm_receipt import receive_by_timer
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.earn_points import parts_to_vest, vest_points
from marketplace.flows.late_orders import cancel_late_order, warn_of_late_order
from marketplace.flows.long_holds import alert_of_long_hold, end_long_hold
from payouts.selectors import holds
from payouts.services import payment, release, reserve, sending
from vendors.gateway import CarrierGateway
from vendors.models import Parcel, VendorOrder
from vendors.selectors import orders

log = logging.getLogger(__name__)


def payments(now: datetime) -> None:
    """Ask Stripe about payment pages that we heard nothing of."""
    payment.sweep(now=now)


def late_orders(now: datetime) -> None:
    """Warn the sellers of late orders, and end those that were warned long ago."""
    _each(orders.due_to_warn(now), lambda part: warn_of_late_order(part=part, now=now))
    _each(orders.due_to_cancel(now), lambda part: cancel_late_order(part=part, now=now))


def carriers(now: datetime) -> None:
    """Ask the carrier about every parcel on its way."""
    gateway: CarrierGateway = import_string(settings.CARRIER_GATEWAY)()
    for parcel in list(orders.parcels_on_the_way()):
        with _Going(parcel):
            _ask(gateway, parcel, now)


def receipts(now: datetime) -> None:
    """Count as received what arrived long enough ago without a complaint."""
    _each(orders.due_to_receive(now), lambda part: receive_by_timer(part=part, now=now))


def releases(now: datetime) -> None:
    """Release what is due, give reserves back, and let debts draw on them."""
    while release.release_due(now=now):
        continue
    while reserve.release_reserves(now=now):
        continue
    reserve.cover_debts(now=now)
    sending.sweep(now=now)


def long_holds(now: datetime) -> None:
    """Tell operators of what is held for long, and end what is held for too long."""
    _each(holds.due_to_alert(now), lambda part: alert_of_long_hold(part=part, now=now))
    _each(holds.due_to_end(now), lambda part: end_long_hold(part=part, now=now))


def points(now: datetime) -> None:
    """Let points be spent whose return window has ended."""
    _each(parts_to_vest(now=now), lambda part: vest_points(part=part, now=now))


def _ask(gateway: CarrierGateway, parcel: Parcel, now: datetime) -> None:
    delivered_at = gateway.delivered_at(parcel, now=now)
    if delivered_at is not None:
        deliver_parcel(parcel=parcel, delivered_at=delivered_at, now=now)


def _each(keys: Iterable[int], step: Callable[[VendorOrder], object]) -> None:
    # All keys first: the rows of an open cursor would change while it is read.
    for key in list(keys):
        part = VendorOrder.objects.get(pk=key)
        with _Going(part):
            step(part)


class _Going:
    """Go on to the next row whatever became of this one; the next sweep tries again."""

    def __init__(self, row: object) -> None:
        self.row = row

    def __enter__(self) -> None:
        """Begin with a row."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> bool:
        """Swallow what went wrong with one row after saying it."""
        if isinstance(error, RefusedError):
            # Somebody was faster than the sweep, or something has to come first, as
            # money that is on its way to the buyer: no fault, and it is due again.
            log.info("%s: %s", self.row, error)
            return True
        if isinstance(error, Exception):
            log.error("%s failed", self.row, exc_info=error)
            return True
        return False
