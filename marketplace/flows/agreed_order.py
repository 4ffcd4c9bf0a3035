"""What a buyer agreed to: every page of an order and its receipt say it alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from loyalty.selectors import held_for
from marketplace.core.money import Money, from_decimal
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.selectors.given import Gift, gifts_of_order
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The sums of an order as the checkout showed them; gifts are below zero.

    `items` + `shipping` + all gifts + `points_worth` = `paid`, to the cent: goods and
    delivery at their full price, then what each promotion and the points take off.
    `paid` + `by_market` + what the points are worth = what the sellers' invoices say;
    `tax` is the VAT in that, nothing where no seller charges any.
    """

    items: Money
    shipping: Money
    gifts: tuple[Gift, ...]
    points: int
    points_worth: Money
    paid: Money
    by_market: Money
    tax: Money

    @property
    def invoiced(self) -> Money:
        """Return what the invoices come to, whoever paid it."""
        return self.paid + self.by_market - self.points_worth


def agreed_order(order: Order, parts: Sequence[VendorOrder]) -> Agreed:
    """Return the sums of an order with these parts. Two queries."""
    held, given = held_for(order.pk), gifts_of_order(order.pk)
    worth = held.value_minor if held is not None else 0
    items = sum(part.items_minor for part in parts) + given.vendor_items_minor
    shipping = sum(part.shipping_minor for part in parts) + given.vendor_delivery_minor
    sold = sum(part.total_minor for part in parts)
    return Agreed(
        items=Money(items, order.currency),
        shipping=Money(shipping, order.currency),
        gifts=given.gifts,
        points=held.held_delta if held is not None else 0,
        points_worth=Money(-worth, order.currency),
        paid=Money(sold - given.platform_minor - worth, order.currency),
        by_market=Money(given.platform_minor, order.currency),
        tax=Money(from_decimal(_tax_of(order), order.currency), order.currency),
    )


def _tax_of(order: Order) -> Decimal:
    return Decimal(order.total_incl_tax - order.total_excl_tax)
