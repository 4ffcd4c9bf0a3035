"""What a delivery costs and when it arrives. Pure: no query, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marketplace.core.money import Money
from marketplace.shop.shipping.dates import add_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A seller's way of delivery to a country, as the seller set it."""

    code: str
    name: str
    carrier_code: str
    currency: str
    first_item_minor: int
    next_item_minor: int
    free_from_minor: int | None
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way of delivery for certain things: its price and its days of arrival."""

    code: str
    name: str
    carrier_code: str
    price: Money
    free_from_minor: int | None
    arrives_from: date
    arrives_until: date

    @property
    def is_free(self) -> bool:
        """Say whether it costs nothing."""
        return not self.price


def price_of(tariff: Tariff, *, quantity: int, items_minor: int) -> int:
    """Return the charge in minor units: first item, each further one, free from."""
    if tariff.free_from_minor is not None and items_minor >= tariff.free_from_minor:
        return 0
    return tariff.first_item_minor + max(0, quantity - 1) * tariff.next_item_minor


def methods_for(
    tariffs: Iterable[Tariff],
    *,
    currency: str,
    quantity: int,
    items_minor: int,
    dispatch_on: date,
) -> tuple[Method, ...]:
    """Quote each tariff of the currency, in the seller's order; the first is usual."""
    return tuple(
        Method(
            code=tariff.code,
            name=tariff.name,
            carrier_code=tariff.carrier_code,
            price=Money(
                price_of(tariff, quantity=quantity, items_minor=items_minor), currency
            ),
            free_from_minor=tariff.free_from_minor,
            arrives_from=add_working_days(dispatch_on, tariff.days_min),
            arrives_until=add_working_days(dispatch_on, tariff.days_max),
        )
        for tariff in tariffs
        if tariff.currency == currency
    )


def dispatch_day(
    *,
    today: date,
    handling_days: int,
    away_from: date | None = None,
    away_until: date | None = None,
) -> date:
    """Return the day on which a seller hands over the parcel.

    Handling counts in working days, from the return where the seller is away.
    """
    start = today
    if away_from is not None and away_until is not None:
        leaves = add_working_days(today, handling_days)
        if away_from <= leaves and today <= away_until:
            start = away_until
    return add_working_days(start, handling_days)
