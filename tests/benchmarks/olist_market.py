"""The steps of a replayed sale, many orders at a time, by the product's services."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.sites.models import Site
from django.db import transaction

from marketplace.core.money import to_decimal
from marketplace.shop.order.models import Line, Order
from marketplace.shop.partner.models import Partner
from payouts.services import history, settlement
from payouts.services.history import PastAccount, PastCapture, PastRelease
from payouts.services.settlement import (
    LineInput,
    LineKind,
    OrderInput,
    SettlementInput,
)
from reviews.services import LONGEST_TEXT, Note, write_note
from tests.benchmarks.olist_data import CURRENCY, Market, Piece, Sale
from vendors.models import Standing, Vendor, VendorOrder, VendorOrderLine
from vendors.score import Counters
from vendors.services import standing

COUNTRY = "BR"
Parts = dict[str, list[VendorOrder]]
Scores = dict[int, list[int]]

_STATES = {
    "released": VendorOrder.State.RECEIVED,
    "held": VendorOrder.State.TO_SHIP,
    "cancelled": VendorOrder.State.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Shops:
    """The shops of the folder's sellers, by the folder's ids."""

    vendors: dict[str, Vendor]

    def notes(self) -> dict[int, tuple[Decimal | None, int]]:
        """Return mean and count of the notes of every partner."""
        rows = Partner.objects.values_list("pk", "note_mean", "note_count")
        return {pk: (mean, count) for pk, mean, count in rows}


@transaction.atomic
def open_shops(market: Market) -> Shops:
    """Open a shop for every seller of the folder."""
    partners = Partner.objects.bulk_create(
        Partner(code=key, name=key[:12], is_selling=True, dispatch_country=COUNTRY)
        for key in market.seller_ids
    )
    now = min(sale.bought_at for sale in market.sales)
    vendors = Vendor.objects.bulk_create(
        Vendor(
            partner=partner,
            handle=key,
            name=key[:12],
            state=Vendor.State.OPEN,
            country=COUNTRY,
            created_at=now,
            opened_at=now,
        )
        for key, partner in zip(market.seller_ids, partners, strict=True)
    )
    Standing.objects.bulk_create(Standing(vendor=vendor) for vendor in vendors)
    history.record_accounts(
        accounts=[
            PastAccount(
                vendor_id=vendor.pk,
                stripe_account_id=f"acct_{vendor.handle}",
                country=COUNTRY,
                email="seller@example.org",
                currency=CURRENCY,
                at=now,
            )
            for vendor in vendors
        ]
    )
    return Shops(dict(zip(market.seller_ids, vendors, strict=True)))


@transaction.atomic
def place(sales: Sequence[Sale], shops: Shops) -> Parts:
    """Write orders, their parts and their frozen settlements."""
    orders = _write_orders(sales)
    parts = _write_parts(sales, orders, shops)
    lines = _write_lines(sales, orders, parts)
    settlement.open_many(
        orders=[
            OrderInput(
                order_id=order.pk,
                currency=CURRENCY,
                placed_at=sale.bought_at,
                voucher_minor=sale.gift_minor,
                settlements=[
                    _settlement(part, sale.lines[key], lines[part.pk])
                    for key, part in zip(sale.lines, parts[sale.id], strict=True)
                ],
            )
            for sale, order in zip(sales, orders, strict=True)
        ],
        now=max(sale.bought_at for sale in sales),
    )
    return parts


@transaction.atomic
def settle(sales: Sequence[Sale], parts: Parts) -> None:
    """Pay what was not cancelled, release what was delivered."""
    paid = [sale for sale in sales if sale.fate != "cancelled"]
    for sale in sales:
        if sale.fate == "cancelled":
            settlement.cancel_settlements(order_id=parts[sale.id][0].order_id)
    history.record_captures(captures=[_capture(sale, parts[sale.id]) for sale in paid])
    released = [sale for sale in paid if sale.fate == "released"]
    history.record_releases(
        releases=[_release(sale, part) for sale in released for part in parts[sale.id]]
    )


@transaction.atomic
def rate(sales: Sequence[Sale], parts: Parts) -> Scores:
    """Write the buyers' notes; return each seller's scores, to be counted later."""
    scores: Scores = {}
    for sale in sales:
        if not sale.score or sale.fate != "released":
            continue
        for part in parts[sale.id]:
            _note(sale, part)
            scores.setdefault(part.vendor_id, []).append(sale.score)
    return scores


@transaction.atomic
def count_notes(scores: Mapping[int, Sequence[int]]) -> None:
    """Add the notes to the sellers' counters."""
    for vendor_id, given in sorted(scores.items()):
        standing.count(
            vendor_id=vendor_id,
            happened=Counters(note_sum=sum(given), note_count=len(given)),
        )


