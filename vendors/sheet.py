"""A seller's sheet of offers: its columns, and what each row says. Pure reading."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.utils.translation import gettext as _

from vendors.gtin import is_gtin

REQUIRED = ("sku", "price", "stock")
OPTIONAL = (
    "ean",
    "title",
    "brand",
    "category",
    "description",
    "attributes",
    "currency",
    "condition",
    "handling_days",
)
COLUMNS = (*REQUIRED, *OPTIONAL)
CONDITIONS = frozenset(
    {"new", "refurbished", "like_new", "very_good", "good", "acceptable"}
)
_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
_TITLE_LENGTH = 255
_SKU_LENGTH = 128
_BRAND_LENGTH = 120
_MOST_FACTS = 200
_MOST_PRICE = Decimal("999999.99")
_MOST_STOCK = 1_000_000
_MOST_DAYS = 60
_MOST_DIGITS = 9


class UnreadableSheetError(Exception):
    """The file is no sheet of ours; the message says what to do."""


class CellError(Exception):
    """A cell of a row is wrong; `field` is its column."""

    def __init__(self, message: str, *, column: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row that can be taken. `price` has two decimals; `facts` may be empty."""

    number: int
    sku: str
    price: Decimal
    stock: int
    eans: tuple[str, ...] = ()
    title: str = ""
    brand: str = ""
    category: str = ""
    description: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    currency: str = "EUR"
    condition: str = "new"
    handling_days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be taken, and why."""

    number: int
    sku: str
    column: str
    message: str


def open_sheet(file: IO[str]) -> "csv.DictReader[str]":
    """Return the rows of a sheet as texts by column name, lower case.

    Commas, semicolons, tabs and bars part the cells. Raises UnreadableSheetError when
    there is no head, or a required column is missing.
    """
    sample = file.read(_SAMPLE)
    file.seek(0)
    if "\0" in sample:
        raise UnreadableSheetError(
            _("This is not a text file. Save the sheet as CSV (UTF-8).")
        )
    head = sample.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(file, delimiter=delimiter, restkey="")
    names = [name.strip().lower() for name in reader.fieldnames or []]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableSheetError(
            _("The first line must name the columns; missing: %(columns)s.")
            % {"columns": ", ".join(missing)}
        )
    reader.fieldnames = names
    return reader


def rows_of(
    reader: "csv.DictReader[str]", *, currency: str, first: int = 2
) -> Iterator[SheetRow | RefusedRow]:
    """Read the rows one by one; a number of the seller's own stands once in a sheet."""
    seen: set[str] = set()
    for number, cells in enumerate(reader, start=first):
        sku = (cells.get("sku") or "").strip()
        try:
            row = _row(number, sku, cells, currency)
            _refuse_twice(sku, seen)
        except CellError as error:
            yield RefusedRow(
                number=number,
                sku=sku[:_SKU_LENGTH],
                column=error.column,
                message=str(error),
            )
        else:
            seen.add(sku)
            yield row


def _refuse_twice(sku: str, seen: set[str]) -> None:
    if sku in seen:
        raise CellError(_("This number stands twice in the file."), column="sku")


def _row(number: int, sku: str, cells: dict[str, Any], currency: str) -> SheetRow:
    def text(name: str) -> str:
        return (cells.get(name) or "").strip()

    if not sku or len(sku) > _SKU_LENGTH:
        raise CellError(_("Give each row a number of your own."), column="sku")
    return SheetRow(
        number=number,
        sku=sku,
        price=_price(text("price")),
        stock=_whole(text("stock"), column="stock", most=_MOST_STOCK),
        eans=_eans(text("ean")),
        title=_short(text("title"), column="title", most=_TITLE_LENGTH),
        brand=_short(text("brand"), column="brand", most=_BRAND_LENGTH),
        category=text("category"),
        description=text("description"),
        facts=_facts(text("attributes")),
        currency=_currency(text("currency"), currency),
        condition=_condition(text("condition")),
        handling_days=_whole(
            text("handling_days") or "1", column="handling_days", most=_MOST_DAYS
        ),
    )


def _price(text: str) -> Decimal:
    # 1.234,50 and 1234,50 are written like this in most of Europe.
    plain = text.replace("\u00a0", "").replace(" ", "").lstrip("€")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        price = Decimal(plain)
        rounded = price.quantize(Decimal("0.01"))
    except InvalidOperation:
        rounded = price = Decimal(0)
    # "NaN" is a Decimal too, one that cannot be compared.
    if rounded.is_nan() or not Decimal(0) < rounded <= _MOST_PRICE or rounded != price:
        raise CellError(
            _("Enter a price above zero with two decimals, such as 24.90."),
            column="price",
        )
    return rounded


def _whole(text: str, *, column: str, most: int) -> int:
    if (
        not text.isascii()
        or not text.isdecimal()
        or len(text) > _MOST_DIGITS
        or int(text) > most
    ):
        raise CellError(
            _("Enter a whole number from 0 to %(most)s.") % {"most": most},
            column=column,
        )
    return int(text)


def _eans(text: str) -> tuple[str, ...]:
    eans = tuple(dict.fromkeys(text.replace("|", " ").replace(",", " ").split()))
    for ean in eans:
        if not is_gtin(ean):
            raise CellError(
                _("Check this EAN: its last digit does not fit the others."),
                column="ean",
            )
    return eans


def _short(text: str, *, column: str, most: int) -> str:
    if len(text) > most:
        raise CellError(
            _("Shorten this text to %(most)s characters.") % {"most": most},
            column=column,
        )
    if "\0" in text:
        raise CellError(_("This text has a character that is none."), column=column)
    return text


def _facts(text: str) -> dict[str, Any]:
    """Read `{"Name": value}` or `Name: value | Name: value`."""
    if not text:
        return {}
    if text.startswith("{"):
        return _facts_from_json(text)
    pairs = [part.partition(":") for part in text.split("|") if part.strip()]
    if len(pairs) > _MOST_FACTS or not all(middle for _name, middle, _value in pairs):
        raise CellError(
            _("Write attributes as “Colour: blue | Size: M”."), column="attributes"
        )
    return {name.strip(): value.strip() for name, _middle, value in pairs}


def _facts_from_json(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError as error:
        raise CellError(
            _("These attributes are not readable JSON."), column="attributes"
        ) from error
    simple = isinstance(facts, dict) and all(
        isinstance(value, str | int | float | bool) for value in facts.values()
    )
    if not simple or len(facts) > _MOST_FACTS:
        raise CellError(
            _("An attribute is a name with one text, number or yes/no."),
            column="attributes",
        )
    return dict(facts)


def _currency(text: str, currency: str) -> str:
    if text and text.upper() != currency:
        raise CellError(
            _("Prices are in %(currency)s here.") % {"currency": currency},
            column="currency",
        )
    return currency


def _condition(text: str) -> str:
    condition = text.lower().replace(" ", "_") or "new"
    if condition not in CONDITIONS:
        raise CellError(
            _("Choose one of: %(conditions)s.")
            % {"conditions": ", ".join(sorted(CONDITIONS))},
            column="condition",
        )
    return condition
