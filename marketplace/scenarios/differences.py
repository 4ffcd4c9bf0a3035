"""What is not as it was expected: differences of values, amounts and rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was expected."""

    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return (
            f"{self.what}: expected {_told(self.expected)}, found {_told(self.found)}"
        )


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return "nothing" if value is None else str(value)


def compare_value(what: str, expected: object, found: object) -> Iterator[Difference]:
    """Compare two values."""
    if expected != found:
        yield Difference(what, expected, found)


def compare_rows(
    what: str, expected: Sequence[Any], found: Sequence[Facts]
) -> Iterator[Difference]:
    """Compare all rows of a kind, in order."""
    for number, (wanted, row) in enumerate(zip(expected, found, strict=False), start=1):
        yield from compare_row(f"{what} {number}", wanted, row)
    for number, wanted in enumerate(expected[len(found) :], start=len(found) + 1):
        yield Difference(f"{what} {number}", _of_row(wanted), None)
    for number, row in enumerate(found[len(expected) :], start=len(expected) + 1):
        yield Difference(f"{what} {number}", None, _plain(row))


def _of_row(wanted: Any) -> Facts:
    return _plain({each.name: getattr(wanted, each.name) for each in fields(wanted)})


def _plain(row: Facts) -> Facts:
    """Leave out what says nothing, and rows within the row."""
    return {
        name: value
        for name, value in row.items()
        if value not in (None, "") and not isinstance(value, list | tuple)
    }


def compare_row(what: str, wanted: Any, row: Facts) -> Iterator[Difference]:
    """Compare what is named of a row."""
    for field in fields(wanted):
        value, found = getattr(wanted, field.name), row[field.name]
        if isinstance(value, tuple) and isinstance(found, list):
            yield from compare_rows(f"{what}, {field.name[:-1]}", value, found)
        elif isinstance(value, Mapping) and isinstance(found, Mapping):
            yield from compare_amounts(f"{what} {field.name}", value, found)
        elif value is not None:
            yield from compare_value(f"{what} {field.name}", value, found)


def compare_amounts(
    what: str, expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[Difference]:
    """Compare all amounts by name."""
    for name in sorted({*expected, *found}):
        yield from compare_value(f"{what} {name}", expected.get(name), found.get(name))


def compare_counts(
    what: str, expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[Difference]:
    """Compare those that are named."""
    for name, many in expected.items():
        yield from compare_value(f"{what} {name}", many, found.get(name, 0))
