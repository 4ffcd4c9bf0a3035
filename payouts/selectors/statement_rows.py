"""The rows of a statement's file, section by section; docs/algorithms/statement.md."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from marketplace.shop.promotions.models import RedemptionShare
from payouts.models import (
    LedgerEntry,
    LineKind,
    RefundLine,
    RefundState,
    Settlement,
    SettlementLine,
    TransferReversal,
    TransferState,
    VendorPayout,
    VendorTransfer,
)
from payouts.selectors.movements import (
    account_of,
    note_of,
    reference_of,
    words_of,
)
from payouts.selectors.period import Period
from payouts.selectors.statement_cells import Minor, Row, said, time_words

DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a sale, and how it is called in the file: 1, 2, ..., delivery."""

    order: str
    name: str
    line: SettlementLine


@dataclass(frozen=True, slots=True)
class Sales:
    """The sales that something moved of, by their age, with their lines."""

    settlements: list[Settlement]
    lines: dict[int, list[SoldLine]]

    def __iter__(self) -> Iterator[SoldLine]:
        return (sold for row in self.settlements for sold in self.lines[row.pk])


def sales_of(period: Period) -> Sales:
    """Read the sales of a period; two queries."""
    rows = Settlement.objects.filter(pk__in=_moved(period))
    settlements = list(rows.select_related("vendor_order").order_by("created_at", "pk"))
    by_sale: dict[int, list[SettlementLine]] = defaultdict(list)
    lines = SettlementLine.objects.filter(settlement__in=_moved(period))
    for line in lines.select_related("oscar_line").order_by("pk"):
        by_sale[line.settlement_id].append(line)
    return Sales(
        settlements, {row.pk: named(row, by_sale[row.pk]) for row in settlements}
    )


def named(sale: Settlement, lines: Iterable[SettlementLine]) -> list[SoldLine]:
    """Return the lines of a sale, in their order, with their names."""
    found, n = [], 0
    for line in lines:
        is_delivery = line.kind == LineKind.SHIPPING
        n += not is_delivery
        name = DELIVERY if is_delivery else str(n)
        found.append(SoldLine(sale.vendor_order.number, name, line))
    return found


def balances(period: Period) -> Iterator[Row]:
    """Yield opening, movement and closing of each account, and of all."""
    sums = (period.opening, period.moved, period.closing)
    for account in period.opening:
        yield [account, *(Minor(each[account]) for each in sums)]
    yield ["total", *(Minor(sum(each.values())) for each in sums)]


def totals(period: Period) -> Iterator[Row]:
    """Yield the sum of each kind."""
    for each in period.totals:
        yield [said(each.kind), said(each.words), each.count, Minor(each.minor)]


def movements(period: Period) -> Iterator[Row]:
    """Yield every entry with the balance of its account after it."""
    balance = dict(period.opening)
    for n, entry in enumerate(period.entries.iterator(), start=1):
        booked, account = entry.transaction, account_of(entry)
        balance[account] += entry.credit_minor
        order = entry.settlement.vendor_order.number if entry.settlement else ""
        yield [
            n,
            time_words(booked.booked_at),
            account,
            said(booked.kind),
            said(words_of(booked.kind)),
            said(note_of(booked.ref)),
            Minor(entry.credit_minor),
            Minor(balance[account]),
            order,
            said(reference_of(booked.ref)),
            said(booked.key),
        ]


def sales(found: Sales) -> Iterator[Row]:
    """Yield each sale as its lines sum up."""
    for row in found.settlements:
        yield [
            row.vendor_order.number,
            time_words(row.paid_at),
            len(found.lines[row.pk]),
            Minor(row.gross_minor),
            Minor(row.platform_discount_minor - row.points_minor),
            Minor(row.points_minor),
            Minor(row.cash_minor),
            Minor(row.commission_minor),
            Minor(row.commission_vat_minor),
            Minor(row.payable_minor),
        ]


def lines(found: Sales) -> Iterator[Row]:
    """Yield each line as it was frozen."""
    for sold in found:
        cells = _line_cells(sold.line) + _terms_cells(sold.line)
        yield [sold.order, sold.name, *cells]


