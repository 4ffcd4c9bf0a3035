"""A seller's sheet of offers: its columns, and what each row says. Pure reading."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.amounts import UnclearAmountError, read_amount
from marketplace.core.money import InexactAmountError
from marketplace.core.sheets import plain_begin
from vendors.gtin import is_gtin
from vendors.tables import UnreadableSheetError, csv_lines

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
# The languages besides that in which a product is first written; no made-up one.
LANGUAGES = tuple(
    code
    for code, _name in settings.LANGUAGES
    if code != settings.LANGUAGE_CODE and not code.endswith("-xa")
)
# What a new product says in each: title_fr, description_fr.
TEXTS = tuple(
    f"{name}_{code}" for code in LANGUAGES for name in ("title", "description")
)
_OWN = (*REQUIRED, *OPTIONAL)
COLUMNS = (*_OWN, *TEXTS)
CONDITIONS = frozenset(
    {"new", "refurbished", "like_new", "very_good", "good", "acceptable"}
)
_TITLE_LENGTH = 255
_SKU_LENGTH = 128
_BRAND_LENGTH = 120
_TEXT_LENGTH = 10_000
_MOST_FACTS = 200
_MOST_PRICE = Decimal("999999.99")
_MOST_STOCK = 1_000_000
_MOST_DAYS = 60
_MOST_DIGITS = 9
_NOTHING = Decimal(0)
_CENT = Decimal("0.01")
_SIMPLE = frozenset({str, int, float, bool})
# No NaN and no Infinity; other characters than ASCII as they are.
_STRICT = json.JSONEncoder(allow_nan=False, ensure_ascii=False)


class CellError(Exception):
    """A cell of a row is wrong; `field` is its column."""

    def __init__(self, message: str, *, column: str) -> None:
        super().__init__(message)
        self.column = column


class SheetRow(NamedTuple):
    """A row that can be taken. `price` has two decimals; `facts` is a JSON object.

    Without a price the offer keeps its own.
    """

    number: int
    sku: str
    price: Decimal | None
    stock: int
    eans: tuple[str, ...]
    title: str
    brand: str
    category: str
    description: str
    facts: str
    currency: str
    condition: str
    handling_days: int
    # Title and description by language, as JSON; None for none.
    texts: str | None = None

    def without_price(self) -> "SheetRow":
        """Return the row as one that leaves the price as it is."""
        return self._replace(price=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be taken, why, and what its cells say."""

    number: int
    sku: str
    column: str
    message: str
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)


class Sheet:
    """An open sheet: the cells of each row, in the order of COLUMNS.

    Cells of columns that are not there are empty. A line without a cell is no row.
    """

    def __init__(
        self, lines: Iterator[list[str]], places: Mapping[str, int], width: int
    ) -> None:
        self._lines = lines
        self._width = width
        # What is not there is read from an empty cell behind the last one.
        self._pick = itemgetter(*(places.get(name, width) for name in COLUMNS))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        width, pick = self._width, self._pick
        for line in filter(None, self._lines):
            cells = line[:width]
            cells += [""] * (width + 1 - len(cells))
            yield tuple(map(str.strip, pick(cells)))

    def count(self) -> int:
        """Read to the end, and return how many rows there were."""
        return sum(1 for line in self._lines if line)


def open_sheet(file: IO[str]) -> Sheet:
    """Return the rows of a sheet; its first line names the columns.

    Commas, semicolons, tabs and bars part the cells. Raises UnreadableSheetError when
    there is no head, or a required column is missing.
    """
    return sheet_of(csv_lines(file))


def sheet_of(
    lines: Iterator[list[str]], places: Mapping[str, int] | None = None
) -> Sheet:
    """Return the rows of lines whose first one names the columns.

    `places` says where each of ours stands; else they bear our names. Raises
    UnreadableSheetError when a required one is missing.
    """
    names = [name.strip().lower() for name in next(lines, [])]
    if not places:
        places = {name: place for place, name in enumerate(names) if name in COLUMNS}
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise UnreadableSheetError(
            _("The first line must name the columns; missing: %(columns)s.")
            % {"columns": ", ".join(missing)}
        )
    return Sheet(lines, places, len(names))


