"""Reads of what sellers ask for delivery."""

from collections.abc import Iterable
from typing import Any

from marketplace.shop.shipping.models import Rate
from marketplace.shop.shipping.quotes import Tariff

Tariffs = dict[int, tuple[Tariff, ...]]


def tariffs_to(country: str, *, partner_ids: Iterable[int]) -> Tariffs:
    """Return each seller's ways of delivery to a country, in the seller's order.

    A seller's first zone with the country counts. One query for any number of sellers;
    who does not deliver there is left out.
    """
    rates = (
        Rate.objects.filter(
            zone__partner_id__in=set(partner_ids),
            zone__countries__contains=[country],
            is_active=True,
        )
        .order_by("zone__partner_id", "zone__position", "zone_id", "position", "id")
        .values_list(
            "zone__partner_id",
            "zone_id",
            "code",
            "name",
            "carrier__code",
            "currency",
            "first_item_minor",
            "next_item_minor",
            "free_from_minor",
            "days_min",
            "days_max",
        )
    )
    zone_of: dict[int, int] = {}
    found: dict[int, list[Tariff]] = {}
    for partner_id, zone_id, *terms in rates:
        if zone_of.setdefault(partner_id, zone_id) == zone_id:
            found.setdefault(partner_id, []).append(_tariff(terms))
    return {partner_id: tuple(tariffs) for partner_id, tariffs in found.items()}


def _tariff(terms: list[Any]) -> Tariff:
    code, name, carrier_code, currency, first, following, free_from, *days = terms
    days_min, days_max = days
    return Tariff(
        code=code,
        name=name,
        carrier_code=carrier_code or "",
        currency=currency,
        first_item_minor=first,
        next_item_minor=following,
        free_from_minor=free_from,
        days_min=days_min,
        days_max=days_max,
    )
