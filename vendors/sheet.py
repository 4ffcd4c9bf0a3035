"""A seller's sheet of offers: its columns, and what each row says. Pure reading."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import IO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.sheets import plain_begin
from vendors import cells as read
from vendors.kinds import Kind, Kinds, answered, key_of
from vendors.tables import UnreadableSheetError, csv_lines

REQUIRED = ("sku", "price", "stock")
OPTIONAL = (
    "ean",
    "title",
    "brand",
    "category",
    "kind",
    "description",
    "attributes",
    "variant_group",
    "variant_axes",
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
# A column of one attribute, called like it: fact:Colour.
FACT = "fact:"
_ATTRIBUTES = COLUMNS.index("attributes")


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
    # What its seller calls the product that it is a choice of, and the attributes in
    # which it differs from the others, with their values, as JSON.
    group: str = ""
    choice: str | None = None
    # The kind that it is, which says what its attributes mean.
    kind: int | None = None

    def without_price(self) -> "SheetRow":
        """Return the row as one that leaves the price as it is."""
        return self._replace(price=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be taken, why, and what its cells say.

    `more` are the columns and messages of what else is wrong with it.
    """

    number: int
    sku: str
    column: str
    message: str
    more: tuple[tuple[str, str], ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)


class Sheet:
    """An open sheet: the cells of each row, in the order of COLUMNS.

    Cells of columns that are not there are empty. A line without a cell is no row.
    What columns of one attribute say stands before the others in `attributes`.
    """

    def __init__(
        self, lines: Iterator[list[str]], places: Mapping[str, int], width: int
    ) -> None:
        self._lines = lines
        self._width = width
        # What is not there is read from an empty cell behind the last one.
        self._pick = itemgetter(*(places.get(name, width) for name in COLUMNS))
        self._facts = [
            (name.removeprefix(FACT), place)
            for name, place in places.items()
            if name.startswith(FACT)
        ]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        width, pick = self._width, self._pick
        for line in filter(None, self._lines):
            cells = line[:width]
            cells += [""] * (width + 1 - len(cells))
            picked = tuple(map(str.strip, pick(cells)))
            yield self._with_facts(picked, cells) if self._facts else picked

    def _with_facts(self, picked: tuple[str, ...], line: list[str]) -> tuple[str, ...]:
        stated = {name: line[place].strip() for name, place in self._facts}
        told = {name: value for name, value in stated.items() if value}
        if not told:
            return picked
        cells = list(picked)
        cells[_ATTRIBUTES] = read.joined(told, cells[_ATTRIBUTES])
        return tuple(cells)

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
    kinds: Kinds | None = None,
) -> Iterator[SheetRow | RefusedRow]:
    """Read the rows one by one; a number of the seller's own stands once in a sheet.

    All prices are in `currency`; a sheet that has the column must say the same. Cells
    that were `mended` stand for those of the sheet. Only of known `kinds` attributes
    are more than words.
    """
    rules = _Rules(currency, kinds or {})
    for number, written in enumerate(sheet, start=first):
        cells = _mend(written, mended.get(str(number))) if mended else written
        if cells[0][:1] == "'":
            cells = (_as_typed(cells[0]), *cells[1:])
        sku = cells[0]
        try:
            row = _row(number, cells, rules)
            _refuse_twice(sku, rules.seen)
        except read.CellError:
            yield _refused(number, cells, rules)
        else:
            rules.seen.add(sku)
            yield row


@dataclass(frozen=True, slots=True)
class _Rules:
    """What holds for the cells of a sheet, and what its rows before have said."""

    currency: str
    kinds: Kinds
    seen: set[str] = field(default_factory=set)
    # Of each group the kind, by the first of its rows that says so.
    groups: dict[str, int | None] = field(default_factory=dict)

    def kind(self, name: str, group: str) -> Kind | None:
        """Find the kind that is meant; the rows of a group say the same."""
        found = self.kinds.get(key_of(name)) if name else None
        if name and found is None:
            raise read.CellError(
                _(
                    "We have no kind of product of this name, or several: the page of "
                    "imports lists them."
                ),
                column="kind",
            )
        pk = found.pk if found else None
        if group and self.groups.setdefault(group, pk) != pk:
            raise read.CellError(
                _("Give all rows of a group the same kind."), column="kind"
            )
        return found


