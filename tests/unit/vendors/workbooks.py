"""Excel workbooks of a few cells, whole or broken."""

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """Return an .xlsx of one sheet."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: str | None) -> bytes:
    """Return a workbook in which a part says something else, or is not there."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as whole,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts,
    ):
        for each in whole.namelist():
            if each != name:
                parts.writestr(each, whole.read(each))
        if part is not None:
            parts.writestr(name, part)
    return file.getvalue()
