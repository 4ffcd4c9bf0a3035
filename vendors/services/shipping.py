"""Where a shop sends things, and for how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import to_decimal
from marketplace.shop.shipping.models import Carrier, Rate, Zone
from vendors.models import Vendor

_MOST_DAYS = 90
_MOST_MINOR = 100_000_000


class ShippingRefusedError(RefusedError):
    """A zone or rate that makes no sense; `field` names what to correct."""

    code = "shipping.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


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


@transaction.atomic
def save_zone(
    *, vendor: Vendor, name: str, countries: Sequence[str], zone: Zone | None = None
) -> Zone:
    """Write a zone of the shop; a country lies in one zone only."""
    others = Zone.objects.filter(
        partner_id=vendor.partner_id, countries__overlap=list(countries)
    )
    if zone is not None:
        others = others.exclude(pk=zone.pk)
    if not countries or others.exists():
        raise ShippingRefusedError(
            _("Choose countries that are in no other zone."), field="countries"
        )
    zone = zone or Zone(partner_id=vendor.partner_id)
    zone.name, zone.countries = name, sorted(set(countries))
    zone.save()
    return zone


@transaction.atomic
def save_rate(*, zone: Zone, terms: RateTerms, rate: Rate | None = None) -> Rate:
    """Write a way of delivery of a zone. Raises ShippingRefusedError."""
    if not 0 <= terms.days_min <= terms.days_max <= _MOST_DAYS:
        raise ShippingRefusedError(
            _("Enter the working days on the road, the fewest first."), field="days_min"
        )
    _check_amounts(terms)
    rate = rate or Rate(zone=zone)
    rate.code, rate.name, rate.carrier = terms.code, terms.name, terms.carrier
    rate.currency = terms.currency
    rate.first_item_minor = terms.first_item_minor
    rate.next_item_minor = terms.next_item_minor
    rate.free_from_minor = terms.free_from_minor
    rate.days_min, rate.days_max = terms.days_min, terms.days_max
    rate.is_active = terms.is_active
    try:
        with transaction.atomic():
            rate.save()
    except IntegrityError as error:
        raise ShippingRefusedError(
            _("This zone has a way of delivery with that name."), field="name"
        ) from error
    return rate


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
