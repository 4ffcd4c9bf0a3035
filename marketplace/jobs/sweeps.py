"""Look for what is due and run its flow, row by row: one that fails stops no other."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.flows.confirm_receipt import receive_by_timer
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.earn_points import parts_to_vest, vest_points
from marketplace.flows.erase_person import due_erasures, erase
from marketplace.flows.export_person import forget_old_exports
from marketplace.flows.late_orders import cancel_late_order, warn_of_late_order
from marketplace.flows.long_holds import alert_of_long_hold, end_long_hold
from marketplace.flows.tell_of_arrivals import tell_of_arrival
from marketplace.flows.tell_of_offers import tell_of_offer
from marketplace.jobs.going import Going
from marketplace.jobs.nights import do_what_is_due
from marketplace.shop.alerts.selectors import come_true
from payouts.selectors import holds
from payouts.services import payment, release, reserve, sending
from search import saved
from search import services as search_services
from vendors.gateway import CarrierGateway
from vendors.models import Parcel, VendorOrder
from vendors.selectors import orders


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
        with Going(parcel):
            _ask(gateway, parcel, now)


def receipts(now: datetime) -> None:
    """Count as received what arrived long enough ago without a complaint."""
    _each(orders.due_to_receive(now), lambda part: receive_by_timer(part=part, now=now))


def releases(now: datetime) -> None:
    """Release what is due, give reserves back, and let debts draw on them.

    Many in one transaction, and each by itself where one of them fails.
    """
    with Going("A batch of releases") as batch:
        while release.release_due(now=now):
            continue
    for key in release.due(now=now) if batch.has_failed else ():
        with Going(f"Release of vendor order {key}"):
            release.release(vendor_order_ids=[key], now=now)
    with Going("A batch of reserves") as batch:
        while reserve.release_reserves(now=now):
            continue
    for key in reserve.due(now=now) if batch.has_failed else ():
        with Going(f"Reserve of settlement {key}"):
            reserve.release_reserves(now=now, settlement_ids=[key])
    for vendor_id, currency in reserve.owing():
        with Going(f"Debt of seller {vendor_id}"):
            reserve.cover_debt(vendor_id=vendor_id, currency=currency, now=now)
    for vendor_id in sending.sellers_waiting():
        with Going(f"Payment of seller {vendor_id}"):
            sending.send_waiting(vendor_ids=[vendor_id], now=now)


def long_holds(now: datetime) -> None:
    """Tell operators of what is held for long, and end what is held for too long."""
    _each(holds.due_to_alert(now), lambda part: alert_of_long_hold(part=part, now=now))
    _each(holds.due_to_end(now), lambda part: end_long_hold(part=part, now=now))


def points(now: datetime) -> None:
    """Let points be spent whose return window has ended."""
    _each(parts_to_vest(now=now), lambda part: vest_points(part=part, now=now))


def nights(now: datetime) -> None:
    """Do what is done once a day, where its hour has struck."""
    do_what_is_due(now)


def searches(now: datetime) -> None:
    """Tell who has saved a search that something matches it now."""
    for key in saved.due(now):
        with Going(f"Saved search {key}"):
            tell_of_arrival(key=key, now=now)


def alerts(now: datetime) -> None:
    """Tell who waits for a thing that it is back, or costs what they would pay."""
    for found in come_true(now):
        with Going(f"Alert {found.alert_id}"):
            tell_of_offer(found=found, now=now)


def erasures(now: datetime) -> None:
    """Forget those whose days are over, and the files that nobody fetches any more."""
    for key in due_erasures(now):
        with Going(f"Erasure {key}"):
            erase(erasure_id=key, now=now)
    with Going("Old exports"):
        forget_old_exports(now)


def _ask(gateway: CarrierGateway, parcel: Parcel, now: datetime) -> None:
    delivered_at = gateway.delivered_at(parcel, now=now)
    if delivered_at is not None:
        deliver_parcel(parcel=parcel, delivered_at=delivered_at, now=now)


def search(now: datetime) -> None:
    """Make the other search engine's index anew if it lost it, or has an old one."""
    search_services.mend(now)


def _each(keys: Iterable[int], step: Callable[[VendorOrder], object]) -> None:
    # All keys first: the rows of an open cursor would change while it is read.
    for key in list(keys):
        part = VendorOrder.objects.get(pk=key)
        with Going(part):
            step(part)