def unit_price(line: SettlementLine) -> int | None:
    """Return the price of one unit before any discount; None if it is no whole one."""
    price, rest = divmod(line.gross_minor + line.vendor_discount_minor, line.quantity)
    return None if rest else price


def why_words(line: SettlementLine) -> str:
    """Say which conditions of its plan a line met; nothing for the plan for all."""
    return "; ".join(
        f"{each.get('kind', '')}: {each.get('name') or each.get('value', '')}"
        for each in line.plan_snapshot.get("why") or ()
    )


def _line_cells(line: SettlementLine) -> Row:
    return [
        line.kind,
        said(line.oscar_line.title if line.oscar_line else ""),
        line.quantity,
        Minor(unit_price(line)),
        Minor(line.vendor_discount_minor),
        Minor(line.gross_minor),
        Minor(line.tax_minor),
        Minor(line.platform_discount_minor - line.points_minor),
        Minor(line.points_minor),
        Minor(line.cash_minor),
    ]


def _terms_cells(line: SettlementLine) -> Row:
    terms = line.plan_snapshot
    return [
        said(terms.get("plan", "")),
        line.plan_id,
        line.plan_version,
        terms.get("bps"),
        terms.get("fixed_minor") or 0,
        terms.get("min_minor") or 0,
        terms.get("max_minor"),
        terms.get("base") or "incl_tax",
        "no" if terms.get("include_shipping") is False else "yes",
        said(why_words(line)),
        terms.get("vat_bps") or 0,
        said(terms.get("vat_reason") or ""),
        said(terms.get("vat_country") or ""),
        Minor(line.commission_minor),
        Minor(line.commission_vat_minor),
        Minor(line.net_minor),
    ]


def discounts(found: Sales) -> Iterator[Row]:
    """Yield who funded each promotion on each line."""
    by_line = shares_of([(row, found.lines[row.pk]) for row in found.settlements])
    for sold in found:
        for share in by_line[sold.line.pk]:
            promotion = share.redemption.promotion
            yield [
                *(sold.order, sold.name, said(promotion.name), said(promotion.code)),
                *(Minor(share.platform_minor), Minor(share.vendor_minor)),
            ]


def shares_of(
    sales_lines: list[tuple[Settlement, list[SoldLine]]],
) -> dict[int, list[RedemptionShare]]:
    """Return what promotions gave by settlement line; those without one: delivery."""
    by_oscar: dict[int, int] = {}
    delivery: dict[tuple[int, int], int] = {}
    for row, sold_lines in sales_lines:
        for sold in sold_lines:
            if sold.line.oscar_line_id is not None:
                by_oscar[sold.line.oscar_line_id] = sold.line.pk
            elif sold.name == DELIVERY:
                place = (row.order_id, row.vendor_order.vendor_id)
                delivery[place] = sold.line.pk
    rows = RedemptionShare.objects.filter(
        redemption__order__in=[row.order_id for row, _lines in sales_lines]
    )
    found: dict[int, list[RedemptionShare]] = defaultdict(list)
    for share in rows.select_related(
        "redemption__promotion", "partner__vendor"
    ).order_by("pk"):
        if share.order_line_id is not None:
            line = by_oscar.get(share.order_line_id)
        else:
            place = (share.redemption.order_id, share.partner.vendor.pk)
            line = delivery.get(place)
        if line is not None:
            found[line].append(share)
    return found


def refunds(found: Sales) -> Iterator[Row]:
    """Yield what was given back of each line, in the order in which it was counted."""
    by_line: dict[int, list[RefundLine]] = defaultdict(list)
    rows = RefundLine.objects.filter(
        settlement_line__settlement__in=[row.pk for row in found.settlements]
    )
    for row in rows.select_related("request").order_by("request_id"):
        by_line[row.settlement_line_id].append(row)
    for sold in found:
        parts = by_line[sold.line.pk]
        for event, at, part in _events(parts):
            yield [sold.order, sold.name, *_refund_cells(event, at, part)]
        rest = _counted_otherwise(sold.line, parts)
        if any(rest):
            head = [sold.order, sold.name, "", "other", "", "", ""]
            yield head + [Minor(minor) for minor in (*rest, 0, 0)]


