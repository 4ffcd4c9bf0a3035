"""Place an order of a scenario: where the money of a sale begins.

An order either goes through a basket, or enters below the checkout: prices of any
currency, and discounts by who pays them, are what the checkout hands to payouts. The
rows of such an order are written here, by the same services as there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from loyalty import services as loyalty
from marketplace.core.identifiers import order_number
from marketplace.core.money import split, to_decimal
from marketplace.flows.pay_order import pay_order
from marketplace.scenarios.basket import buy
from marketplace.scenarios.given import DiscountGiven, LineGiven, OrderGiven
from marketplace.scenarios.opening import CARRIER, open_product
from marketplace.scenarios.world import UnknownNameError, World
from marketplace.shop.order.models import Line, Order, ShippingAddress
from marketplace.shop.partner.models import StockRecord
from payouts.services import payment, settlement
from payouts.services.payment import PaymentRequest
from payouts.services.settlement import (
    LineInput,
    LineKind,
    OrderInput,
    SettlementInput,
)
from vendors.models import Vendor, VendorOrder
from vendors.services import placing

_PAGE_LIFE = timedelta(minutes=30)
_THING = "Thing"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Priced:
    """A line with what its seller and the platform give on it."""

    line: LineGiven
    by_seller: int
    by_platform: int

    @property
    def gross(self) -> int:
        """What the line costs after what the seller gives."""
        return self.line.price * self.line.quantity - self.by_seller


def place(world: World, name: str) -> Order:
    """Place an order once; it is not paid, unless nothing is left to pay."""
    given = world.order_given(name)
    if given.name in world.orders:
        return world.orders[given.name]
    if world.given.is_bought_in_basket(given):
        placed = buy(world, given)
        order, attempt_id = placed.order, placed.attempt_id
    else:
        for line in given.lines:
            open_product(world, line)
        with transaction.atomic():
            order, attempt_id = _write(world, given)
    world.orders[given.name] = order
    if attempt_id is not None:
        payment.start_session(attempt_id=attempt_id, now=world.now)
    return order


def _write(world: World, given: OrderGiven) -> tuple[Order, int | None]:
    """Write the order, and the attempt to be paid if something is left to pay."""
    currency = given.currency or world.given.currency
    parts = _by_seller(world, given)
    order = _write_order(world, currency, given)
    rows = _write_parts(world, order, parts)
    opened = settlement.open_settlements(
        order=OrderInput(
            order_id=order.pk,
            currency=currency,
            settlements=[
                _settlement(row, world.rank_of(row.vendor), parts[row.vendor], lines)
                for row, lines in rows.items()
            ],
            voucher_minor=sum(
                each.platform for each in given.discounts if _is_on_all(each)
            ),
            points_minor=given.points,
        ),
        now=world.now,
    )
    _hold_points(world, order, given.points)
    return order, _ask_for_money(world, order, opened.cash_minor)


def _by_seller(world: World, given: OrderGiven) -> dict[Vendor, list[_Priced]]:
    gifts = _gifts(given)
    parts: dict[Vendor, list[_Priced]] = {}
    for line, (by_seller, by_platform) in zip(given.lines, gifts, strict=True):
        seller = world.seller(line.seller)
        parts.setdefault(seller, []).append(_Priced(line, by_seller, by_platform))
    return parts


def _gifts(given: OrderGiven) -> list[tuple[int, int]]:
    """Return what the seller and the platform give on each line."""
    by_seller = [0] * len(given.lines)
    by_platform = [0] * len(given.lines)
    for discount in given.discounts:
        worth = [
            line.price * line.quantity if _is_meant(discount, line) else 0
            for line in given.lines
        ]
        if not sum(worth):
            raise UnknownNameError("A discount is on no line of its order.")
        for total, shares in (
            (discount.seller_pays, by_seller),
            # What is on the whole order is shared by payouts.
            (0 if _is_on_all(discount) else discount.platform, by_platform),
        ):
            for position, share in enumerate(split(total, worth) if total else ()):
                shares[position] += share
    return list(zip(by_seller, by_platform, strict=True))


def _is_on_all(discount: DiscountGiven) -> bool:
    return not discount.seller and not discount.line


def _is_meant(discount: DiscountGiven, line: LineGiven) -> bool:
    return (
        line.kind == "item"
        and discount.seller in {"", line.seller}
        and discount.line in {"", line.name}
    )


def _write_order(world: World, currency: str, given: OrderGiven) -> Order:
    address = ShippingAddress.objects.create(
        last_name="Anna Peeters",
        line1="Elsensesteenweg 214",
        line4="Elsene",
        postcode="1050",
        country_id="BE",
    )
    buyer = world.buyer if world.given.buyer.points else None
    total = sum(line.price * line.quantity for line in given.lines)
    return Order.objects.create(
        number=order_number(),
        user=buyer,
        guest_email="" if buyer else "guest@example.org",
        currency=currency,
        total_incl_tax=_oscar(total, currency),
        total_excl_tax=_oscar(total, currency),
        shipping_address=address,
        status=Order.PENDING,
        date_placed=world.now,
    )


def _write_parts(
    world: World, order: Order, parts: Mapping[Vendor, Sequence[_Priced]]
) -> dict[VendorOrder, list[Line | None]]:
    lines = {
        vendor: [_write_line(world, order, vendor, priced) for priced in priceds]
        for vendor, priceds in parts.items()
    }
    rows = placing.open_parts(
        order_id=order.pk,
        number=order.number,
        parts=[
            placing.NewPart(
                vendor=vendor,
                currency=order.currency,
                items_minor=_sum(priceds, "item"),
                shipping_minor=_sum(priceds, "shipping"),
                shipping_code="home",
                shipping_name="Home",
                carrier_code=CARRIER,
                deliver_from=world.now.date(),
                deliver_until=world.now.date(),
                line_quantities={
                    line.pk: line.quantity for line in lines[vendor] if line
                },
            )
            for vendor, priceds in parts.items()
        ],
        now=world.now,
    )
    return {row: lines[row.vendor] for row in rows}


def _sum(priceds: Sequence[_Priced], kind: str) -> int:
    return sum(each.gross for each in priceds if each.line.kind == kind)


def _write_line(
    world: World, order: Order, vendor: Vendor, priced: _Priced
) -> Line | None:
    given = priced.line
    if given.kind == "shipping":
        return None
    product = world.product(given.product or _THING)
    offer, _is_new = StockRecord.objects.get_or_create(
        product=product,
        partner=vendor.partner,
        defaults={
            "partner_sku": f"{vendor.pk}-{product.pk}",
            "price_currency": order.currency,
            "price": _oscar(given.price, order.currency),
            "num_in_stock": 0,
            "num_allocated": 0,
        },
    )
    # What is sold is put on the shelf before.
    StockRecord.objects.filter(pk=offer.pk).update(
        num_in_stock=F("num_in_stock") + given.quantity,
        num_allocated=F("num_allocated") + given.quantity,
    )
    worth = _oscar(priced.gross, order.currency)
    return Line.objects.create(
        order=order,
        partner=vendor.partner,
        partner_name=vendor.name,
        partner_sku=offer.partner_sku,
        stockrecord=offer,
        product=product,
        title=given.name or product.title,
        quantity=given.quantity,
        line_price_incl_tax=worth,
        line_price_excl_tax=worth,
        line_price_before_discounts_incl_tax=worth,
        line_price_before_discounts_excl_tax=worth,
        num_allocated=given.quantity,
    )


def _oscar(minor: int, currency: str) -> Decimal:
    """Return an amount for Oscar's columns: two decimals, and never nothing.

    The frozen lines hold the truth.
    """
    return max(_CENT, to_decimal(minor, currency).quantize(_CENT))


def _settlement(
    row: VendorOrder,
    rank: str,
    priceds: Sequence[_Priced],
    lines: Sequence[Line | None],
) -> SettlementInput:
    return SettlementInput(
        vendor_order_id=row.pk,
        vendor_id=row.vendor_id,
        seller_country=row.vendor.country,
        seller_vat_number=row.vendor.vat_number,
        seller_rank=rank,
        lines=[
            LineInput(
                kind=LineKind(priced.line.kind),
                gross_minor=priced.gross,
                tax_minor=priced.line.tax,
                quantity=priced.line.quantity,
                oscar_line_id=line.pk if line else None,
                product_id=line.product_id if line else None,
                platform_discount_minor=priced.by_platform,
                vendor_discount_minor=priced.by_seller,
            )
            for priced, line in zip(priceds, lines, strict=True)
        ],
    )


def _hold_points(world: World, order: Order, points: int) -> None:
    if points and world.buyer is not None:
        amount = loyalty.Amount(
            points=points, value_minor=points, currency=order.currency
        )
        loyalty.hold(
            user_id=world.buyer.pk, order_id=order.pk, amount=amount, now=world.now
        )


def _ask_for_money(world: World, order: Order, cash_minor: int) -> int | None:
    if not cash_minor:
        payment.book_free_order(order_id=order.pk, now=world.now)
        pay_order(order_id=order.pk, now=world.now)
        return None
    attempt = payment.request_payment(
        request=PaymentRequest(
            order_id=order.pk,
            order_public_id=order.public_id,
            description=f"Order {order.number}",
            email="anna@example.org",
            currency=order.currency,
            amount_minor=cash_minor,
            success_url="http://127.0.0.1/done",
            cancel_url="http://127.0.0.1/back",
            expires_at=world.now + _PAGE_LIFE,
        ),
        now=world.now,
    )
    return attempt.pk
