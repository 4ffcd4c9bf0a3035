"""What parts of orders that are shown together read at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from loyalty.selectors import rule_for
from loyalty.worth import Rule
from marketplace.shop.promotions.selectors.given import AgreedPrice, agreed_prices
from payouts.selectors.refunds import SaleBack, back_of_sales
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What parts that are shown together ask for; read at once, by the first that asks.

    Prices by currency and order line, what came back by settlement.
    """

    rule_of: Callable[[str, datetime, int | None], Rule | None]
    prices: Callable[[str], Mapping[int, AgreedPrice]]
    backs: Callable[[], Mapping[int, SaleBack]]


def shared_by(parts: Sequence[VendorOrder]) -> Shared:
    """Return what parts share, each of it read only when the first asks."""
    lines = [line.order_line for part in parts for line in part.lines.all()]
    return Shared(
        # Parts of one order earn by one rule, and at one rate.
        rule_of=cache(
            lambda currency, placed_at, user_id: rule_for(
                currency, user_id=user_id, now=placed_at
            )
        ),
        # Lists say no prices.
        prices=cache(lambda currency: agreed_prices(lines, currency)),
        backs=cache(lambda: back_of_sales([part.settlement for part in parts])),
    )