def _events(parts: list[RefundLine]) -> list[tuple[str, datetime, RefundLine]]:
    found = []
    for part in parts:
        request = part.request
        found.append((request.created_at, request.pk, 0, "reserved", part))
        if request.state == RefundState.REFUSED and request.finished_at:
            found.append((request.finished_at, request.pk, 1, "withdrawn", part))
    found.sort(key=lambda each: each[:3])
    return [(event, at, part) for at, _pk, _step, event, part in found]


def _refund_cells(event: str, at: datetime, part: RefundLine) -> Row:
    request = part.request
    return [
        f"refund:{request.pk}",
        event,
        time_words(at),
        said(request.reason),
        request.stripe_id or "",
        *(Minor(minor) for minor in _shares(part)),
        Minor(part.kept_commission_minor),
        Minor(part.kept_vat_minor),
    ]


def _shares(part: RefundLine) -> tuple[int, ...]:
    return (
        part.gross_minor,
        part.cash_minor,
        part.promo_back_minor,
        part.points_back_minor,
        part.commission_back_minor,
        part.vat_back_minor,
        part.vendor_minor,
    )


def _counted_otherwise(line: SettlementLine, parts: list[RefundLine]) -> list[int]:
    """Return what was given back of a line by something else than a refund."""
    stand = [_shares(part) for part in parts if _stands(part)]
    gross, cash = line.refunded_gross_minor, line.refunded_cash_minor
    points = line.refunded_points_minor
    counted = (
        *(gross, cash, gross - cash - points, points),
        *(line.commission_back_minor, line.vat_back_minor, line.reversed_net_minor),
    )
    sums = [sum(each) for each in zip(*stand, strict=True)] or [0] * len(counted)
    return [all_of - known for all_of, known in zip(counted, sums, strict=True)]


def _stands(part: RefundLine) -> bool:
    return part.request.state != RefundState.REFUSED


def transfers(period: Period) -> Iterator[Row]:
    """Yield what was sent: for the sales of a period, and for no single sale."""
    done = VendorTransfer.objects.filter(state=TransferState.DONE)
    done = done.select_related("settlement__vendor_order")
    keys = period.entries.order_by().filter(transaction__kind="transfer")
    others = done.filter(
        settlement__isnull=True,
        vendor_id=period.vendor_id,
        command__natural_key__in=keys.values("transaction__key"),
    )
    found = [*done.filter(settlement__in=_moved(period)), *others]
    for row in sorted(found, key=_by_time):
        yield [
            _sale_of(row),
            row.natural_key,
            row.stripe_id or "",
            row.funding,
            row.source_charge,
            Minor(row.amount_minor),
            row.sent_currency,
            row.sent_minor,
            time_words(row.done_at),
        ]


def reversals(period: Period) -> Iterator[Row]:
    """Yield what was taken back of those transfers."""
    rows = TransferReversal.objects.filter(
        transfer__settlement__in=_moved(period), state=TransferState.DONE
    ).select_related("command", "transfer__settlement__vendor_order")
    for row in sorted(rows, key=_by_time):
        yield [
            _sale_of(row.transfer),
            row.command.natural_key if row.command else "",
            row.stripe_id or "",
            row.transfer.stripe_id or "",
            Minor(row.amount_minor),
            row.transfer.sent_currency,
            row.sent_minor,
            time_words(row.done_at),
        ]


def _sale_of(transfer: VendorTransfer) -> str:
    sale = transfer.settlement
    return sale.vendor_order.number if sale else ""


def _by_time(row: VendorTransfer | TransferReversal) -> tuple[datetime, int]:
    return row.done_at or row.created_at, row.pk


def payouts(period: Period) -> Iterator[Row]:
    """Yield what Stripe paid to the seller's bank in a period."""
    month = period.month
    rows = VendorPayout.objects.filter(
        Q(arrival_date__gte=month.begins, arrival_date__lt=month.ends),
        vendor_id=period.vendor_id,
        currency=period.currency,
    )
    for row in rows.order_by("arrival_date", "pk"):
        amount = Minor(row.amount_minor)
        yield [row.stripe_id, time_words(row.arrival_date), said(row.status), amount]


def _moved(period: Period) -> QuerySet[LedgerEntry, Any]:
    return period.entries.order_by().values("settlement_id")
