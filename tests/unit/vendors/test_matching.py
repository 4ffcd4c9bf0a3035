"""Which column is which, whatever a shop calls them, and however its file is made."""

import io

import pytest

from tests.unit.vendors.workbooks import SHEET, with_part, workbook
from vendors import workbook as workbooks
from vendors.matching import BY_CELLS, BY_NAME, guess, is_ours, shape_of
from vendors.tables import UnreadableSheetError, encoding_of, first_lines, lines_of
from vendors.workbook import BrokenWorkbookError, workbook_lines


@pytest.mark.parametrize(
    "names",
    [
        ["SKU", "Price", "Stock", "EAN", "Title"],
        ["Artikelnr.", "VK_brutto", "Lager", "EAN-Code", "Bezeichnung"],
        ["Référence", "Prix TTC", "Quantité", "Code-barres", "Désignation"],
        ["Artikelcode", "Verkoopprijs", "Voorraad", "Streepjescode", "Benaming"],
        ["Referencia", "Precio de venta", "Existencias", "GTIN", "Título"],
        ["Codice articolo", "Prezzo", "Giacenza", "Codice a barre", "Titolo"],
    ],
)
def test_columns_are_known_by_their_names_in_many_languages(names: list[str]) -> None:
    match = guess(names, [])

    assert match.places == {"sku": 0, "price": 1, "stock": 2, "ean": 3, "title": 4}
    assert set(match.how.values()) == {BY_NAME}


def test_columns_without_a_telling_name_are_known_by_their_cells() -> None:
    lines = [["A1", "4006381333931", "24,90", "6"], ["A2", "96385074", "9,00", "12"]]

    match = guess(["Nr", "A", "B", "C"], lines)

    assert match.places == {"ean": 1, "price": 2, "stock": 3}
    assert set(match.how.values()) == {BY_CELLS}
    assert match.missing == ["sku"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["sku", "price", "stock"], True),
        (["SKU", " price", "stock", "ean", "column", "problem"], True),
        (["sku", "price"], False),
        (["sku", "price", "stock", "colour"], False),
        (["sku", "price", "stock", "sku"], False),
    ],
)
def test_a_file_that_speaks_our_language_needs_no_matching(
    names: list[str], expected: bool
) -> None:
    assert is_ours(names) is expected


def test_our_file_of_errors_has_the_shape_of_the_file_it_came_from() -> None:
    names = ["Artikelnr", "VK"]

    assert shape_of([*names, "column", "problem"]) == shape_of(["ARTIKELNR.", "vk"])
    assert shape_of(names) != shape_of(names[::-1])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("sku;prix\nA;1,00 €\n".encode(), "1,00 €"),
        ("sku;prix\nA;1,00 €\n".encode("utf-8-sig"), "1,00 €"),
        ("sku;prix\nA;1,00 €\n".encode("cp1252"), "1,00 €"),
        ("sku;prix\nA;1,00 €\n".encode("utf-16"), "1,00 €"),
        (b"sku\tprix\nA\t1.00\n", "1.00"),
        (b"sku|prix\nA|1.00\n", "1.00"),
        (workbook([["sku", "prix"], ["A", 1.1]]), "1.1"),
    ],
)
def test_a_file_is_read_however_it_is_written(content: bytes, expected: str) -> None:
    file = io.BytesIO(content)

    names, lines = first_lines(file, encoding=encoding_of(file), count=5)

    assert (names, lines) == (["sku", "prix"], [["A", expected]])
    assert not file.closed


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_HELD"])
def test_a_workbook_that_unpacks_to_too_much_is_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = workbook([["a"]])
    monkeypatch.setattr(workbooks, limit, len(content))

    with pytest.raises(BrokenWorkbookError):
        list(workbook_lines(io.BytesIO(content)))


def test_a_list_ends_where_nothing_follows_for_long() -> None:
    far = _sheet(_CELL).replace("</row>", '</row><row r="20000"><c><v>8</v></c></row>')
    content = with_part(workbook([["a"]]), SHEET, far)

    assert list(workbook_lines(io.BytesIO(content))) == [["9"]]


def test_the_cells_of_a_workbook_read_as_they_were_typed() -> None:
    rows = [["sku", None, "n"], [], ["A", None, 24.9], ["B", "x", 3760123451107]]

    lines = list(workbook_lines(io.BytesIO(workbook(rows))))

    assert lines == [
        ["sku", "", "n"],
        [],
        ["A", "", "24.9"],
        ["B", "x", "3760123451107"],
    ]
    floats = workbook([[24.899999999999999, 1e3, True]])
    assert list(workbook_lines(io.BytesIO(floats))) == [["24.9", "1000", "1"]]


def _sheet(cells: str) -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{main}"><sheetData><row r="1">{cells}</row>'
        "</sheetData></worksheet>"
    )


_CELL = '<c r="A1"><v>9</v></c>'
# Ten entities, each ten times the one before: a gigabyte of text, were they unfolded.
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
_BOMB = f'<!DOCTYPE w [<!ENTITY e0 "ha">{_ENTITIES}]>' + _sheet(
    '<c r="A1" t="inlineStr"><is><t>&e9;</t></is></c>'
)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and no more",
        workbook([["a"]])[:-40],
        with_part(workbook([["a"]]), SHEET, None),
        with_part(workbook([["a"]]), SHEET, "<worksheet><sheetData><row></sheetData>"),
        with_part(workbook([["a"]]), SHEET, _sheet('<c t="s"><v>9</v></c>')),
        with_part(workbook([["a"]]), SHEET, _sheet('<c r="ZZZ1"><v>9</v></c>')),
        with_part(workbook([["a"]]), SHEET, _BOMB),
        with_part(workbook([["a"]]), SHEET, _sheet(_CELL * 200_000)),
    ],
)
def test_a_broken_workbook_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(BrokenWorkbookError):
        list(workbook_lines(io.BytesIO(content)))
    with (
        pytest.raises(UnreadableSheetError, match="Save the sheet as CSV"),
        lines_of(io.BytesIO(content), encoding="xlsx") as lines,
    ):
        list(lines)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("title_fr", "description_fr"),
        ("Titre (FR)", "Description longue FR"),
        ("Bezeichnung-fr", "Langtext fr"),
    ],
)
def test_columns_of_a_language_are_told_from_those_of_the_first(
    title: str, text: str
) -> None:
    match = guess(["sku", "price", "stock", "title", "description", title, text], [])

    assert (match.places["title"], match.places["description"]) == (3, 4)
    assert (match.places["title_fr"], match.places["description_fr"]) == (5, 6)
