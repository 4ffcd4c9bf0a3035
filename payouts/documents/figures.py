"""VAT of frozen lines by rate, and the part of it that a refund gives back.

All amounts are minor units. The frozen totals rule: whatever is computed here sums to
them exactly (docs/algorithms/documents.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.money import BASIS_POINTS, half_up, split
from marketplace.shop.tax.included import tax_in

# Unit prices without VAT have this many more decimals than their currency.
UNIT_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class RatePart:
    """What of an amount is taxed at one rate; `gross` includes `tax`."""

    bps: int
    gross: int
    tax: int

    @property
    def net(self) -> int:
        """The part without its tax."""
        return self.gross - self.tax


def item_part(*, gross: int, tax: int, bps: int | None) -> RatePart:
    """Return an item's frozen price with its rate.

    `bps` is the rate of its class where it was sold. If the frozen tax says another one
    (by more than a cent), the rate that it says is shown: amounts are what was paid.
    """
    if bps is not None and abs(tax_in(gross, bps) - tax) <= 1:
        return RatePart(bps, gross, tax)
    return RatePart(_rate_of(gross, tax), gross, tax)


def shipping_parts(
    *, gross: int, tax: int, items: Sequence[RatePart]
) -> tuple[RatePart, ...]:
    """Return a shipping charge, each rate of the goods with its share of it.

    Shipping follows the goods, by their worth (as it was taxed at checkout). What the
    shares' tax differs from the frozen one by rounding is the largest taxed share's.
    """
    if not items or not any(item.gross for item in items):
        return (item_part(gross=gross, tax=tax, bps=None),)
    grosses: dict[int, int] = {}
    taxes: dict[int, int] = {}
    shares = split(gross, [item.gross for item in items])
    for item, share in zip(items, shares, strict=True):
        grosses[item.bps] = grosses.get(item.bps, 0) + share
        taxes[item.bps] = taxes.get(item.bps, 0) + tax_in(share, item.bps)
    rest = tax - sum(taxes.values())
    largest = max(grosses, key=lambda bps: (bps > 0, grosses[bps], bps))
    if abs(rest) > len(items) or not 0 <= taxes[largest] + rest <= grosses[largest]:
        return (item_part(gross=gross, tax=tax, bps=None),)
    taxes[largest] += rest
    parts = (RatePart(bps, grosses[bps], taxes[bps]) for bps in sorted(grosses))
    return tuple(part for part in parts if part.gross)


def part_given_back(
    *, gross: int, parts: Sequence[RatePart], before: Mapping[int, RatePart]
) -> tuple[RatePart, ...]:
    """Return the parts of `gross` minor units that go back, after those of `before`.

    Cumulative, each step a split in two as for a refund's shares: no part is ever
    negative, and when all of a line is back, all of its tax is, at each rate.
    """
    found = []
    step = gross
    done = [before.get(part.bps, RatePart(part.bps, 0, 0)) for part in parts]
    for place, (part, returned) in enumerate(zip(parts, done, strict=True)):
        share = _share(
            step,
            part.gross,
            returned.gross,
            sum(each.gross for each in parts[place:]),
            sum(each.gross for each in done[place:]),
        )
        tax = _share(share, part.tax, returned.tax, part.gross, returned.gross)
        step -= share
        if share:
            found.append(RatePart(part.bps, share, tax))
    return tuple(found)


def by_rate(parts: Iterable[RatePart]) -> tuple[RatePart, ...]:
    """Return parts added up by rate, the highest first."""
    sums: dict[int, tuple[int, int]] = {}
    for part in parts:
        gross, tax = sums.get(part.bps, (0, 0))
        sums[part.bps] = (gross + part.gross, tax + part.tax)
    return tuple(RatePart(bps, *sums[bps]) for bps in sorted(sums, reverse=True))


def unit_net(*, net: int, quantity: int) -> int:
    """Return the price of a unit without VAT, in hundredths of a minor unit."""
    return half_up(net * 10**UNIT_DECIMALS, quantity)


def _rate_of(gross: int, tax: int) -> int:
    return half_up(tax * BASIS_POINTS, gross - tax) if 0 < tax < gross else 0


def _share(step: int, part: int, part_done: int, whole: int, whole_done: int) -> int:
    if whole == 0:
        return 0
    wanted = half_up(part * (whole_done + step), whole) - part_done
    # Neither side of the split may give back more than it has left.
    rest_left = (whole - part) - (whole_done - part_done)
    return min(max(wanted, 0, step - rest_left), step, part - part_done)
