"""What a scenario begins with: plans, sellers, a buyer, orders with their lines."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from marketplace.scenarios.places import Place, within_limits

Base = Literal["incl_tax", "excl_tax"]
Interval = Literal["manual", "daily", "weekly", "monthly"]


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage with two decimals at most, as basis points."""

    bps: int

    @classmethod
    def read_value(cls, value: object, place: Place) -> "Percent":
        """Read 12, 12.5 or 12.55."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            place.refuse("a percentage is expected, as 12 or 12.5.")
        within_limits(value, place)
        bps = Decimal(value) * 100
        if bps != int(bps):
            place.refuse("a percentage has two decimals at most, as 12.55.")
        return cls(int(bps))


@dataclass(frozen=True, slots=True)
class Setting:
    """A number or a word."""

    value: int | str

    @classmethod
    def read_value(cls, value: object, place: Place) -> "Setting":
        """Read it."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            place.refuse("a whole number or words in quotation marks are expected.")
        if isinstance(value, int):
            within_limits(value, place)
        return cls(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGiven:
    """A commission plan; the first that fits counts, the one for the rest is last."""

    name: str
    percent: Percent = Percent(0)
    fixed: int = 0
    min: int = 0
    max: int | None = None
    sellers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    price_from: int | None = None
    price_below: int | None = None
    base: Base = "incl_tax"
    shipping: bool = True
    vat: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerGiven:
    """A seller; one who is not onboarded has an account that Stripe cannot pay.

    One who is paid at the bank has none there. Without an address, which an invoice
    must bear, none is issued in their name.
    """

    name: str
    country: str = "BE"
    vat_number: str = ""
    rank: Literal["regular", "silver", "gold", "platinum"] = "regular"
    onboarded: bool = True
    reserve: Percent = Percent(0)
    reserve_days: int = 0
    payouts: Interval = "manual"
    paid_at: Literal["stripe", "bank"] = "stripe"
    address: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerGiven:
    """Who buys: a guest, or somebody with points (each worth one minor unit)."""

    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGiven:
    """A line of an order; `price` is one piece's, tax included."""

    price: int
    name: str = ""
    seller: str = ""
    product: str = ""
    category: str = ""
    brand: str = ""
    quantity: int = 1
    tax: int = 0
    kind: Literal["item", "shipping"] = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountGiven:
    """A voucher or an offer on the items of an order: who pays how much of it.

    With `seller` it is on that seller's items alone, with `line` on that line. A
    seller's share is always on their own items.
    """

    platform: int = 0
    seller_pays: int = 0
    seller: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionGiven:
    """What a voucher or a campaign takes off, on what, and who pays it.

    With `seller` it is that seller's own, and they pay it. Otherwise it is the
    market's: on `sellers` (all, if none is named), who have agreed to pay what
    `platform_percent` leaves.
    """

    percent: Percent | None = None
    amount: int = 0
    free_delivery: bool = False
    most: int | None = None
    min_spend: int = 0
    category: str = ""
    seller: str = ""
    sellers: tuple[str, ...] = ()
    platform_percent: Percent = Percent(10_000)
    uses: int | None = None
    uses_per_buyer: int | None = None
    first_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherGiven(PromotionGiven):
    """A promotion that counts for whoever enters its code."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignGiven(PromotionGiven):
    """A promotion that counts by itself."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGiven:
    """What is bought together; it is placed when it is first paid or named.

    With `basket` it is put into a basket and ordered as a buyer does, with the
    `vouchers` that the buyer enters.
    """

    lines: tuple[LineGiven, ...]
    name: str = "order"
    currency: str = ""
    discounts: tuple[DiscountGiven, ...] = ()
    points: int = 0
    vouchers: tuple[str, ...] = ()
    basket: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeGiven:
    """Stripe settles payments in one currency in another."""

    from_: str
    to: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All of it; money of the platform's own is at Stripe before anything is sold."""

    orders: tuple[OrderGiven, ...]
    currency: str = "EUR"
    platform_country: str = "BE"
    own_funds: int = 0
    refunds_need_balance: bool = False
    plans: tuple[PlanGiven, ...] = ()
    sellers: tuple[SellerGiven, ...] = (SellerGiven(name="seller"),)
    vouchers: tuple[VoucherGiven, ...] = ()
    campaigns: tuple[CampaignGiven, ...] = ()
    buyer: BuyerGiven = BuyerGiven()
    categories: dict[str, str] = field(default_factory=dict)
    exchange: tuple[ExchangeGiven, ...] = ()
    settings: dict[str, Setting] = field(default_factory=dict)

    def is_bought_in_basket(self, order: OrderGiven) -> bool:
        """Say whether an order is put into a basket: all are that promotions may be on.

        Others enter where the checkout hands an order to payouts.
        """
        return order.basket or bool(self.vouchers or self.campaigns)
