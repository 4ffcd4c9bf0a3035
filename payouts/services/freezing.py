"""Turn what was sold into frozen lines: funding, commission, VAT, net."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from marketplace.core.money import split
from payouts.models import LineKind, Settlement, SettlementLine
from payouts.plans import Subject
from payouts.pricing import Priced, Sold, price, snapshot, unit_price
from payouts.selectors.commission import PlanBook, plan_book
from payouts.selectors.products import NO_FACTS, ProductFacts, facts_of_products
from payouts.vat import CommissionVat, commission_vat
from vendors.ranks import Rank


class SettlementInputError(ValueError):
    """What was sold does not add up: a fault of the caller, never of a user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """One order line, or the shipping charge of a vendor order.

    `gross_minor` includes tax, for the whole quantity, after what the seller gave
    (`vendor_discount_minor`, told for the statement) and before what the platform gave.
    `platform_discount_minor` is the platform's gift on this very line; gifts to the
    whole order stand on `OrderInput`. `tax_minor` is the consumer VAT in `gross_minor`.
    """

    kind: LineKind
    gross_minor: int
    tax_minor: int
    quantity: int = 1
    oscar_line_id: int | None = None
    product_id: int | None = None
    platform_discount_minor: int = 0
    vendor_discount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementInput:
    """One vendor order; the seller's country and VAT number decide the VAT.

    `seller_rank` is the one at this moment: a plan may ask for it.
    """

    vendor_order_id: int
    vendor_id: int
    seller_country: str
    seller_vat_number: str = ""
    seller_rank: str = Rank.REGULAR
    lines: Sequence[LineInput]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInput:
    """An order as it is sold: `voucher_minor` and `points_minor` are for all of it.

    A voucher is shared by the items, points by everything that is left to pay, each by
    largest remainder. `placed_at` is for orders of the past.
    """

    order_id: int
    currency: str
    settlements: Sequence[SettlementInput]
    voucher_minor: int = 0
    points_minor: int = 0
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FrozenSettlement:
    """Rows that wait to be written."""

    settlement: Settlement
    lines: tuple[SettlementLine, ...]


@dataclass(frozen=True, slots=True)
class _Funding:
    promo_minor: int
    points_minor: int


def freeze_orders(
    *, orders: Sequence[OrderInput], now: datetime
) -> list[list[FrozenSettlement]]:
    """Return unsaved settlements with their lines, a list for each order."""
    book = plan_book([order.placed_at or now for order in orders])
    products = facts_of_products(
        line.product_id
        for order in orders
        for part in order.settlements
        for line in part.lines
        if line.product_id is not None
    )
    return [_freeze_order(order, book, products, now) for order in orders]


def _freeze_order(
    order: OrderInput,
    book: PlanBook,
    products: Mapping[int, ProductFacts],
    now: datetime,
) -> list[FrozenSettlement]:
    funding = iter(_funding_of(order))
    at = order.placed_at or now
    plans = book.at(at)
    frozen = []
    for part in order.settlements:
        lines = []
        for line in part.lines:
            sold = _sold(order.currency, part, line, products)
            priced = price(sold=sold, plans=plans, at=at)
            lines.append(_freeze_line(line, next(funding), sold, priced))
        frozen.append(_sum_up(order, part, tuple(lines), at))
    return frozen


def _sold(
    currency: str,
    part: SettlementInput,
    line: LineInput,
    products: Mapping[int, ProductFacts],
) -> Sold:
    is_shipping = line.kind == LineKind.SHIPPING
    facts = products.get(line.product_id or 0, NO_FACTS)
    subject = Subject(
        vendor_id=part.vendor_id,
        product_id=line.product_id,
        categories=facts.categories,
        brand=facts.brand,
        rank=part.seller_rank,
        country=part.seller_country,
        currency=currency,
        unit_minor=None
        if is_shipping
        else unit_price(gross_minor=line.gross_minor, quantity=line.quantity),
    )
    return Sold(
        subject=subject,
        is_shipping=is_shipping,
        gross_minor=line.gross_minor,
        tax_minor=line.tax_minor,
        quantity=line.quantity,
        vat=_vat_of(part),
    )


