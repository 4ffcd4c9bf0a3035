"""Excel workbooks of a few cells, as a spreadsheet writes them."""

import io
import zipfile
from collections.abc import Sequence
from string import ascii_uppercase
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(
    rows: Sequence[Sequence[str | float | None]],
    *,
    part: str = "xl/worksheets/sheet1.xml",
    sheet: str = "",
) -> bytes:
    """Return an .xlsx of one sheet; `sheet` stands for the XML that it would have."""
    words = [cell for row in rows for cell in row if isinstance(cell, str)]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        shared = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
        parts.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        parts.writestr(part, sheet or _sheet(rows, words))
    return file.getvalue()


def _sheet(rows: Sequence[Sequence[str | float | None]], words: list[str]) -> str:
    written = []
    for number, row in enumerate(rows, start=1):
        cells = [
            _cell(f"{letter}{number}", cell, words)
            for letter, cell in zip(ascii_uppercase, row, strict=False)
            if cell is not None
        ]
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(written)}'
        "</sheetData></worksheet>"
    )


def _cell(place: str, cell: str | float, words: list[str]) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="s"><v>{words.index(cell)}</v></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'
