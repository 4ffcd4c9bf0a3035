"""What carriers know of parcels."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Protocol
from zlib import crc32

from django.utils import timezone

from vendors.models import Parcel

_FIRST_HOUR, _HOURS = 9, 9
_LONGEST_WAY_DAYS = 3


class CarrierGateway(Protocol):
    """Somebody who can be asked where a parcel is."""

    def delivered_at(self, parcel: Parcel, *, now: datetime) -> datetime | None:
        """Return when a parcel was handed over; None while it is on its way."""
        ...


class NoCarrier:
    """No carrier is connected: parcels count as received some days after dispatch."""

    def delivered_at(self, parcel: Parcel, *, now: datetime) -> datetime | None:  # noqa: ARG002 (the Protocol's)
        """Know nothing."""
        return None


class SimulatedCarrier:
    """The demo's carrier: brings each parcel in the promised days, between 9 and 18.

    The same parcel always arrives at the same moment.
    """

    def delivered_at(self, parcel: Parcel, *, now: datetime) -> datetime | None:
        """Return the arrival once `now` has come to it."""
        arrival = self.arrival_of(parcel)
        return arrival if arrival <= now else None

    def arrival_of(self, parcel: Parcel) -> datetime:
        """Return when a parcel arrives: a day after dispatch at the soonest."""
        chance = crc32(parcel.public_id.encode())
        part = parcel.vendor_order
        soonest = timezone.localdate(parcel.shipped_at) + timedelta(days=1)
        first = max(soonest, part.deliver_from or soonest)
        last = part.deliver_until or first + timedelta(days=_LONGEST_WAY_DAYS - 1)
        day = first + timedelta(days=chance % (max(0, (last - first).days) + 1))
        minutes = chance // 7 % (_HOURS * 60)
        moment = time(_FIRST_HOUR + minutes // 60, minutes % 60)
        zone = timezone.get_default_timezone()
        return datetime.combine(day, moment, tzinfo=zone)


class FakeCarrier:
    """A carrier for unit tests: it knows what it was told."""

    def __init__(self, arrivals: Mapping[str, datetime]) -> None:
        self.arrivals = arrivals

    def delivered_at(self, parcel: Parcel, *, now: datetime) -> datetime | None:
        """Return the arrival that was told for this parcel, once it has come."""
        arrival = self.arrivals.get(parcel.public_id)
        return arrival if arrival is not None and arrival <= now else None