def _funding_of(order: OrderInput) -> list[_Funding]:
    lines = [line for part in order.settlements for line in part.lines]
    if not lines:
        raise SettlementInputError("An order needs at least one line.")
    for line in lines:
        _check_line(line)
    vouchers = _share(
        order.voucher_minor,
        [
            (line.gross_minor - line.platform_discount_minor)
            if line.kind == LineKind.ITEM
            else 0
            for line in lines
        ],
    )
    promos = [
        line.platform_discount_minor + voucher
        for line, voucher in zip(lines, vouchers, strict=True)
    ]
    points = _share(
        order.points_minor,
        [line.gross_minor - promo for line, promo in zip(lines, promos, strict=True)],
    )
    return [_Funding(promo, paid) for promo, paid in zip(promos, points, strict=True)]


def _share(total: int, left: Sequence[int]) -> list[int]:
    if not 0 <= total <= sum(left):
        raise SettlementInputError(f"A gift of {total} exceeds what it is given on.")
    return split(total, left) if total else [0] * len(left)


def _check_line(line: LineInput) -> None:
    if line.quantity < 1 or line.vendor_discount_minor < 0:
        raise SettlementInputError(f"A line has no quantity: {line}")
    if not 0 <= line.tax_minor <= line.gross_minor:
        raise SettlementInputError(f"A line's tax exceeds its price: {line}")
    if not 0 <= line.platform_discount_minor <= line.gross_minor:
        raise SettlementInputError(f"A line's discount exceeds its price: {line}")


def _freeze_line(
    line: LineInput, funding: _Funding, sold: Sold, priced: Priced
) -> SettlementLine:
    fee = priced.fee
    platform = funding.promo_minor + funding.points_minor
    return SettlementLine(
        kind=line.kind,
        oscar_line_id=line.oscar_line_id,
        quantity=line.quantity,
        gross_minor=line.gross_minor,
        tax_minor=line.tax_minor,
        vendor_discount_minor=line.vendor_discount_minor,
        platform_discount_minor=platform,
        points_minor=funding.points_minor,
        cash_minor=line.gross_minor - platform,
        commission_minor=fee.commission_minor,
        commission_vat_minor=fee.vat_minor,
        net_minor=line.gross_minor - fee.commission_minor - fee.vat_minor,
        plan_id=priced.plan.id,
        plan_version=priced.plan.version,
        plan_snapshot=snapshot(priced=priced, sold=sold),
    )


def _vat_of(part: SettlementInput) -> CommissionVat:
    return commission_vat(
        seller_country=part.seller_country,
        seller_vat_number=part.seller_vat_number,
        platform_country=settings.PLATFORM["country"],
    )


def _sum_up(
    order: OrderInput,
    part: SettlementInput,
    lines: tuple[SettlementLine, ...],
    at: datetime,
) -> FrozenSettlement:
    settlement = Settlement(
        vendor_order_id=part.vendor_order_id,
        order_id=order.order_id,
        vendor_id=part.vendor_id,
        currency=order.currency,
        gross_minor=sum(line.gross_minor for line in lines),
        tax_minor=sum(line.tax_minor for line in lines),
        vendor_discount_minor=sum(line.vendor_discount_minor for line in lines),
        platform_discount_minor=sum(line.platform_discount_minor for line in lines),
        points_minor=sum(line.points_minor for line in lines),
        cash_minor=sum(line.cash_minor for line in lines),
        commission_minor=sum(line.commission_minor for line in lines),
        commission_vat_minor=sum(line.commission_vat_minor for line in lines),
        payable_minor=sum(line.net_minor for line in lines),
        shipping_minor=sum(
            line.gross_minor for line in lines if line.kind == LineKind.SHIPPING
        ),
        created_at=at,
    )
    return FrozenSettlement(settlement, lines)
