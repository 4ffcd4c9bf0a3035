"""Write an order in few statements; Oscar's creator needs fifteen for each line."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from marketplace.core.identifiers import order_number
from marketplace.core.money import to_decimal
from marketplace.shop.basket.contents import Contents, Group
from marketplace.shop.basket.contents import Line as BasketLine
from marketplace.shop.order.models import Line, Order, ShippingAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who orders: an account, or an e-mail."""

    user_id: int | None
    email: str
    # Of the page they ordered on; a guest has no account that says it.
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where everything goes."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One seller's part of a written order; `lines` stand as in the group."""

    group: Group
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WrittenOrder:
    """An order with its parts, the most valuable first."""

    order: Order
    parts: tuple[Part, ...]


def write_order(
    *,
    contents: Contents,
    buyer: Buyer,
    address: Address,
    basket_id: int,
    now: datetime,
    expires_at: datetime,
) -> WrittenOrder:
    """Write an order that waits for its payment, with address and lines.

    Three statements for any number of lines. Sellers' parts are in the order of their
    worth, then of the sellers' ids.
    """
    groups = sorted(contents.groups, key=lambda one: (-one.total.minor, one.seller.id))
    place = _address(address)
    ShippingAddress.objects.bulk_create([place])
    order = _order(contents, buyer, place, basket_id)
    order.date_placed, order.expires_at = now, expires_at
    Order.objects.bulk_create([order])
    rows = [_rows(order, group) for group in groups]
    Line.objects.bulk_create([row for part in rows for row in part])
    parts = zip(groups, rows, strict=True)
    return WrittenOrder(order, tuple(Part(group, lines) for group, lines in parts))


def mark_paid(order_id: int, *, now: datetime) -> bool:
    """Move a waiting order to paid; False when it is not waiting."""
    waiting = Order.objects.filter(pk=order_id, status=Order.PENDING)
    return bool(waiting.update(status=Order.PAID, paid_at=now, expires_at=None))


def mark_expired(order_id: int) -> bool:
    """Move a waiting order to expired; False when it is not waiting."""
    waiting = Order.objects.filter(pk=order_id, status=Order.PENDING)
    return bool(waiting.update(status=Order.EXPIRED, expires_at=None))


def _order(
    contents: Contents, buyer: Buyer, place: ShippingAddress, basket_id: int
) -> Order:
    shipping_tax = sum(group.shipping_tax_minor for group in contents.groups)
    without_tax = contents.sold - contents.tax
    shipping = sum(group.shipping_sold.minor for group in contents.groups)
    return Order(
        number=order_number(),
        site_id=settings.SITE_ID,
        basket_id=basket_id,
        user_id=buyer.user_id,
        guest_email="" if buyer.user_id else buyer.email,
        language=buyer.language,
        status=Order.PENDING,
        currency=contents.currency,
        # What the sellers sell for: gifts of the platform are a way to pay it.
        total_incl_tax=contents.sold.amount,
        total_excl_tax=without_tax.amount,
        shipping_incl_tax=to_decimal(shipping, contents.currency),
        shipping_excl_tax=to_decimal(shipping - shipping_tax, contents.currency),
        shipping_address=place,
    )


def _address(address: Address) -> ShippingAddress:
    return ShippingAddress(
        last_name=address.name,
        line1=address.street,
        line4=address.city,
        postcode=address.postcode.upper(),
        country_id=address.country,
        phone_number=address.phone,
    )


def _rows(order: Order, group: Group) -> tuple[Line, ...]:
    pairs = zip(group.lines, group.item_taxes_minor, strict=True)
    return tuple(_row(order, line, tax_minor) for line, tax_minor in pairs)


def _row(order: Order, line: BasketLine, tax_minor: int) -> Line:
    currency = line.price.currency
    with_tax = to_decimal(line.sold_minor, currency)
    without_tax = to_decimal(line.sold_minor - tax_minor, currency)
    before = line.total.amount
    return Line(
        order=order,
        partner_id=line.seller.id,
        partner_name=line.seller.name,
        partner_sku=line.sku,
        stockrecord_id=line.offer_id,
        product_id=line.product_id,
        title=line.title,
        upc=line.upc or None,
        quantity=line.quantity,
        line_price_incl_tax=with_tax,
        line_price_excl_tax=without_tax,
        line_price_before_discounts_incl_tax=before,
        line_price_before_discounts_excl_tax=_without_tax(
            before, with_tax, without_tax
        ),
        unit_price_incl_tax=line.price.amount,
        unit_price_excl_tax=_cents(without_tax / line.quantity),
        tax_code=line.tax_class,
        num_allocated=line.quantity,
    )


def _without_tax(before: Decimal, with_tax: Decimal, without_tax: Decimal) -> Decimal:
    # For Oscar's reports alone: the tax of a price that nobody was asked for.
    return before if not with_tax else _cents(before * without_tax / with_tax)


def _cents(amount: Decimal) -> Decimal:
    # For Oscar's reports alone; the truth is the line's total.
    return amount.quantize(Decimal("0.01"))
