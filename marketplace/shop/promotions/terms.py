"""What a promotion gives, on what, and who pays for it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.core.money import BASIS_POINTS

# A code is typed from a leaflet: letters and digits, hyphens between them.
CODE_PATTERN = r"[A-Z0-9]+(?:-[A-Z0-9]+)*"
SHORTEST_CODE = 4
LONGEST_CODE = 24


class Benefit(StrEnum):
    """How a reduction is reckoned."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"


class Obstacle(StrEnum):
    """Why a promotion gives nothing, here and now."""

    NOT_YET = "not_yet"
    ENDED = "ended"
    USED_UP = "used_up"
    USED_BEFORE = "used_before"
    NOT_FIRST_ORDER = "not_first_order"
    OTHER_CURRENCY = "other_currency"
    NOT_FOR_BASKET = "not_for_basket"
    SPEND_MORE = "spend_more"
    NOTHING_LEFT = "nothing_left"
    SMALLEST_PAYMENT = "smallest_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A promotion as baskets see it; a campaign has no code.

    `bps` counts for a percentage, `amount_minor` for an amount; `most_minor` is the
    most that an order gets. `platform_bps` is the platform's share of what is given,
    the sellers pay the rest, each for their own lines. `sellers` names the partners on
    whose things it counts (None: all), `category_id` the shelf with all below it,
    `owner_id` the partner whose own promotion it is. `obstacle` is what stands in the
    way whatever lies in the basket.
    """

    id: int
    public_id: str
    code: str
    name: str
    benefit: Benefit
    currency: str
    bps: int = 0
    amount_minor: int = 0
    most_minor: int | None = None
    min_spend_minor: int = 0
    platform_bps: int = BASIS_POINTS
    owner_id: int | None = None
    sellers: Collection[int] | None = None
    category_id: int | None = None
    starts_at: datetime | None = None
    obstacle: Obstacle | None = None

    @property
    def is_campaign(self) -> bool:
        """Say whether it counts by itself."""
        return not self.code

    @property
    def is_shared(self) -> bool:
        """Say whether platform and sellers pay together."""
        return 0 < self.platform_bps < BASIS_POINTS


def plain_code(typed: str) -> str:
    """Return a code as it is kept: capitals, without blanks around or in it."""
    return "".join(typed.split()).upper()
