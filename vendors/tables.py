"""The lines of a seller's file, whatever program wrote it: text or a workbook."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from vendors.workbook import BrokenWorkbookError, is_workbook, workbook_lines

if TYPE_CHECKING:
    from django.core.files import File

UTF8, LATIN, WORKBOOK = "utf-8-sig", "cp1252", "xlsx"
MOST_COLUMNS = 200
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_BLOCK = 1024 * 1024
_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024


class UnreadableSheetError(Exception):
    """The file is no sheet of ours; the message says what to do."""


def encoding_of(file: "File[bytes] | IO[bytes]") -> str:
    """Tell how a file is written: a workbook, UTF-8 if all of it is that, or cp1252.

    Older programs write what the computer's own letters are; of those that sellers in
    Europe have, nearly all are cp1252.
    """
    head = file.read(4)
    file.seek(0)
    if is_workbook(head):
        return WORKBOOK
    if head[:2] in _WIDE:
        return _WIDE[head[:2]]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return LATIN
    finally:
        file.seek(0)
    return UTF8


@contextmanager
def lines_of(file: IO[bytes], *, encoding: str) -> Iterator[Iterator[list[str]]]:
    """Open the lines of a file, cell by cell. Raises UnreadableSheetError."""
    try:
        if encoding == WORKBOOK:
            yield workbook_lines(file)
        else:
            text = io.TextIOWrapper(file, encoding=encoding, newline="")
            try:
                yield csv_lines(text)
            finally:
                # Whoever gave the file closes it.
                text.detach()
    except (UnicodeError, csv.Error, BrokenWorkbookError) as error:
        raise UnreadableSheetError(
            _("This file is not readable. Save the sheet as CSV (UTF-8) or Excel.")
        ) from error


def csv_lines(file: IO[str]) -> Iterator[list[str]]:
    """Return the lines of a text; commas, semicolons, tabs or bars part the cells."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    if "\0" in sample:
        raise UnreadableSheetError(
            _("This is not a text file. Save the sheet as CSV (UTF-8) or Excel.")
        )
    head = sample.split("\n", 1)[0]
    return csv.reader(file, delimiter=max(_DELIMITERS, key=head.count))


def first_lines(
    file: IO[bytes], *, encoding: str, count: int
) -> tuple[list[str], list[list[str]]]:
    """Return the names of a file's columns, and its first lines.

    Raises UnreadableSheetError, for a file without names too.
    """
    with lines_of(file, encoding=encoding) as lines:
        head = [name.strip() for name in next(lines, [])]
        if not any(head):
            raise UnreadableSheetError(
                _("The first line must name the columns, and this one is empty.")
            )
        if len(head) > MOST_COLUMNS:
            raise UnreadableSheetError(
                _("This sheet has more than %(most)d columns.") % {"most": MOST_COLUMNS}
            )
        return head, list(islice(filter(None, lines), count))
