"""How a statement's file writes amounts, words and moments."""

import csv
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.utils import timezone

from marketplace.core.money import to_decimal
from marketplace.core.sheets import plain

Row = list[Any]


@dataclass(frozen=True, slots=True)
class Minor:
    """An amount of a cell; it takes two columns."""

    minor: int | None


def line_of(row: Row, currency: str = "") -> str:
    """Return a row as the one line that stands for it."""
    written = StringIO()
    cells = [each for cell in row for each in _cells(cell, currency)]
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _cells(cell: Any, currency: str) -> list[str]:
    if isinstance(cell, Minor):
        if cell.minor is None:
            return ["", ""]
        return [str(cell.minor), str(to_decimal(cell.minor, currency))]
    return ["" if cell is None else str(cell)]


def _clean(words: str) -> str:
    """Return words on one line, without what a terminal or a sheet would act on."""
    return "".join(
        " " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each
        for each in words
    )


def said(words: str) -> str:
    """Return words as a cell that neither a spreadsheet nor a terminal acts on."""
    return plain(_clean(words))


def time_words(at: datetime | None) -> str:
    """Return a moment in the market's time zone with its offset; nothing for none."""
    if at is None:
        return ""
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat()
