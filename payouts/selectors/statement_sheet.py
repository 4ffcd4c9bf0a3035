"""A month of a seller as the rows of its file (docs/algorithms/statement.md).

`payouts/verify.py` reads them without a line of this; a test keeps the two together.
"""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from marketplace.core.money import exponent, to_decimal
from marketplace.core.sheets import plain
from payouts.models import (
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
from payouts.selectors.movements import account_of, reference_of, words_of
from payouts.selectors.period import Period
from vendors.models import Vendor

MAGIC = "COMPTOIR-STATEMENT"
FORMAT = "1"
DELIVERY = "delivery"
# Where the market publishes the keys that sign, and have signed.
KEYS_PATH = "/.well-known/comptoir-statement-keys.json"

# `amount*` stands for two columns: minor units, and the same as people read it.
COLUMNS = {
    "FACT": "name value",
    "BALANCE": "account opening* movement* closing*",
    "TOTAL": "kind words count amount*",
    "MOVEMENT": "n booked_at account kind words amount* balance* order reference key",
    "SALE": "order paid_at lines gross* promo* points* cash* commission* vat* net*",
    "LINE": "order line kind title quantity unit_price* vendor_discount* gross* tax*"
    " promo* points* cash* plan plan_id plan_version bps fixed_minor least_minor"
    " most_minor base with_shipping vat_bps vat_reason vat_country commission* vat*"
    " net*",
    "REFUND": "order line refund event at reason stripe_id gross* cash* promo* points*"
    " commission* vat* net*",
    "TRANSFER": "order key stripe_id funding charge currency amount* sent_at",
    "REVERSAL": "order key stripe_id transfer currency amount* taken_at",
    "PAYOUT": "stripe_id arrives_at status amount*",
}
_Row = list[Any]


@dataclass(frozen=True, slots=True)
class Minor:
    """An amount of a cell; it takes two columns."""

    minor: int | None


def text_of(period: Period, *, facts: dict[str, str]) -> Iterator[str]:
    """Yield the file line by line, but for the row that seals it."""
    count = 0
    for row in _rows(period, facts):
        count += 1
        yield line_of(row, period.currency)
    yield line_of(["END", count], period.currency)


def line_of(row: _Row, currency: str = "") -> str:
    """Return a row as the one line that stands for it."""
    written = StringIO()
    cells = [each for cell in row for each in _cells(cell, currency)]
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def facts_of(period: Period) -> dict[str, str]:
    """Return what a statement tells of itself, but for how it was closed."""
    vendor = Vendor.objects.get(pk=period.vendor_id)
    previous = period.previous
    return {
        "number": number_of(period),
        "platform": settings.PLATFORM["legal_name"],
        "platform_vat_number": settings.PLATFORM["vat_number"],
        "seller": vendor.legal_name or vendor.name,
        "seller_shop": vendor.name,
        "seller_id": vendor.public_id,
        "seller_country": str(vendor.country),
        "seller_vat_number": vendor.vat_number,
        "currency": period.currency,
        "decimals": str(exponent(period.currency)),
        "period": period.month.key,
        "begins_at": time_words(period.month.begins),
        "ends_at": time_words(period.month.ends),
        "time_zone": settings.TIME_ZONE,
        "previous_number": previous.number if previous else "",
        "previous_digest": previous.digest if previous else "",
        "keys_url": f"{settings.PUBLIC_URL}{KEYS_PATH}",
    }


def number_of(period: Period) -> str:
    """Return the number by which people call the statement."""
    return f"{period.month.key}-{period.vendor_id:04d}-{period.currency}"


def _rows(period: Period, facts: dict[str, str]) -> Iterator[_Row]:
    yield [MAGIC, FORMAT]
    settlements = _settlements(period)
    lines = _lines(settlements)
    refunds = _refunds(lines)
    sections: dict[str, Callable[[], Iterable[_Row]]] = {
        "FACT": lambda: ([name, plain(_clean(facts[name]))] for name in facts),
        "BALANCE": lambda: _balance_rows(period),
        "TOTAL": lambda: (
            [plain(each.kind), plain(each.words), each.count, Minor(each.minor)]
            for each in period.totals
        ),
        "MOVEMENT": lambda: _movement_rows(period),
        "SALE": lambda: (_sale_row(row, lines[row.pk]) for row in settlements),
        "LINE": lambda: _line_rows(settlements, lines),
        "REFUND": lambda: _refund_rows(settlements, lines, refunds),
        "TRANSFER": lambda: _transfer_rows(period),
        "REVERSAL": lambda: _reversal_rows(period),
        "PAYOUT": lambda: _payout_rows(period),
    }
    for section, rows in sections.items():
        yield [f"#{section}", *_heads(section)]
        for row in rows():
            yield [section, *row]


def _heads(section: str) -> list[str]:
    heads = []
    for name in COLUMNS[section].split():
        heads += [f"{name[:-1]}_minor", name[:-1]] if name.endswith("*") else [name]
    return heads


def _cells(cell: Any, currency: str) -> list[str]:
    if isinstance(cell, Minor):
        if cell.minor is None:
            return ["", ""]
        return [str(cell.minor), str(to_decimal(cell.minor, currency))]
    return ["" if cell is None else str(cell)]


def _clean(words: str) -> str:
    """Return words on one line, without what a terminal or a sheet would act on."""
    return "".join(
        " " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each
        for each in words
    )


def _said(words: str) -> str:
    return plain(_clean(words))


def time_words(at: datetime | None) -> str:
    """Return a moment in the market's time zone with its offset; nothing for none."""
    if at is None:
        return ""
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat()


def _balance_rows(period: Period) -> Iterator[_Row]:
    sums = (period.opening, period.moved, period.closing)
    for account in period.opening:
        yield [account, *(Minor(each[account]) for each in sums)]
    yield ["total", *(Minor(sum(each.values())) for each in sums)]


def _movement_rows(period: Period) -> Iterator[_Row]:
    balance = dict(period.opening)
    for n, entry in enumerate(period.entries.iterator(), start=1):
        booked, account = entry.transaction, account_of(entry)
        balance[account] += entry.credit_minor
        order = entry.settlement.vendor_order.number if entry.settlement else ""
        yield [
            n,
            time_words(booked.booked_at),
            account,
            _said(booked.kind),
            _said(words_of(booked.kind)),
            Minor(entry.credit_minor),
            Minor(balance[account]),
            order,
            _said(reference_of(booked.ref)),
            _said(booked.key),
        ]


def _settlements(period: Period) -> list[Settlement]:
    """Return every sale that something moved of, by their age."""
    moved = period.entries.order_by().values("settlement_id")
    rows = Settlement.objects.filter(pk__in=moved).select_related("vendor_order")
    return list(rows.order_by("created_at", "pk"))


def _lines(settlements: list[Settlement]) -> dict[int, list[SettlementLine]]:
    rows = SettlementLine.objects.filter(settlement__in=settlements)
    found: dict[int, list[SettlementLine]] = defaultdict(list)
    for row in rows.select_related("oscar_line").order_by("pk"):
        found[row.settlement_id].append(row)
    return found


def _sale_row(row: Settlement, lines: list[SettlementLine]) -> _Row:
    return [
        row.vendor_order.number,
        time_words(row.paid_at),
        len(lines),
        Minor(row.gross_minor),
        Minor(row.platform_discount_minor - row.points_minor),
        Minor(row.points_minor),
        Minor(row.cash_minor),
        Minor(row.commission_minor),
        Minor(row.commission_vat_minor),
        Minor(row.payable_minor),
    ]


def line_names(lines: list[SettlementLine]) -> dict[int, str]:
    """Return how a sale's lines are called in its statement: 1, 2, ..., delivery."""
    names, n = {}, 0
    for line in lines:
        is_delivery = line.kind == LineKind.SHIPPING
        n += not is_delivery
        names[line.pk] = DELIVERY if is_delivery else str(n)
    return names


def _line_rows(
    settlements: list[Settlement], lines: dict[int, list[SettlementLine]]
) -> Iterator[_Row]:
    for settlement in settlements:
        names = line_names(lines[settlement.pk])
        for line in lines[settlement.pk]:
            head = [settlement.vendor_order.number, names[line.pk]]
            yield head + _line_cells(line) + _terms_cells(line)


def _line_cells(line: SettlementLine) -> _Row:
    price, rest = divmod(line.gross_minor + line.vendor_discount_minor, line.quantity)
    return [
        line.kind,
        _said(line.oscar_line.title if line.oscar_line else ""),
        line.quantity,
        # Where a price is not the same for each unit, the sum of them is what counts.
        Minor(None if rest else price),
        Minor(line.vendor_discount_minor),
        Minor(line.gross_minor),
        Minor(line.tax_minor),
        Minor(line.platform_discount_minor - line.points_minor),
        Minor(line.points_minor),
        Minor(line.cash_minor),
    ]


def _terms_cells(line: SettlementLine) -> _Row:
    terms = line.plan_snapshot
    return [
        _said(terms.get("plan", "")),
        line.plan_id,
        line.plan_version,
        terms.get("bps"),
        terms.get("fixed_minor") or 0,
        terms.get("min_minor") or 0,
        terms.get("max_minor"),
        terms.get("base") or "incl_tax",
        "no" if terms.get("include_shipping") is False else "yes",
        terms.get("vat_bps") or 0,
        _said(terms.get("vat_reason") or ""),
        _said(terms.get("vat_country") or ""),
        Minor(line.commission_minor),
        Minor(line.commission_vat_minor),
        Minor(line.net_minor),
    ]


def _refunds(lines: dict[int, list[SettlementLine]]) -> dict[int, list[RefundLine]]:
    ids = [line.pk for each in lines.values() for line in each]
    rows = RefundLine.objects.filter(settlement_line__in=ids)
    found: dict[int, list[RefundLine]] = defaultdict(list)
    for row in rows.select_related("request").order_by("request_id"):
        found[row.settlement_line_id].append(row)
    return found


def _refund_rows(
    settlements: list[Settlement],
    lines: dict[int, list[SettlementLine]],
    refunds: dict[int, list[RefundLine]],
) -> Iterator[_Row]:
    """Yield what was given back of each line in the order in which it was counted."""
    for settlement in settlements:
        names = line_names(lines[settlement.pk])
        for line in lines[settlement.pk]:
            head = [settlement.vendor_order.number, names[line.pk]]
            for event, at, row in _events(refunds[line.pk]):
                yield head + _refund_cells(event, at, row)
            rest = _counted_otherwise(line, refunds[line.pk])
            if any(rest):
                yield [*head, "", "other", "", "", "", *map(Minor, rest)]


def _events(rows: list[RefundLine]) -> list[tuple[str, datetime, RefundLine]]:
    found = []
    for row in rows:
        request = row.request
        found.append((request.created_at, request.pk, 0, "reserved", row))
        if request.state == RefundState.REFUSED and request.finished_at:
            found.append((request.finished_at, request.pk, 1, "withdrawn", row))
    found.sort(key=lambda each: each[:3])
    return [(event, at, row) for at, _pk, _step, event, row in found]


def _refund_cells(event: str, at: datetime, row: RefundLine) -> _Row:
    request = row.request
    return [
        f"refund:{request.pk}",
        event,
        time_words(at),
        _said(request.reason),
        request.stripe_id or "",
        *map(Minor, _shares(row)),
    ]


def _shares(row: RefundLine) -> tuple[int, ...]:
    return (
        row.gross_minor,
        row.cash_minor,
        row.promo_back_minor,
        row.points_back_minor,
        row.commission_back_minor,
        row.vat_back_minor,
        row.vendor_minor,
    )


def _counted_otherwise(line: SettlementLine, rows: list[RefundLine]) -> list[int]:
    """Return what was given back of a line by something else than a refund."""
    standing = [
        _shares(row) for row in rows if row.request.state != RefundState.REFUSED
    ]
    gross, cash = line.refunded_gross_minor, line.refunded_cash_minor
    points = line.refunded_points_minor
    counted = (
        *(gross, cash, gross - cash - points, points),
        *(line.commission_back_minor, line.vat_back_minor, line.reversed_net_minor),
    )
    sums = [sum(each) for each in zip(*standing, strict=True)] or [0] * len(counted)
    return [all_of - known for all_of, known in zip(counted, sums, strict=True)]


def _of_sales(period: Period, path: str) -> Q:
    moved = period.entries.order_by().values("settlement_id")
    return Q(**{f"{path}__in": moved})


def _sale_of(transfer: VendorTransfer) -> str:
    """Return the number of the sale that a transfer pays, if it is a sale's."""
    sale = transfer.settlement
    return sale.vendor_order.number if sale else ""


def _transfer_rows(period: Period) -> Iterator[_Row]:
    rows: QuerySet[VendorTransfer] = VendorTransfer.objects.filter(
        _of_sales(period, "settlement_id"), state=TransferState.DONE
    )
    rows = rows.select_related("command", "settlement__vendor_order")
    for row in rows.order_by("done_at", "pk"):
        yield [
            _sale_of(row),
            row.command.natural_key if row.command else "",
            row.stripe_id or "",
            row.funding,
            row.source_charge,
            row.currency,
            Minor(row.amount_minor),
            time_words(row.done_at),
        ]


def _reversal_rows(period: Period) -> Iterator[_Row]:
    rows: QuerySet[TransferReversal] = TransferReversal.objects.filter(
        _of_sales(period, "transfer__settlement_id"), state=TransferState.DONE
    )
    rows = rows.select_related("command", "transfer__settlement__vendor_order")
    for row in rows.order_by("done_at", "pk"):
        yield [
            _sale_of(row.transfer),
            row.command.natural_key if row.command else "",
            row.stripe_id or "",
            row.transfer.stripe_id or "",
            row.transfer.currency,
            Minor(row.amount_minor),
            time_words(row.done_at),
        ]


def _payout_rows(period: Period) -> Iterator[_Row]:
    rows = VendorPayout.objects.filter(
        vendor_id=period.vendor_id,
        currency=period.currency,
        arrival_date__gte=period.month.begins,
        arrival_date__lt=period.month.ends,
    )
    for row in rows.order_by("arrival_date", "pk"):
        amount = Minor(row.amount_minor)
        yield [row.stripe_id, time_words(row.arrival_date), _said(row.status), amount]
