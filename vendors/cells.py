"""What the cells of a seller's sheet may say: each read, or refused at its column."""

import json
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.core.amounts import UnclearAmountError, read_amount
from marketplace.core.money import InexactAmountError
from vendors.gtin import is_gtin

CONDITIONS = frozenset(
    {"new", "refurbished", "like_new", "very_good", "good", "acceptable"}
)
TITLE_LENGTH = 255
SKU_LENGTH = 128
BRAND_LENGTH = 120
MOST_STOCK = 1_000_000
_TEXT_LENGTH = 10_000
_GROUP_LENGTH = 64
_VALUE_LENGTH = 60
_MOST_AXES = 2
_MOST_FACTS = 200
_MOST_PRICE = Decimal("999999.99")
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


def no_nul(text: str, *, column: str) -> None:
    """Refuse the one character that PostgreSQL keeps in no text."""
    if "\0" in text:
        raise CellError(_("This text has a character that is none."), column=column)


def sku(text: str) -> str:
    """Read a seller's own number."""
    if not text or len(text) > SKU_LENGTH:
        raise CellError(_("Give each row a number of your own."), column="sku")
    return text


def days(text: str) -> int:
    """Read working days until dispatch; one where nothing is said."""
    return whole(text or "1", column="handling_days", most=_MOST_DAYS)


def choice(group: str, axes: str, facts: str) -> str | None:
    """Return the attributes in which a row of a group differs, with values, as JSON."""
    if not group:
        return None
    short(group, column="variant_group", most=_GROUP_LENGTH)
    names = dict.fromkeys(
        name.strip() for name in axes.replace("|", ",").split(",") if name.strip()
    )
    if not 1 <= len(names) <= _MOST_AXES:
        raise CellError(
            _("Name the attributes in which this group differs: “Colour | Size”."),
            column="variant_axes",
        )
    for name in names:
        short(name, column="variant_axes", most=_VALUE_LENGTH)
    stated = {
        name.casefold(): (name, value) for name, value in json.loads(facts).items()
    }
    chosen = [stated.get(name.casefold(), (name, "")) for name in names]
    for name, value in chosen:
        if not 0 < len(str(value)) <= _VALUE_LENGTH:
            raise CellError(
                _("Give this choice a short “%(name)s” of its own.") % {"name": name},
                column="attributes",
            )
    return json.dumps(dict(chosen), ensure_ascii=False)


def text(code: str, title: str, description: str) -> dict[str, str] | None:
    """Read title and description in a language; a text needs its title."""
    if description and not title:
        raise CellError(
            _("Give it a title in this language, too."), column=f"title_{code}"
        )
    if not title:
        return None
    return {
        "title": short(title, column=f"title_{code}", most=TITLE_LENGTH),
        "description": short(
            description, column=f"description_{code}", most=_TEXT_LENGTH
        ),
    }


def price(text: str, currency: str) -> Decimal:
    """Read a price above zero, of two decimals."""
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


def whole(text: str, *, column: str, most: int) -> int:
    """Read a whole number from 0."""
    if (
        not text.isascii()
        or not text.isdecimal()
        or len(text) > _MOST_DIGITS
        or int(text) > most
    ):
        raise CellError(
            _("Enter a whole number from 0 to %(most)s.")
            % {"most": number_format(most, force_grouping=True)},
            column=column,
        )
    return int(text)


def eans(text: str) -> tuple[str, ...]:
    """Read the EANs of a product."""
    eans = tuple(dict.fromkeys(text.replace("|", " ").replace(",", " ").split()))
    for ean in eans:
        if not is_gtin(ean):
            raise CellError(
                _("Check this EAN: its last digit does not fit the others."),
                column="ean",
            )
    return eans


def short(text: str, *, column: str, most: int) -> str:
    """Read a text that is not too long."""
    if len(text) > most:
        raise CellError(
            _("Shorten this text to %(most)s characters.") % {"most": most},
            column=column,
        )
    return text


def facts(text: str) -> str:
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


def joined(told: dict[str, str], written: str) -> str:
    """Return attributes that have columns of their own as one cell has them.

    What is `written` in the column of all stands behind, and so above them.
    """
    if written.startswith("{"):
        return _joined_json(told, written)
    words = (
        f"{name.replace(':', ' ')}: {value.replace('|', '/')}"
        for name, value in told.items()
    )
    return " | ".join([*words, *filter(None, [written])])


def _joined_json(told: dict[str, str], written: str) -> str:
    try:
        return json.dumps({**told, **json.loads(written)})
    except (ValueError, TypeError, RecursionError):
        # Whoever reads it says so.
        return written


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


def currency(text: str, currency: str) -> str:
    """Read a currency: the market's, or none said."""
    if text and text.upper() != currency:
        raise CellError(
            _("Prices are in %(currency)s here.") % {"currency": currency},
            column="currency",
        )
    return currency


def condition(text: str) -> str:
    """Read a condition; new where nothing is said."""
    condition = text.lower().replace(" ", "_") or "new"
    if condition not in CONDITIONS:
        raise CellError(
            _("Choose one of: %(conditions)s.")
            % {"conditions": ", ".join(sorted(CONDITIONS))},
            column="condition",
        )
    return condition
