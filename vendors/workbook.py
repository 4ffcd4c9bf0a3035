"""The first sheet of an Excel workbook (.xlsx), line by line.

Office Open XML, ECMA-376 part 1: a ZIP of XML parts. Cells are text as somebody would
have typed it; formulas count as what they last came to. No part may declare entities
that blow up or lead elsewhere: expat refuses the first and follows no second.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ID = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
# What unpacks to more is no list of offers.
MOST_BYTES = 500 * 1024 * 1024
_MOST_COLUMNS = 1000
_LETTERS = re.compile(r"[A-Z]{1,3}")
# A number in a workbook is binary: of more digits than these it knows nothing.
_DIGITS = 15


class BrokenWorkbookError(Exception):
    """The file is no workbook, or one that cannot be read."""


def is_workbook(head: bytes) -> bool:
    """Say whether a file that begins so is a ZIP, as workbooks are."""
    return head.startswith(b"PK\x03\x04")


def workbook_lines(file: IO[bytes]) -> Iterator[list[str]]:
    """Return the lines of the first sheet; a line that is not there is empty.

    Raises BrokenWorkbookError.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise BrokenWorkbookError
            words = _shared_words(parts)
            with parts.open(_first_sheet(parts)) as sheet:
                for row in _rows(sheet):
                    yield _line(row, words)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        ParseError,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise BrokenWorkbookError from error


def _first_sheet(parts: zipfile.ZipFile) -> str:
    targets = {}
    for relation in _all(parts, "xl/_rels/workbook.xml.rels", "Relationship"):
        targets[relation.get("Id")] = relation.get("Target", "")
    for sheet in _all(parts, "xl/workbook.xml", "sheet"):
        wanted = next((sheet.get(name) for name in _ID if sheet.get(name)), None)
        target = targets[wanted]
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise BrokenWorkbookError


def _shared_words(parts: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in parts.namelist():
        return []
    return [_text(item) for item in _all(parts, name, "si")]


def _all(parts: zipfile.ZipFile, name: str, wanted: str) -> Iterator[Element]:
    with parts.open(name) as part:
        for _event, element in iterparse(part):  # noqa: S314 -- expat
            if _tag(element) == wanted:
                yield element
                element.clear()


def _rows(sheet: IO[bytes]) -> Iterator[Element]:
    for _event, element in iterparse(sheet):  # noqa: S314 -- expat
        if _tag(element) == "row":
            yield element
            element.clear()


def _line(row: Element, words: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if _tag(cell) == "c":
            place = _place(cell.get("r", ""), len(cells))
            cells += [""] * (place - len(cells))
            cells.append(_cell(cell, words))
    return cells if any(cells) else []


def _place(reference: str, following: int) -> int:
    letters = _LETTERS.match(reference)
    if letters is None:
        return following
    place = 0
    for letter in letters[0]:
        place = place * 26 + ord(letter) - ord("A") + 1
    if not following < place <= _MOST_COLUMNS:
        raise BrokenWorkbookError
    return place - 1


def _cell(cell: Element, words: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((each.text or "" for each in cell if _tag(each) == "v"), "")
    if kind == "s":
        return words[int(value)] if value else ""
    return _number(value) if kind == "n" and value else value


def _number(value: str) -> str:
    """Write a number as one would: 24.9, not 24.899999999999999."""
    if value.isdecimal():
        return value
    number = float(value)
    if number.is_integer() and abs(number) < 10**_DIGITS:
        return str(int(number))
    return f"{number:.{_DIGITS}g}"


def _text(element: Element) -> str:
    # Readings of Asian characters (rPh) stand beside the text, and are none of it.
    return "".join(
        part.text or ""
        for child in element
        for part in (child.iter() if _tag(child) != "rPh" else ())
        if _tag(part) == "t"
    )


def _tag(element: Element) -> str:
    return element.tag.removeprefix(_MAIN).removeprefix(_STRICT).rpartition("}")[2]
