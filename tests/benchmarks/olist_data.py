"""Read a folder of the layout of Olist's public data."""

import csv
import lzma
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO

from marketplace.core.money import from_decimal

CANCELLED = {"canceled", "unavailable"}
CURRENCY = "BRL"
_NEEDED = {"orders", "order_items"}
_SCORES = {"1", "2", "3", "4", "5"}
_DEFAULT_DAY = datetime(2018, 1, 1, 12, tzinfo=UTC)


class UnreadableFolderError(Exception):
    """A table of the folder is missing or holds what it should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of one seller in an order."""

    product_id: str
    price_minor: int
    freight_minor: int


@dataclass(slots=True, kw_only=True)
class Sale:
    """An order with its pieces by seller, payments and last review."""

    id: str
    status: str
    bought_at: datetime
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    lines: dict[str, list[Piece]] = field(default_factory=dict)
    voucher_minor: int = 0
    paid_minor: int = 0
    score: int | None = None
    text: str = ""

    @property
    def items_minor(self) -> int:
        """Return the price of all pieces."""
        return sum(piece.price_minor for part in self.lines.values() for piece in part)

    @property
    def gross_minor(self) -> int:
        """Return price and freight of all pieces."""
        return sum(
            piece.price_minor + piece.freight_minor
            for part in self.lines.values()
            for piece in part
        )

    @property
    def gift_minor(self) -> int:
        """Return the vouchers, up to the price of all pieces: a gift of ours."""
        return max(0, min(self.voucher_minor, self.items_minor))

    @property
    def received_at(self) -> datetime:
        """Return when the buyer got a delivered order; some do not tell."""
        return self.delivered_at or self.bought_at + timedelta(days=10)

    @property
    def fate(self) -> str:
        """Return what becomes of the order: empty, cancelled, released or held."""
        if not self.lines:
            return "empty"
        if self.status in CANCELLED:
            return "cancelled"
        return "released" if self.status == "delivered" else "held"


@dataclass(slots=True, kw_only=True)
class Market:
    """All that the folder tells."""

    seller_ids: list[str]
    sales: list[Sale]
    astray: Counter[str] = field(default_factory=Counter)
    """Rows that no order counts, by what is wrong with them."""

    @property
    def odd_payments(self) -> int:
        """Return how many orders were paid another sum than their price."""
        return sum(
            1
            for sale in self.sales
            if sale.lines and sale.paid_minor not in {0, sale.gross_minor}
        )

    @property
    def unpaid(self) -> int:
        """Return how many orders have no payment at all."""
        return sum(1 for sale in self.sales if sale.lines and not sale.paid_minor)


def read_market(folder: Path) -> Market:
    """Read the folder; only the tables of orders and of their items must be there.

    Raises UnreadableFolderError, which names the table and what is wrong with it.
    """
    astray: Counter[str] = Counter()
    sales: dict[str, Sale] = {}
    sellers: set[str] = set()
    for name, read in (
        ("orders", lambda row: _add_order(row, sales)),
        ("order_items", lambda row: _add_item(row, sales)),
        ("order_payments", lambda row: _add_payment(row, sales, astray)),
        ("sellers", lambda row: sellers.add(row["seller_id"])),
    ):
        _read(folder, name, read)
    _add_reviews(folder, sales, astray)
    for sale in sales.values():
        sellers.update(sale.lines)
    if not sales:
        raise UnreadableFolderError(f"{folder} holds no orders.")
    return Market(
        seller_ids=sorted(sellers),
        sales=[sales[key] for key in sorted(sales)],
        astray=astray,
    )


def _read(folder: Path, name: str, read: Callable[[dict[str, str]], None]) -> None:
    for number, row in enumerate(rows_of(folder, name), start=2):
        try:
            read(row)
        except KeyError as error:
            raise UnreadableFolderError(f"{name} lacks the column {error}.") from error
        except ValueError as error:
            raise UnreadableFolderError(f"{name}, row {number}: {error}") from error


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table: plain or compressed, under any name that begins so."""
    names = (f"{name}.csv.xz", f"{name}.csv", f"olist_{name}_dataset.csv")
    found = [folder / one for one in names if (folder / one).exists()]
    found = found or sorted(folder.glob(f"{name}*.csv*"))
    if not found:
        if name in _NEEDED:
            raise UnreadableFolderError(f"{folder} has no {name}.csv or {name}.csv.xz.")
        return
    with _opened(found[0]) as file:
        yield from csv.DictReader(file)


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _add_order(row: dict[str, str], sales: dict[str, Sale]) -> None:
    sales[row["order_id"]] = Sale(
        id=row["order_id"],
        status=row["order_status"],
        bought_at=_moment(row["order_purchase_timestamp"]) or _DEFAULT_DAY,
        shipped_at=_moment(row["order_delivered_carrier_date"]),
        delivered_at=_moment(row["order_delivered_customer_date"]),
    )


def _add_item(row: dict[str, str], sales: dict[str, Sale]) -> None:
    sale = sales.get(row["order_id"])
    if sale is None:
        # Items of an order that the table of orders lacks are sold all the same.
        sale = Sale(id=row["order_id"], status="delivered", bought_at=_DEFAULT_DAY)
        sales[sale.id] = sale
    piece = Piece(
        product_id=row["product_id"],
        price_minor=_minor(row["price"]),
        freight_minor=_minor(row["freight_value"]),
    )
    if min(piece.price_minor, piece.freight_minor) < 0:
        raise ValueError("a price or a freight below zero")
    sale.lines.setdefault(row["seller_id"], []).append(piece)


def _add_payment(
    row: dict[str, str], sales: dict[str, Sale], astray: Counter[str]
) -> None:
    sale = sales.get(row["order_id"])
    if sale is None:
        astray["payments of unknown orders"] += 1
        return
    amount = _minor(row["payment_value"])
    sale.paid_minor += amount
    if row["payment_type"] == "voucher":
        sale.voucher_minor += amount


def _add_reviews(folder: Path, sales: dict[str, Sale], astray: Counter[str]) -> None:
    last: dict[str, tuple[str, str]] = {}

    def read(row: dict[str, str]) -> None:
        key, moment = (
            row["order_id"],
            (row["review_answer_timestamp"], row["review_id"]),
        )
        if row["review_score"] not in _SCORES:
            astray["reviews without a score from 1 to 5"] += 1
        elif key not in sales:
            astray["reviews of unknown orders"] += 1
        else:
            astray["reviews before an order's last"] += key in last
            if moment >= last.get(key, ("", "")):
                last[key] = moment
                sales[key].score = int(row["review_score"])
                sales[key].text = row["review_comment_message"]

    _read(folder, "order_reviews", read)
    astray["reviews of orders that never came"] = sum(
        1 for key in last if sales[key].fate != "released"
    )


def _minor(text: str) -> int:
    try:
        return from_decimal(Decimal(text or "0"), CURRENCY)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no amount") from error


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
