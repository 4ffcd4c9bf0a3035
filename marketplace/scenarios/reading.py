"""Read TOML into typed rows, strictly: what is not known is refused, never skipped."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from marketplace.scenarios.places import (
    MOST_NUMBER,
    Mistakes,
    Place,
    ScenarioRefusedError,
    missing,
    nearest,
    within_limits,
)

Row = TypeVar("Row")
Table = Mapping[str, Any]
MOST_BYTES = 1024 * 1024
_LONGEST_TOLD = 60


def parse(file: Path) -> tuple[Table, Place]:
    """Return a file's tables and the place that they begin at.

    Raises ScenarioRefusedError if it is not there, or not TOML.
    """
    text = _text_of(file)
    try:
        # 12.5 is twelve and a half, not the nearest binary fraction.
        tables = tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        words = (
            f"{file}: not TOML that can be read: lists or tables are nested too deep."
        )
        raise ScenarioRefusedError(words) from error
    except tomllib.TOMLDecodeError as error:
        raise ScenarioRefusedError(f"{file}: not TOML: {error}") from error
    except (ValueError, ArithmeticError) as error:
        # A number of thousands of digits, which neither int nor Decimal reads.
        words = (
            f"{file}: not TOML that can be read: a number or a date in it is too long."
        )
        raise ScenarioRefusedError(words) from error
    return tables, Place(file, text)


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ScenarioRefusedError(f"{file}: a scenario has up to 1 MB.")
        # As a text is read: lines end with \n alone.
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        words = f"cannot be read: {error.strerror}."
        if isinstance(error, FileNotFoundError):
            words = "there is no such file."
        raise ScenarioRefusedError(f"{file}: {words}") from error
    except UnicodeDecodeError as error:
        raise ScenarioRefusedError(f"{file}: cannot be read: {error}") from error


def read(
    kind: type[Row], table: object, place: Place, *, misspelt: Collection[str] = ()
) -> Row:
    """Return a table as the dataclass `kind`, each value checked against its type.

    Raises ScenarioRefusedError for each key that is not one of its fields, each that is
    missing and not `misspelt`, and each value of another type.
    """
    if not isinstance(table, Mapping):
        place.refuse(f"a table is expected, not {_told(table)}.")
    hints = get_type_hints(kind)
    known = {_key_of(field): field for field in fields(kind)}  # type: ignore[arg-type]  # only dataclasses are read
    mistakes, values = Mistakes(), {}
    for key in table:
        with mistakes.noted():
            only_known(key, known, place)
    for key, field in known.items():
        with mistakes.noted():
            if key in table:
                hint = hints[field.name]
                values[field.name] = _value(hint, table[key], place.at(key))
            elif field.default is MISSING and field.default_factory is MISSING:
                unknown = [each for each in table if each not in known]
                missing(key, [*unknown, *misspelt], place)
    mistakes.refuse()
    return kind(**values)


def only_known(key: str, known: Iterable[str], place: Place) -> None:
    """Refuse a key that is not one of `known`, saying which is meant."""
    if key not in known:
        place.at(key).refuse(f'"{key}" is not known; {nearest(key, [*known])}')


def _key_of(field: "Field[Any]") -> str:
    # `for` and `from` are words of Python's own.
    return field.name.removesuffix("_")


def _value(hint: Any, value: object, place: Place) -> Any:
    own = getattr(hint, "read_value", None)
    if own is not None:
        return own(value, place)
    if is_dataclass(hint):
        return read(hint, value, place)  # type: ignore[arg-type]  # a class, not a row
    kind = get_origin(hint) or hint
    if kind in (Union, UnionType):
        inner = next(each for each in get_args(hint) if each is not type(None))
        return _value(inner, value, place)
    return _READERS[kind](hint, value, place)


def _whole(_hint: Any, value: object, place: Place) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        place.refuse(
            "a whole number is expected (amounts are minor units: 12.50 EUR is 1250), "
            f"not {_told(value)}."
        )
    within_limits(value, place)
    return value


def _number(_hint: Any, value: object, place: Place) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        place.refuse(f"a number is expected, not {_told(value)}.")
    within_limits(value, place)
    return Decimal(value)


def _words(_hint: Any, value: object, place: Place) -> str:
    if not isinstance(value, str):
        place.refuse(f"words in quotation marks are expected, not {_told(value)}.")
    _without_nul(value, place)
    return value


def _without_nul(words: str, place: Place) -> None:
    if "\0" in words:
        place.refuse("it has a NUL character, which nothing can keep: leave it out.")


def _yes_or_no(_hint: Any, value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        place.refuse(f"true or false is expected, not {_told(value)}.")
    return value


def _one_of(hint: Any, value: object, place: Place) -> Any:
    allowed = get_args(hint)
    if value not in allowed:
        place.refuse(
            f"{_told(value)} is not known; "
            + nearest(_told(value).strip('"'), [str(each) for each in allowed])
        )
    return value


def _list(hint: Any, value: object, place: Place) -> tuple[Any, ...]:
    if not isinstance(value, list):
        place.refuse(f"a list is expected, not {_told(value)}.")
    inner = get_args(hint)[0]
    mistakes, found = Mistakes(), []
    for position, each in enumerate(value):
        with mistakes.noted():
            found.append(_value(inner, each, place.at(position)))
    mistakes.refuse()
    return tuple(found)


def _table(hint: Any, value: object, place: Place) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        place.refuse(f"a table is expected, not {_told(value)}.")
    inner = get_args(hint)[1]
    mistakes, found = Mistakes(), {}
    for key, each in value.items():
        with mistakes.noted():
            _without_nul(key, place)
            found[key] = _value(inner, each, place.at(key))
    mistakes.refuse()
    return found


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_short(value)}"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    # Python itself writes no number of more than some thousand digits.
    if isinstance(value, int) and abs(value) > MOST_NUMBER:
        return "a number as large as this"
    return _short(str(value))


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_TOLD else f"{words[:_LONGEST_TOLD]}…"


_READERS: dict[Any, Callable[[Any, object, Place], Any]] = {
    int: _whole,
    Decimal: _number,
    str: _words,
    bool: _yes_or_no,
    Literal: _one_of,
    tuple: _list,
    dict: _table,
}