def rows_of(
    sheet: Sheet,
    *,
    currency: str,
    first: int = 2,
    mended: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[SheetRow | RefusedRow]:
    """Read the rows one by one; a number of the seller's own stands once in a sheet.

    All prices are in `currency`; a sheet that has the column must say the same. Cells
    that were `mended` stand for those of the sheet.
    """
    seen: set[str] = set()
    for number, written in enumerate(sheet, start=first):
        cells = _mend(written, mended.get(str(number))) if mended else written
        if cells[0][:1] == "'":
            cells = (_as_typed(cells[0]), *cells[1:])
        sku = cells[0]
        try:
            row = _row(number, cells, currency)
            _refuse_twice(sku, seen)
        except CellError as error:
            yield RefusedRow(
                number=number,
                sku=sku.replace("\0", "")[:_SKU_LENGTH],
                column=error.column,
                message=str(error),
                cells=dict(zip(COLUMNS, cells, strict=True)),
            )
        else:
            seen.add(sku)
            yield row


def _mend(cells: tuple[str, ...], mended: Mapping[str, str] | None) -> tuple[str, ...]:
    if not mended:
        return cells
    return tuple(
        mended.get(name, cell) for name, cell in zip(COLUMNS, cells, strict=True)
    )


def _as_typed(sku: str) -> str:
    """Take away the sign that our files put before what looks like a formula."""
    return sku[1:] if plain_begin(sku[1:]) == sku else sku


def _refuse_twice(sku: str, seen: set[str]) -> None:
    if sku in seen:
        raise CellError(_("This number stands twice in the file."), column="sku")


def _row(number: int, cells: tuple[str, ...], currency: str) -> SheetRow:
    (
        sku,
        price,
        stock,
        ean,
        title,
        brand,
        category,
        description,
        attributes,
        currency_said,
        condition,
        handling_days,
        *said,
    ) = cells
    if "\0" in "".join(cells):
        _refuse_nul(cells)
    if not sku or len(sku) > _SKU_LENGTH:
        raise CellError(_("Give each row a number of your own."), column="sku")
    return SheetRow(
        number,
        sku,
        _price(price, currency),
        _whole(stock, column="stock", most=_MOST_STOCK),
        _eans(ean),
        _short(title, column="title", most=_TITLE_LENGTH),
        _short(brand, column="brand", most=_BRAND_LENGTH),
        category,
        description,
        _facts(attributes),
        _currency(currency_said, currency),
        _condition(condition),
        _whole(handling_days or "1", column="handling_days", most=_MOST_DAYS),
        _texts(said) if any(said) else None,
    )


def _texts(said: list[str]) -> str:
    """Read title and description of each language; a text needs its title."""
    texts = {}
    for code, title, text in zip(LANGUAGES, said[::2], said[1::2], strict=True):
        if text and not title:
            raise CellError(
                _("Give it a title in this language, too."), column=f"title_{code}"
            )
        if title:
            texts[code] = {
                "title": _short(title, column=f"title_{code}", most=_TITLE_LENGTH),
                "description": _short(
                    text, column=f"description_{code}", most=_TEXT_LENGTH
                ),
            }
    return _STRICT.encode(texts)


def _refuse_nul(cells: tuple[str, ...]) -> None:
    """Refuse the one character that PostgreSQL keeps in no text."""
    column = next(
        name for name, cell in zip(COLUMNS, cells, strict=True) if "\0" in cell
    )
    raise CellError(_("This text has a character that is none."), column=column)


def _price(text: str, currency: str) -> Decimal:
    try:
        price = read_amount(text, currency)
    except UnclearAmountError as error:
        raise CellError(
            _(
                "Enter a price above zero with two decimals, such as 24.90. "
                "If thousands are meant, write %(large)s."
            )
            % {"large": error.large},
            column="price",
        ) from error
    except InexactAmountError:
        price = _NOTHING
    # Of a currency with three decimals we keep two.
    if (
        not _NOTHING < price <= _MOST_PRICE
        or (rounded := price.quantize(_CENT)) != price
    ):
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
    return text


def _facts(text: str) -> str:
    """Read `{"Name": value}` or `Name: value | Name: value`; return JSON."""
    if not text:
        return "{}"
    if text.startswith("{"):
        return _facts_from_json(text)
    pairs = [part.partition(":") for part in text.split("|") if part.strip()]
    if len(pairs) > _MOST_FACTS or not all(middle for _name, middle, _value in pairs):
        raise CellError(
            _("Write attributes as “Colour: blue | Size: M”."), column="attributes"
        )
    return json.dumps({name.strip(): value.strip() for name, _middle, value in pairs})


def _facts_from_json(text: str) -> str:
    """Check the attributes, and write them anew: Python reads more than is JSON."""
    try:
        facts = json.loads(text)
        written = _STRICT.encode(facts)
        if "\\u" in text:
            _refuse_no_character(facts)
    except (ValueError, RecursionError) as error:
        raise CellError(
            _("These attributes are not readable JSON."), column="attributes"
        ) from error
    if len(facts) > _MOST_FACTS or not _SIMPLE.issuperset(map(type, facts.values())):
        raise CellError(
            _("An attribute is a name with one text, number or yes/no."),
            column="attributes",
        )
    return written


def _refuse_no_character(facts: dict[str, Any]) -> None:
    """Raise ValueError for NUL and half pairs of surrogates: no database keeps them."""
    words = "".join(map(str, (*facts, *facts.values())))
    words.encode()
    if "\0" in words:
        raise ValueError


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
