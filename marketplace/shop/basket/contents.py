"""What lies in a basket and what it comes to: pages and placing reckon alike. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.shop.partner.offers import Seller
from marketplace.shop.shipping.quotes import Method, Tariff, methods_for
from marketplace.shop.tax.included import tax_in, tax_in_charge


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
    """One offer in a basket, at its price of now; `added_at` is the price of then."""

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

    @property
    def total(self) -> Money:
        """Return the price of all pieces."""
        return self.price * self.quantity

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

    `item_taxes_minor` says for each line the tax that its total includes.
    """

    seller: Seller
    lines: tuple[Line, ...]
    methods: tuple[Method, ...]
    chosen: Method | None
    items: Money
    item_taxes_minor: tuple[int, ...]
    shipping_tax_minor: int

    @property
    def tax_minor(self) -> int:
        """Return the tax in goods and delivery."""
        return sum(self.item_taxes_minor) + self.shipping_tax_minor

    @property
    def shipping(self) -> Money:
        """Return the charge of the chosen way of delivery."""
        return self.chosen.price if self.chosen else self.items * 0

    @property
    def total(self) -> Money:
        """Return what this seller's part costs."""
        return self.items + self.shipping

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
    """A basket, grouped by seller, with its sums."""

    currency: str
    groups: tuple[Group, ...]
    troubles: Mapping[int, Trouble]

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
    def total(self) -> Money:
        """Return goods with delivery, tax included."""
        return self.items + self.shipping

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


def assemble(
    lines: Sequence[Line],
    *,
    currency: str,
    tariffs: Mapping[int, Sequence[Tariff]],
    tax_rates: Mapping[str, int],
    choices: Mapping[int, str],
) -> Contents:
    """Group lines by seller and reckon delivery, tax and what is in the way.

    `choices` maps sellers to the code of a way of delivery; the seller's usual way
    stands where there is none, or an unknown one.
    """
    by_seller: dict[int, list[Line]] = {}
    for line in lines:
        by_seller.setdefault(line.seller.id, []).append(line)
    groups = tuple(
        _group(
            found,
            currency=currency,
            tariffs=tariffs.get(seller_id, ()),
            tax_rates=tax_rates,
            wanted=choices.get(seller_id, ""),
        )
        for seller_id, found in by_seller.items()
    )
    return Contents(
        currency=currency, groups=groups, troubles=_troubles(groups, currency)
    )


def _group(
    lines: Sequence[Line],
    *,
    currency: str,
    tariffs: Iterable[Tariff],
    tax_rates: Mapping[str, int],
    wanted: str,
) -> Group:
    totals = [
        (line.tax_class, line.total.minor if line.price.currency == currency else 0)
        for line in lines
    ]
    items_minor = sum(total for _, total in totals)
    methods = methods_for(
        tariffs,
        currency=currency,
        quantity=sum(line.quantity for line in lines),
        items_minor=items_minor,
        dispatch_on=max(line.dispatch_on for line in lines),
    )
    usual = methods[0] if methods else None
    chosen = next((one for one in methods if one.code == wanted), usual)
    charge_minor = chosen.price.minor if chosen else 0
    return Group(
        seller=lines[0].seller,
        lines=tuple(lines),
        methods=methods,
        chosen=chosen,
        items=Money(items_minor, currency),
        item_taxes_minor=tuple(
            tax_in(total, tax_rates[name]) for name, total in totals
        ),
        shipping_tax_minor=tax_in_charge(charge_minor, totals, tax_rates),
    )


def _troubles(groups: Iterable[Group], currency: str) -> dict[int, Trouble]:
    found = {
        line.id: _trouble(line, group, currency)
        for group in groups
        for line in group.lines
    }
    return {line_id: trouble for line_id, trouble in found.items() if trouble}


def _trouble(line: Line, group: Group, currency: str) -> Trouble | None:
    checks = (
        (line.is_seller_open, Trouble.SELLER_CLOSED),
        (line.is_listed, Trouble.GONE),
        (line.price.currency == currency, Trouble.OTHER_CURRENCY),
        (line.available >= line.min_quantity, Trouble.SOLD_OUT),
        (line.quantity <= line.available, Trouble.TOO_MANY),
        (line.quantity >= line.min_quantity, Trouble.TOO_FEW),
        (line.quantity <= (line.max_quantity or line.quantity), Trouble.OVER_LIMIT),
        (bool(group.methods), Trouble.NO_DELIVERY),
    )
    return next((trouble for is_fine, trouble in checks if not is_fine), None)


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
