"""What lies in a basket and what it comes to: pages and placing read alike. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.shop.partner.offers import Seller
from marketplace.shop.promotions.reckoning import Discount, Refusal
from marketplace.shop.shipping.quotes import Method


class Trouble(StrEnum):
    """Why a line cannot be ordered as it is."""

    GONE = "gone"
    SELLER_CLOSED = "seller_closed"
    SOLD_OUT = "sold_out"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    OVER_LIMIT = "over_limit"
    OTHER_CURRENCY = "other_currency"
    NO_DELIVERY = "no_delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One offer in a basket, at its price of now; `added_at` is the price of then.

    The discounts are what the seller and the platform give on all its pieces.
    """

    id: int
    offer_id: int
    offer_public_id: str
    product_id: int
    product_public_id: str
    slug: str
    title: str
    upc: str
    sku: str
    seller: Seller
    quantity: int
    price: Money
    added_at: Money | None
    available: int
    min_quantity: int
    max_quantity: int | None
    condition: str
    condition_label: str
    tax_class: str
    dispatch_on: date
    is_listed: bool
    is_seller_open: bool
    vendor_discount_minor: int = 0
    platform_discount_minor: int = 0

    @property
    def total(self) -> Money:
        """Return the price of all pieces, before anything is given on them."""
        return self.price * self.quantity

    @property
    def discount(self) -> Money:
        """Return what promotions take off."""
        given = self.vendor_discount_minor + self.platform_discount_minor
        return Money(given, self.price.currency)

    @property
    def due(self) -> Money:
        """Return what is to pay for all pieces."""
        return self.total - self.discount

    @property
    def sold_minor(self) -> int:
        """Return for how much the seller sells them: less what the seller gives."""
        return self.total.minor - self.vendor_discount_minor

    @property
    def most(self) -> int:
        """Return how many the buyer can have."""
        return min(self.available, self.max_quantity or self.available)

    @property
    def change(self) -> Money | None:
        """Return how much dearer a piece is since it was added; none if it is not."""
        if self.added_at is None or self.added_at.currency != self.price.currency:
            return None
        return (self.price - self.added_at) or None

    @property
    def is_cheaper(self) -> bool:
        """Say whether the price went down since the line was added."""
        return self.change is not None and self.change.minor < 0

    @property
    def saved(self) -> Money | None:
        """Return how much cheaper a piece is since it was added."""
        return -self.change if self.change is not None and self.is_cheaper else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The things of one seller, which travel together.

    `items` and `shipping` are before anything is given on them. `item_taxes_minor` says
    for each line the tax in what it is sold for: a gift of the platform is paid to the
    seller by somebody else, so it changes no tax.
    """

    seller: Seller
    lines: tuple[Line, ...]
    methods: tuple[Method, ...]
    chosen: Method | None
    items: Money
    item_taxes_minor: tuple[int, ...] = ()
    shipping_tax_minor: int = 0
    shipping_vendor_discount_minor: int = 0
    shipping_platform_discount_minor: int = 0

    @property
    def tax_minor(self) -> int:
        """Return the tax in goods and delivery."""
        return sum(self.item_taxes_minor) + self.shipping_tax_minor

    @property
    def shipping(self) -> Money:
        """Return the charge of the chosen way of delivery."""
        return self.chosen.price if self.chosen else self.items * 0

    @property
    def items_sold(self) -> Money:
        """Return for how much the seller sells the goods."""
        sold = sum(line.sold_minor for line in self.lines if self._counts(line))
        return Money(sold, self.items.currency)

    @property
    def shipping_sold(self) -> Money:
        """Return for how much the seller delivers."""
        given = Money(self.shipping_vendor_discount_minor, self.items.currency)
        return self.shipping - given

    @property
    def discount(self) -> Money:
        """Return what promotions take off goods and delivery."""
        given = sum(line.discount.minor for line in self.lines)
        return self.shipping_discount + Money(given, self.items.currency)

    @property
    def items_due(self) -> Money:
        """Return what is to pay for the goods."""
        return self.items - (self.discount - self.shipping_discount)

    @property
    def shipping_discount(self) -> Money:
        """Return what promotions take off the delivery."""
        return Money(
            self.shipping_vendor_discount_minor + self.shipping_platform_discount_minor,
            self.items.currency,
        )

    @property
    def shipping_due(self) -> Money:
        """Return what is to pay for the delivery."""
        return self.shipping - self.shipping_discount

    @property
    def total(self) -> Money:
        """Return what is to pay for this seller's part."""
        return self.items + self.shipping - self.discount

    def _counts(self, line: Line) -> bool:
        return line.price.currency == self.items.currency

    @property
    def quantity(self) -> int:
        """Return the number of pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def free_from(self) -> Money | None:
        """Return from which worth on the chosen delivery is free."""
        if self.chosen is None or self.chosen.free_from_minor is None:
            return None
        return Money(self.chosen.free_from_minor, self.items.currency)

    @property
    def left_to_free(self) -> Money | None:
        """Return what is missing for free delivery; none where it is reached."""
        if self.free_from is None or self.items >= self.free_from:
            return None
        return self.free_from - self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A basket, grouped by seller, with its sums.

    `discounts` are what promotions give, in the order in which they were taken;
    `refusals` the vouchers that give nothing.
    """

    currency: str
    groups: tuple[Group, ...]
    troubles: Mapping[int, Trouble]
    discounts: tuple[Discount, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return all lines, group by group."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def count(self) -> int:
        """Return the number of pieces."""
        return sum(group.quantity for group in self.groups)

    @property
    def items(self) -> Money:
        """Return the price of all goods."""
        return Money(sum(one.items.minor for one in self.groups), self.currency)

    @property
    def shipping(self) -> Money:
        """Return all charges for delivery."""
        return Money(sum(one.shipping.minor for one in self.groups), self.currency)

    @property
    def discount(self) -> Money:
        """Return what all promotions take off."""
        return Money(sum(one.discount.minor for one in self.groups), self.currency)

    @property
    def items_due(self) -> Money:
        """Return what is to pay for all goods."""
        given = self.discount - self._shipping_discount
        return self.items - given

    @property
    def shipping_due(self) -> Money:
        """Return what is to pay for all deliveries."""
        return self.shipping - self._shipping_discount

    @property
    def _shipping_discount(self) -> Money:
        given = sum(one.shipping_discount.minor for one in self.groups)
        return Money(given, self.currency)

    @property
    def sold(self) -> Money:
        """Return for how much the sellers sell it all, delivery included."""
        parts = [group.items_sold + group.shipping_sold for group in self.groups]
        return Money(sum(part.minor for part in parts), self.currency)

    @property
    def total(self) -> Money:
        """Return what is to pay for goods and delivery, tax included."""
        return self.items_due + self.shipping_due

    @property
    def tax(self) -> Money:
        """Return the tax that the total includes."""
        return Money(sum(one.tax_minor for one in self.groups), self.currency)

    @property
    def all_by(self) -> date | None:
        """Return the day by which everything has arrived."""
        days = [one.chosen.arrives_until for one in self.groups if one.chosen]
        return max(days) if days else None

    @property
    def changed_lines(self) -> tuple[Line, ...]:
        """Return the lines whose price moved since they were added."""
        return tuple(line for line in self.lines if line.change is not None)

    @property
    def can_be_ordered(self) -> bool:
        """Say whether there is something, and nothing is in the way."""
        return bool(self.groups) and not self.troubles


def words_of(trouble: Trouble, line: Line) -> str:
    """Say what is in the way and what to do, for the buyer."""
    facts: dict[str, Any] = {
        "seller": line.seller.name,
        "title": line.title,
        "left": line.available,
        "least": line.min_quantity,
        "most": line.max_quantity,
    }
    words = {
        Trouble.SELLER_CLOSED: _(
            "%(seller)s does not sell at the moment. Remove it to order the rest."
        ),
        Trouble.GONE: _(
            "%(seller)s does not offer this any more. Remove it to order the rest."
        ),
        Trouble.OTHER_CURRENCY: _(
            "This is now sold in another currency. Order it on its own."
        ),
        Trouble.SOLD_OUT: _("Sold out. Remove it to order the rest."),
        Trouble.TOO_MANY: _("Only %(left)d left. Take fewer."),
        Trouble.TOO_FEW: _("%(seller)s sells at least %(least)d of this."),
        Trouble.OVER_LIMIT: _("%(seller)s sells at most %(most)d of this to a buyer."),
        Trouble.NO_DELIVERY: _(
            "%(seller)s does not deliver to you. Remove it to order the rest."
        ),
    }
    return words[trouble] % facts