def _note(sale: Sale, part: VendorOrder) -> None:
    write_note(
        part=part,
        note=Note(
            score=sale.score or 0,
            text=sale.text[:LONGEST_TEXT],
            user_id=None,
            author_name="",
        ),
        now=sale.received_at,
    )


def _write_orders(sales: Sequence[Sale]) -> list[Order]:
    site = Site.objects.get_current()
    return Order.objects.bulk_create(
        Order(
            number=sale.id,
            site=site,
            guest_email="buyer@example.org",
            currency=CURRENCY,
            total_incl_tax=to_decimal(sale.gross_minor, CURRENCY),
            total_excl_tax=to_decimal(sale.gross_minor, CURRENCY),
            status=Order.CANCELLED if sale.fate == "cancelled" else Order.PAID,
            date_placed=sale.bought_at,
            paid_at=None if sale.fate == "cancelled" else sale.bought_at,
        )
        for sale in sales
    )


def _write_parts(sales: Sequence[Sale], orders: Sequence[Order], shops: Shops) -> Parts:
    rows = VendorOrder.objects.bulk_create(
        VendorOrder(
            order=order,
            vendor=shops.vendors[key],
            number=f"{order.pk}-{place}",
            state=_STATES[sale.fate],
            currency=CURRENCY,
            items_minor=sum(piece.price_minor for piece in sale.lines[key]),
            shipping_minor=sum(piece.freight_minor for piece in sale.lines[key]),
            shipping_code="standard",
            shipping_name="Standard",
            placed_at=sale.bought_at,
            paid_at=None if sale.fate == "cancelled" else sale.bought_at,
            received_at=sale.received_at if sale.fate == "released" else None,
        )
        for sale, order in zip(sales, orders, strict=True)
        for place, key in enumerate(sale.lines, start=1)
    )
    written = iter(rows)
    return {sale.id: [next(written) for _key in sale.lines] for sale in sales}


def _write_lines(
    sales: Sequence[Sale], orders: Sequence[Order], parts: Parts
) -> dict[int, list[Line]]:
    wanted = [
        (order, part, piece)
        for sale, order in zip(sales, orders, strict=True)
        for key, part in zip(sale.lines, parts[sale.id], strict=True)
        for piece in sale.lines[key]
    ]
    rows = Line.objects.bulk_create(
        [_line(order, part, piece) for order, part, piece in wanted]
    )
    VendorOrderLine.objects.bulk_create(
        VendorOrderLine(vendor_order=part, order_line=row, quantity=1)
        for (_order, part, _piece), row in zip(wanted, rows, strict=True)
    )
    lines: dict[int, list[Line]] = {}
    for (_order, part, _piece), row in zip(wanted, rows, strict=True):
        lines.setdefault(part.pk, []).append(row)
    return lines


def _line(order: Order, part: VendorOrder, piece: Piece) -> Line:
    price = to_decimal(piece.price_minor, CURRENCY)
    return Line(
        order=order,
        partner_id=part.vendor.partner_id,
        partner_name=part.vendor.name,
        partner_sku=piece.product_id,
        title=piece.product_id,
        quantity=1,
        line_price_incl_tax=price,
        line_price_excl_tax=price,
        line_price_before_discounts_incl_tax=price,
        line_price_before_discounts_excl_tax=price,
        unit_price_incl_tax=price,
        unit_price_excl_tax=price,
        num_allocated=0,
    )


def _settlement(
    part: VendorOrder, pieces: Iterable[Piece], lines: Iterable[Line]
) -> SettlementInput:
    inputs: list[Any] = [
        LineInput(
            kind=LineKind.ITEM,
            gross_minor=piece.price_minor,
            tax_minor=0,
            oscar_line_id=line.pk,
        )
        for piece, line in zip(pieces, lines, strict=True)
    ]
    if part.shipping_minor:
        inputs.append(
            LineInput(
                kind=LineKind.SHIPPING, gross_minor=part.shipping_minor, tax_minor=0
            )
        )
    return SettlementInput(
        vendor_order_id=part.pk,
        vendor_id=part.vendor_id,
        seller_country=COUNTRY,
        lines=inputs,
    )


def _capture(sale: Sale, parts: Sequence[VendorOrder]) -> PastCapture:
    cash = sale.gross_minor - sale.gift_minor
    order_id = parts[0].order_id
    return PastCapture(
        order_id=order_id,
        order_public_id=sale.id,
        paid_at=sale.bought_at,
        charge_id=f"ch_{sale.id}" if cash else "",
        payment_intent_id=f"pi_{sale.id}" if cash else "",
        balance_transaction_id=f"txn_{sale.id}" if cash else "",
    )


def _release(sale: Sale, part: VendorOrder) -> PastRelease:
    delivered = sale.received_at
    return PastRelease(
        vendor_order_id=part.pk,
        shipped_at=sale.shipped_at or sale.bought_at + timedelta(days=2),
        delivered_at=delivered,
        confirmed_at=delivered,
        release_after=delivered,
        released_at=delivered,
    )
