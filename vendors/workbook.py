"""The first sheet of an Excel workbook (.xlsx), line by line."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from openpyxl import load_workbook

# What unpacks to more is no list of offers; no part unpacks beyond what it declares.
MOST_BYTES = 200 * 1024 * 1024
# A sheet is read line by line; all else, such as its words, is held in memory whole.
MOST_HELD = 50 * 1024 * 1024
_SHEETS = "xl/worksheets/"
# Sheets pack to a tenth or so. What is small may pack as well as it likes.
_MOST_RATIO, _SMALL = 100, 4 * 1024 * 1024
# A list ends where so many lines in a row are empty: a sheet may say a million of them.
_MOST_EMPTY = 10_000
_MOST_COLUMNS = 1000
# A number in a workbook is binary: of more digits than these it knows nothing.
_DIGITS = 15


class BrokenWorkbookError(Exception):
    """The file is no workbook, or one that cannot be read."""


def is_workbook(head: bytes) -> bool:
    """Say whether a file that begins so is a ZIP, as workbooks are."""
    return head.startswith(b"PK\x03\x04")


def workbook_lines(file: IO[bytes]) -> Iterator[list[str]]:
    """Return the lines of the first sheet; a line that is not there is empty.

    Cells are text as somebody would have typed it; formulas count as what they last
    came to. Raises BrokenWorkbookError.
    """
    try:
        _refuse_bombs(file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            # What the sheet says of its own size is often wrong, and sometimes a trap.
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from _until_empty(map(_line, sheet.iter_rows(values_only=True)))
        finally:
            book.close()
    except Exception as error:  # raised again: broken parts raise whatever they meet
        raise BrokenWorkbookError from error


def _refuse_bombs(file: IO[bytes]) -> None:
    with zipfile.ZipFile(file) as parts:
        infos = parts.infolist()
    held = [part for part in infos if not part.filename.startswith(_SHEETS)]
    is_large = (
        sum(part.file_size for part in infos) > MOST_BYTES
        or sum(part.file_size for part in held) > MOST_HELD
    )
    if is_large or any(
        part.file_size > max(_SMALL, _MOST_RATIO * part.compress_size) for part in infos
    ):
        raise BrokenWorkbookError
    file.seek(0)


def _until_empty(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    """Return the lines up to where nothing follows; empty ones between count."""
    empty = 0
    for line in lines:
        if not line:
            empty += 1
            if empty > _MOST_EMPTY:
                return
            continue
        for _each in range(empty):
            yield []
        empty = 0
        yield line


def _line(row: Sequence[object]) -> list[str]:
    if len(row) > _MOST_COLUMNS:
        raise BrokenWorkbookError
    cells = ["" if cell is None else _cell(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(cell: object) -> str:
    """Write a number as one would: 24.9, not 24.899999999999999."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:.{_DIGITS}g}" if not cell.is_integer() else f"{cell:.0f}"
    return str(cell)
