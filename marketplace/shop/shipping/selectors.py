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


_COUNTRIES = """
SELECT DISTINCT unnest(zone.countries)
FROM shipping_zone AS zone
JOIN partner_partner AS seller ON seller.id = zone.partner_id AND seller.is_selling
WHERE EXISTS (
    SELECT FROM shipping_rate AS rate
    WHERE rate.zone_id = zone.id AND rate.is_active AND rate.currency = %s)
"""
_COUNTRIES_OF = """
SELECT DISTINCT country
FROM shipping_zone AS zone, unnest(zone.countries) AS country
WHERE zone.partner_id = ANY(%s) AND EXISTS (
    SELECT FROM shipping_rate AS rate WHERE rate.zone_id = zone.id AND rate.is_active)
ORDER BY country
"""


def countries_delivered_to(*, currency: str) -> set[str]:
    """Return the countries that some open shop delivers to. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES, [currency])
        return {country for (country,) in cursor.fetchall()}


def countries_of(partner_ids: Iterable[int]) -> list[str]:
    """Return the countries that one of these sellers delivers to. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES_OF, [sorted(set(partner_ids))])
        return [country for (country,) in cursor.fetchall()]