def _refused(number: int, cells: tuple[str, ...], rules: _Rules) -> RefusedRow:
    """Return a row with all that is wrong with it, each at its column."""
    said = dict(zip(COLUMNS, cells, strict=True))
    first, *more = _faults(said, rules).items()
    return RefusedRow(
        number=number,
        sku=said["sku"].replace("\0", "")[: read.SKU_LENGTH],
        column=first[0],
        message=first[1],
        more=tuple(more),
        cells=said,
    )


def _faults(said: dict[str, str], rules: _Rules) -> dict[str, str]:
    """Map the columns of all cells that are wrong to what to do.

    Only of a row that is known to be: to look at each cell for itself takes longer.
    """
    group = said["variant_group"]
    kind = partial(rules.kind, said["kind"], group)
    checks: list[Callable[[], object]] = [
        *(partial(read.no_nul, cell, column=name) for name, cell in said.items()),
        partial(read.sku, said["sku"]),
        partial(_refuse_twice, said["sku"], rules.seen),
        partial(read.price, said["price"], rules.currency),
        partial(read.whole, said["stock"], column="stock", most=read.MOST_STOCK),
        partial(read.eans, said["ean"]),
        partial(read.short, said["title"], column="title", most=read.TITLE_LENGTH),
        partial(read.short, said["brand"], column="brand", most=read.BRAND_LENGTH),
        kind,
        partial(read.currency, said["currency"], rules.currency),
        partial(read.condition, said["condition"]),
        partial(read.days, said["handling_days"]),
        *(
            partial(read.text, code, said[f"title_{code}"], said[f"description_{code}"])
            for code in LANGUAGES
        ),
    ]
    meant = kind() if _is_right(kind) else None
    told = partial(_told, said["attributes"], said["variant_axes"], meant)
    checks.append(told)
    if _is_right(told):
        checks.append(lambda: read.choice(group, told()[1], told()[0]))
    found: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except read.CellError as error:
            found.setdefault(error.column, str(error))
    return found


def _is_right(check: Callable[[], object]) -> bool:
    try:
        check()
    except read.CellError:
        return False
    return True


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
        raise read.CellError(_("This number stands twice in the file."), column="sku")


def _row(number: int, cells: tuple[str, ...], rules: _Rules) -> SheetRow:
    (
        sku,
        price,
        stock,
        ean,
        title,
        brand,
        category,
        kind_said,
        description,
        attributes,
        group,
        axes,
        currency_said,
        condition,
        handling_days,
        *said,
    ) = cells
    _refuse_nul(cells)
    kind = rules.kind(kind_said, group)
    facts, axes = _told(attributes, axes, kind)
    return SheetRow(
        number,
        read.sku(sku),
        read.price(price, rules.currency),
        read.whole(stock, column="stock", most=read.MOST_STOCK),
        read.eans(ean),
        read.short(title, column="title", most=read.TITLE_LENGTH),
        read.short(brand, column="brand", most=read.BRAND_LENGTH),
        category,
        description,
        facts,
        read.currency(currency_said, rules.currency),
        read.condition(condition),
        read.days(handling_days),
        _texts(said) if any(said) else None,
        group,
        read.choice(group, axes, facts) if group else None,
        kind.pk if kind else None,
    )


def _refuse_nul(cells: tuple[str, ...]) -> None:
    if "\0" in "".join(cells):
        for name, cell in zip(COLUMNS, cells, strict=True):
            read.no_nul(cell, column=name)


def _told(attributes: str, axes: str, kind: Kind | None) -> tuple[str, str]:
    """Read attributes, and the names of those in which choices differ."""
    facts = read.facts(attributes)
    return answered(kind, facts, axes) if kind else (facts, axes)


def _texts(said: list[str]) -> str:
    """Read title and description of each language, as JSON."""
    texts = {
        code: read.text(code, title, text)
        for code, title, text in zip(LANGUAGES, said[::2], said[1::2], strict=True)
    }
    kept = {code: text for code, text in texts.items() if text}
    return json.dumps(kept, ensure_ascii=False)
