"""Reads of what sellers ask for delivery."""

from collections.abc import Iterable

from django.db import connection

from marketplace.shop.shipping.quotes import Tariff

Tariffs = dict[int, tuple[Tariff, ...]]

# Every page of a product and every basket asks this: by a queryset it costs twice.
_RATES = """
SELECT zone.partner_id, zone.id, rate.code, rate.name, COALESCE(carrier.code, ''),
    rate.currency, rate.first_item_minor, rate.next_item_minor, rate.free_from_minor,
    rate.days_min, rate.days_max
FROM shipping_zone AS zone
JOIN shipping_rate AS rate ON rate.zone_id = zone.id AND rate.is_active
LEFT JOIN shipping_carrier AS carrier ON carrier.id = rate.carrier_id
WHERE zone.partner_id = ANY(%s) AND %s = ANY(zone.countries)
ORDER BY zone.partner_id, zone.position, zone.id, rate.position, rate.id
"""
_TERMS = (
    *("code", "name", "carrier_code", "currency", "first_item_minor"),
    *("next_item_minor", "free_from_minor", "days_min", "days_max"),
)


def tariffs_to(country: str, *, partner_ids: Iterable[int]) -> Tariffs:
    """Return each seller's ways of delivery to a country, in the seller's order.

    A seller's first zone with the country counts. One query for any number of sellers;
    who does not deliver there is left out.
    """
    sellers = sorted(set(partner_ids))
    if not sellers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RATES, [sellers, country])
        rows = cursor.fetchall()
    zone_of: dict[int, int] = {}
    found: dict[int, list[Tariff]] = {}
    for partner_id, zone_id, *terms in rows:
        if zone_of.setdefault(partner_id, zone_id) == zone_id:
            found.setdefault(partner_id, []).append(
                Tariff(**dict(zip(_TERMS, terms, strict=True)))
            )
    return {partner_id: tuple(tariffs) for partner_id, tariffs in found.items()}
