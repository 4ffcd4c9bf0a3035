"""A seller's list of parcels: which order, by whom, under which number."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError

COLUMNS = ("order", "carrier", "tracking_number")
MOST_ROWS = 200
_REQUIRED = ("order", "tracking_number")
_DELIMITERS = ",;\t|"
_LONGEST = 80


class UnreadableListError(RefusedError):
    """The text is no list of parcels; the message says what to do."""

    code = "tracking.unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """A line of the list, as it was written; `line` is its place in the file."""

    line: int
    order: str
    carrier: str
    tracking_number: str


def read_parcels(text: str) -> list[ParcelRow]:
    """Return the rows of a list whose first line names the columns.

    Commas, semicolons, tabs and bars part the cells; the carrier may be left out.
    Raises UnreadableListError without a head, without a row, and for too many.
    """
    text = text.removeprefix("\ufeff").strip()
    if "\0" in text:
        raise UnreadableListError(
            _("This is not a text file. Save the sheet as CSV (UTF-8).")
        )
    head = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text), delimiter=max(_DELIMITERS, key=head.count))
    try:
        numbered = [(lines.line_num, cells) for cells in lines]
    except csv.Error as error:
        raise UnreadableListError(
            _("Line %(line)d cannot be read: save the sheet as CSV again.")
            % {"line": lines.line_num}
        ) from error
    return _rows(numbered)


def _rows(numbered: Sequence[tuple[int, list[str]]]) -> list[ParcelRow]:
    names = [name.strip().lower() for name in (numbered[0][1] if numbered else [])]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise UnreadableListError(
            _("The first line must name the columns; missing: %(columns)s.")
            % {"columns": ", ".join(missing)}
        )
    found = []
    for line, cells in numbered[1:]:
        written = {
            name: cell.strip()[:_LONGEST]
            for name, cell in zip(names, cells, strict=False)
        }
        if not any(written.values()):
            continue
        found.append(
            ParcelRow(
                line=line,
                order=written.get("order", ""),
                carrier=written.get("carrier", ""),
                tracking_number=written.get("tracking_number", ""),
            )
        )
    if not found:
        raise UnreadableListError(_("There is no line below the head."))
    if len(found) > MOST_ROWS:
        raise UnreadableListError(
            _("%(n)d lines at once are too many: send %(most)d, then the rest.")
            % {"n": len(found), "most": MOST_ROWS}
        )
    return found
