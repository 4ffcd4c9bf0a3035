"""Where a shop sends things, and for how much."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import to_decimal
from marketplace.shop.shipping.models import Carrier, Rate, Zone
from vendors.models import Vendor

MOST_RATES = 100
_MOST_ZONES = 50
_MOST_DAYS = 90
_MOST_MINOR = 100_000_000


class ShippingRefusedError(RefusedError):
    """A zone or rate that makes no sense; `field` names what to correct."""

    code = "shipping.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class StaleShippingError(ShippingRefusedError):
    """Somebody else has changed a zone or rate since the page showed it."""

    code = "shipping.stale"

    def __init__(self) -> None:
        super().__init__(
            _("Somebody has changed this meanwhile. Check it and save again."), field=""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms:
    """A way of delivery; amounts in minor units, days on the road in working days."""

    code: str
    name: str
    carrier: Carrier | None
    currency: str
    first_item_minor: int
    next_item_minor: int
    free_from_minor: int | None
    days_min: int
    days_max: int
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTerms:
    """What a zone is called, and its countries."""

    name: str
    countries: Sequence[str]


@transaction.atomic
def save_zone(
    *, vendor: Vendor, terms: ZoneTerms, zone: Zone | None = None, seen: str = ""
) -> Zone:
    """Write a zone of the shop; a country lies in one zone only.

    Locks the shop and its zones. With `seen`, the `version_of` the zone that a page
    had shown, a zone that is different now raises StaleShippingError. Raises
    ShippingRefusedError, and Zone.DoesNotExist for a zone that was taken away.
    """
    locked = {each.pk: each for each in lock_zones(vendor)}
    if zone is None:
        if len(locked) >= _MOST_ZONES:
            words = _("A shop has %(most)d zones at most.") % {"most": _MOST_ZONES}
            raise ShippingRefusedError(words, field="name")
        zone = Zone(partner_id=vendor.partner_id)
    else:
        zone = _still_there(locked, zone)
        if seen and version_of(zone) != seen:
            raise StaleShippingError
    taken = {
        code for each in locked.values() if each != zone for code in each.countries
    }
    if not terms.countries or not taken.isdisjoint(terms.countries):
        raise ShippingRefusedError(
            _("Choose countries that are in no other zone."), field="countries"
        )
    zone.name, zone.countries = terms.name, sorted(set(terms.countries))
    zone.save()
    return zone


@transaction.atomic
def save_rate(
    *, zone: Zone, terms: RateTerms, rate: Rate | None = None, seen: str = ""
) -> Rate:
    """Write a way of delivery of a zone.

    Locks the zone. With `seen`, the `version_of` the rate that a page had shown, a rate
    that is different now raises StaleShippingError. Raises ShippingRefusedError, and
    DoesNotExist for what was taken away.
    """
    if not 0 <= terms.days_min <= terms.days_max <= _MOST_DAYS:
        raise ShippingRefusedError(
            _("Enter the working days on the road, the fewest first."), field="days_min"
        )
    _check_amounts(terms)
    Zone.objects.select_for_update().get(pk=zone.pk)
    if rate is None:
        _check_room(zone)
        rate = Rate(zone=zone)
    else:
        rate = zone.rates.get(pk=rate.pk)
        if seen and version_of(rate) != seen:
            raise StaleShippingError
    for name in _TERMS:
        setattr(rate, name, getattr(terms, name))
    try:
        with transaction.atomic():
            rate.save()
    except IntegrityError as error:
        raise ShippingRefusedError(
            _("This zone has a way of delivery with that name."), field="name"
        ) from error
    return rate


@transaction.atomic
def delete_zone(*, zone: Zone) -> None:
    """Take a zone away with its rates; orders keep their names and prices."""
    zone.delete()


def delete_rate(*, rate: Rate) -> None:
    """Take a way of delivery away; orders keep its name and price."""
    rate.delete()


def _check_amounts(terms: RateTerms) -> None:
    for field in ("first_item", "next_item", "free_from"):
        minor = getattr(terms, f"{field}_minor")
        if minor is not None and not 0 <= minor <= _MOST_MINOR:
            raise ShippingRefusedError(
                _("Enter an amount from 0 to %(most)s.")
                % {"most": to_decimal(_MOST_MINOR, terms.currency)},
                field=field,
            )


def lock_zones(vendor: Vendor) -> list[Zone]:
    """Lock the shop, so that no zone is added meanwhile, and return its zones."""
    Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
    zones = Zone.objects.select_for_update().filter(partner_id=vendor.partner_id)
    return list(zones.order_by("pk"))


def terms_of(rate: Rate) -> RateTerms:
    """Return the terms of a way of delivery as they are."""
    return RateTerms(**{name: getattr(rate, name) for name in _TERMS})


def version_of(row: Zone | Rate) -> str:
    """Return a mark of what a zone or rate says now; another text, another mark."""
    names = ("name", "countries") if isinstance(row, Zone) else _VERSIONED
    said = repr([getattr(row, name) for name in names])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _still_there(locked: dict[int, Zone], zone: Zone) -> Zone:
    if zone.pk not in locked:
        raise Zone.DoesNotExist
    return locked[zone.pk]


def _check_room(zone: Zone) -> None:
    rates = Rate.objects.filter(zone__partner_id=zone.partner_id)
    if rates.count() >= MOST_RATES:
        words = _("A shop has %(most)d ways of delivery at most.")
        raise ShippingRefusedError(words % {"most": MOST_RATES}, field="name")


_TERMS = tuple(field.name for field in fields(RateTerms))
# By its number, as the carrier itself would be read from the database.
_VERSIONED = (*(name for name in _TERMS if name != "carrier"), "carrier_id")
