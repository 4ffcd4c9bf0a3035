"""What mails of a sale say: one part of an order with its things, amounts and links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.money import Money, from_decimal
from marketplace.jobs.mails.pictures import picture_of
from marketplace.shop.order.access import key_of
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.selectors.given import (
    AgreedPrice,
    Gift,
    agreed_prices,
)
from payouts.selectors.refund_story import GivenLine, lines_given
from vendors.models import VendorOrder, VendorOrderLine
from vendors.selectors.orders import buyer_name, with_contents

if TYPE_CHECKING:
    from payouts.models import RefundRequest


@dataclass(frozen=True, slots=True)
class Thing:
    """A line of a part: what, how many, for how much in all."""

    title: str
    quantity: int
    total: Money
    image: str
    sku: str
    gifts: tuple[Gift, ...] = ()
    was: Money | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What money went back for: a thing or the delivery, the pieces, the amount."""

    title: str
    pieces: int
    amount: Money
    image: str


def part_with_contents(part_id: int) -> VendorOrder:
    """Read a part with all that a mail says of it."""
    return with_contents(VendorOrder.objects.all()).get(pk=part_id)


def things_of(part: VendorOrder) -> list[Thing]:
    """Return what lies in a part, as it was ordered."""
    return [thing_of(line, line.quantity) for line in part.lines.all()]


# A message that waits since before there were such words has none.
NO_PIECES: Mapping[str, int] = MappingProxyType({})


def some_things(part: VendorOrder, pieces: Mapping[str, int]) -> list[Thing]:
    """Return so many pieces of a part's lines, by their keys as messages bear them."""
    return [
        thing_of(line, pieces[str(line.pk)])
        for line in part.lines.all()
        if pieces.get(str(line.pk))
    ]


def given_things(
    part: VendorOrder, refund: "RefundRequest", *, that_left: bool = False
) -> list[Given]:
    """Return what a refund gives back of a part; of goods perhaps just `that_left`.

    An amount of a line names no pieces.
    """
    by_line = {line.order_line_id: line for line in part.lines.all()}
    return [
        _given(by_line.get(each.order_line_id or 0), each, part.currency)
        for each in lines_given(refund)
        if each.vendor_order_id == part.pk
        if not (that_left and each.pieces and each.pieces == each.unsent)
    ]


def agreed_things(parts: Iterable[VendorOrder]) -> list[list[Thing]]:
    """Return what lies in each part of an order, at the prices its buyer agreed to."""
    rows = [(part.currency, list(part.lines.all())) for part in parts]
    ordered = [line.order_line for _currency, lines in rows for line in lines]
    prices = agreed_prices(ordered, rows[0][0]) if rows else {}
    return [
        [_agreed(line, prices[line.order_line_id]) for line in lines]
        for _currency, lines in rows
    ]


def part_context(part: VendorOrder) -> dict[str, Any]:
    """Return what a template needs for the mail of one part."""
    return {
        "part": part,
        "order": part.order,
        "seller": part.vendor,
        "buyer": buyer_name(part.order),
        "things": things_of(part),
        "total": Money(part.total_minor, part.currency),
        "order_url": order_url(part.order),
        **part_urls(part),
    }


def order_url(order: Order) -> str:
    """Return the path of an order's page, with a guest's signature where needed."""
    return reverse("order", args=[key_of(order)])


def part_urls(part: VendorOrder) -> dict[str, str]:
    """Return the paths of what a buyer can do with a part."""
    where = [key_of(part.order), part.number.rpartition("-")[2]]
    return {
        "received_url": reverse("order-received", args=where),
        "problem_url": reverse("case-new", args=where),
        "message_url": reverse("order-messages", args=where),
        "invoice_url": reverse("order-invoice", args=where),
    }


def thing_of(line: VendorOrderLine, quantity: int) -> Thing:
    """Return so many of a line; the amount is what its seller sold all of it for."""
    ordered, currency = line.order_line, line.vendor_order.currency
    return Thing(
        title=ordered.title,
        quantity=quantity,
        total=Money(from_decimal(ordered.line_price_incl_tax, currency), currency),
        image=picture_of(ordered.product),
        sku=ordered.partner_sku,
    )


def _agreed(line: VendorOrderLine, price: AgreedPrice) -> Thing:
    thing = thing_of(line, line.quantity)
    return replace(thing, total=price.due, gifts=price.gifts, was=price.was)


def _given(line: VendorOrderLine | None, given: GivenLine, currency: str) -> Given:
    amount = Money(given.to_buyer, currency)
    if line is None:
        return Given(str(_("Delivery")), 0, amount, "")
    ordered = line.order_line
    return Given(ordered.title, given.pieces, amount, picture_of(ordered.product))
