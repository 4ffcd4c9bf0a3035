"""Tax that a price includes; prices shown to buyers always do."""

from collections.abc import Mapping, Sequence

from marketplace.core.money import BASIS_POINTS, half_up, split


def tax_in(gross_minor: int, rate_bps: int) -> int:
    """Return the tax inside an amount, rounded half up, in minor units."""
    return gross_minor - half_up(gross_minor * BASIS_POINTS, BASIS_POINTS + rate_bps)


def tax_in_charge(
    charge_minor: int, items: Sequence[tuple[str, int]], rates: Mapping[str, int]
) -> int:
    """Return the tax inside a shipping charge, in minor units.

    Shipping follows the goods, as a supply ancillary to them (CJEU, C-349/96): the
    charge is split over the goods by their worth, each part at the rate of its class.
    `items` holds the tax class and the total of each line.
    """
    parts = split(charge_minor, [total for _, total in items])
    return sum(
        tax_in(part, rates[tax_class])
        for (tax_class, _), part in zip(items, parts, strict=True)
    )
