"""Prices by the kilogram or litre, as directive 98/6/EC asks. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace.core.money import Money, half_up

# What is inside a pack; a jug that holds a litre is not sold by the litre.
CODES = ("net_weight", "net_volume")
# Thousandths of a kilogram or litre in each unit.
_UNITS = {
    "g": ("kg", 1),
    "kg": ("kg", 1000),
    "ml": ("l", 1),
    "cl": ("l", 10),
    "l": ("l", 1000),
}
_WHOLE = 1000
# Of less than this a price by the kilogram would be a price of nothing that one buys.
_LEAST = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Content:
    """How much is in a pack: thousandths of `unit`, a kilogram or a litre."""

    thousandths: Decimal
    unit: str

    def price_of(self, price: Money) -> Money:
        """Return what a whole unit costs at the price of a pack, rounded half up."""
        scaled = price.minor * _WHOLE * _WHOLE
        return Money(half_up(scaled, int(self.thousandths * _WHOLE)), price.currency)


def content_of(
    facts: Mapping[str, Any], units: Iterable[tuple[str, str]]
) -> Content | None:
    """Return how much a pack holds; none where it does not say so.

    `units` are the codes of attributes with their units.
    """
    known = {code: unit for code, unit in units if code in CODES}
    for code in CODES:
        if code in known and known[code] in _UNITS and code in facts:
            found = _content(facts[code], known[code])
            if found is not None:
                return found
    return None


def _content(value: Any, unit: str) -> Content | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    whole, factor = _UNITS[unit]
    if not amount.is_finite() or amount * factor < _LEAST:
        return None
    return Content(amount * factor, whole)
