"""What a row of a seller's sheet says, and what is wrong with it."""

import csv
import io
import json
from decimal import Decimal

import pytest

from vendors.sheet import RefusedRow, SheetRow, open_sheet, rows_of, sheet_of

HEAD = ["sku", "title", "price", "stock", "attributes"]


def read(*rows: list[str], head: list[str] = HEAD) -> list[SheetRow | RefusedRow]:
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    file.seek(0)
    return list(rows_of(open_sheet(file), currency="EUR"))


def test_a_row_is_read_by_the_names_of_its_columns() -> None:
    head = ["Stock", " price ", "EAN", "colour", "sku"]

    found = read(["3", "1.234,50", "96385074|4006381333931", "red", "A"], head=head)

    assert found == [
        SheetRow(
            number=2,
            sku="A",
            price=Decimal("1234.50"),
            stock=3,
            eans=("96385074", "4006381333931"),
            title="",
            brand="",
            category="",
            description="",
            facts="{}",
            currency="EUR",
            condition="new",
            handling_days=1,
        )
    ]


def test_a_short_row_lacks_what_stands_behind_and_a_long_one_has_too_much() -> None:
    short, long = read(["A", "Rye", "1.00", "3"], ["B", "Oat", "1", "3", "", "more"])

    assert isinstance(short, SheetRow)
    assert isinstance(long, SheetRow)
    assert (short.facts, long.facts) == ("{}", "{}")


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        ("Colour: blue | Size: M", {"Colour": "blue", "Size": "M"}),
        ('{"Width": 1.5, "Wi-Fi": true}', {"Width": 1.5, "Wi-Fi": True}),
        (r'{"Sign": "\u00e9 \\u0000"}', {"Sign": r"é \u0000"}),
    ],
)
def test_attributes_are_names_with_values(
    written: str, facts: dict[str, object]
) -> None:
    (row,) = read(["A", "Rye", "1.00", "3", written])

    assert isinstance(row, SheetRow)
    assert json.loads(row.facts) == facts


@pytest.mark.parametrize(
    "written",
    [
        "blue",
        '{"a": [1]}',
        '{"a": null}',
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        r'{"a": "\u0000"}',
        r'{"\ud800": "a"}',
        '{"a":' * 10_000,
        '{"a": ' + "9" * 5000 + "}",
    ],
)
def test_attributes_that_no_database_keeps_are_refused(written: str) -> None:
    (row,) = read(["A", "Rye", "1.00", "3", written])

    assert isinstance(row, RefusedRow)
    assert row.column == "attributes"


@pytest.mark.parametrize("column", HEAD)
def test_a_nul_is_refused_in_every_column(column: str) -> None:
    # Beyond what is looked at to tell a text from another file.
    first = ["0", "R" * 70_000, "1", "1", ""]
    cells = ["A", "Rye", "1.00", "3", "a: b"]
    cells[HEAD.index(column)] += "\0"

    _first, row = read(first, cells)

    assert row == RefusedRow(
        number=3,
        sku="A",
        column=column,
        message="This text has a character that is none.",
    )


@pytest.mark.parametrize("written", ["1,000.00", "1.000,00", "1 000,00", "1000"])
def test_a_thousand_is_a_thousand(written: str) -> None:
    (row,) = read(["A", "Rye", written, "3", ""])

    assert isinstance(row, SheetRow)
    assert str(row.price) == "1000.00"


@pytest.mark.parametrize("written", ["1.000", "1,000"])
def test_a_price_that_may_be_a_thousand_or_one_is_refused(written: str) -> None:
    (row,) = read(["A", "Rye", written, "3", ""])

    assert row == RefusedRow(
        number=2,
        sku="A",
        column="price",
        message=(
            "Enter a price above zero with two decimals, such as 24.90. "
            "If thousands are meant, write 1000.00."
        ),
    )


@pytest.mark.parametrize("written", ["1e3", "1_000", "NaN", "0", "-4", "24.9055"])
def test_what_only_a_computer_reads_is_no_price(written: str) -> None:
    (row,) = read(["A", "Rye", written, "3", ""])

    assert isinstance(row, RefusedRow)
    assert row.message == "Enter a price above zero with two decimals, such as 24.90."


def test_a_row_says_itself_in_the_languages_that_it_has_words_for() -> None:
    head = [*HEAD, "title_fr", "description_fr", "title_de", "description_de"]

    plain, said = read(
        ["A", "Rye", "1", "3", "", "", "", "", ""],
        ["B", "Oat", "1", "3", "", "", "", "Hafer", "Mit “Salz” & Öl"],
        head=head,
    )

    assert isinstance(plain, SheetRow)
    assert isinstance(said, SheetRow)
    assert plain.texts is None
    assert json.loads(said.texts or "") == {
        "de": {"title": "Hafer", "description": "Mit “Salz” & Öl"}
    }


@pytest.mark.parametrize(
    ("title", "text", "column", "words"),
    [
        ("", "Au seigle", "title_fr", "Give it a title in this language, too."),
        ("x" * 256, "", "title_fr", "Shorten this text to 255 characters."),
        ("S", "x" * 10_001, "description_fr", "Shorten this text to 10000 characters."),
        ("S\0", "", "title_fr", "This text has a character that is none."),
    ],
)
def test_words_in_a_language_that_cannot_be_kept_say_why(
    title: str, text: str, column: str, words: str
) -> None:
    head = ["sku", "price", "stock", "title_fr", "description_fr"]
    lines = iter([head, ["A", "1", "3", title, text], ["B", "1", "3", "", ""]])

    refused, fine = rows_of(sheet_of(lines), currency="EUR")

    assert isinstance(refused, RefusedRow)
    assert (refused.column, refused.message) == (column, words)
    assert isinstance(fine, SheetRow)
