"""Sheets that we write: the columns to fill in, and the rows to mend and send again."""

import csv
import re
from collections.abc import Mapping
from typing import Any

from marketplace.core.sheets import plain_begin
from marketplace.shop.catalogue.kinds import asked_of
from marketplace.shop.catalogue.models import ProductClass
from marketplace.shop.partner.models import StockRecord
from vendors.matching import ADDED
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.selectors.offers import offers_for_a_sheet
from vendors.sheet import COLUMNS
from vendors.tables import lines_of

# No spreadsheet reads more into it than a number.
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,' ]*")


def write_errors(*, job: ImportJob, file: Any) -> None:
    """Write the refused rows as CSV: their own columns, then where and what is wrong.

    The same columns in the same order: sent again, they are matched as before.
    """
    wrong = _wrong(job)
    writer = csv.writer(file)
    if not wrong:
        writer.writerow([*(plain_begin(each["name"]) for each in job.columns), *ADDED])
        return
    with (
        job.file.open("rb") as source,
        lines_of(source.file, encoding=job.encoding) as lines,
    ):
        names = [name.strip() for name in next(lines, [])]
        width = len(names)
        writer.writerow([*map(plain_begin, names), *ADDED])
        for number, line in enumerate(filter(None, lines), start=2):
            if number in wrong:
                cells = [*line[:width], *[""] * (width - len(line))]
                _mend(cells, job, number)
                writer.writerow([*map(_cell, cells), *map(plain_begin, wrong[number])])


def _wrong(job: ImportJob) -> Mapping[int, tuple[str, str]]:
    """Return column and problem of each refused row, applied or only planned."""
    refused = ImportRow.Outcome.REFUSED
    rows: Any = job.rows.filter(outcome=refused)
    if job.state in {ImportJob.State.PLANNED, ImportJob.State.PLANNING}:
        rows = job.plan.filter(outcome=refused)
    return {row.number: _in_cells(row.faults) for row in rows.iterator()}


def _in_cells(faults: list[tuple[str, str]]) -> tuple[str, str]:
    """Return columns and problems; of several problems each names its column."""
    columns = ", ".join(column for column, _message in faults)
    if len(faults) == 1:
        return columns, faults[0][1]
    return columns, " | ".join(f"{column}: {message}" for column, message in faults)


def _mend(cells: list[str], job: ImportJob, number: int) -> None:
    mended = job.mended.get(str(number), {})
    for column, text in mended.items():
        if column in job.places:
            cells[job.places[column]] = text


def _cell(text: str) -> str:
    return text if _NUMBER.fullmatch(text.strip()) else plain_begin(text)


def write_template(
    *, file: Any, vendor: Vendor | None = None, kind: ProductClass | None = None
) -> None:
    """Write the columns that an import knows, with all that a shop offers or nothing.

    That of a kind has one for each thing that it is asked, too. Sent as it is, such a
    sheet changes nothing.
    """
    writer = csv.writer(file)
    asked = [each.name for each in asked_of(kind)] if kind else []
    writer.writerow([*COLUMNS, *map(plain_begin, asked)])
    if vendor is not None:
        for offer in offers_for_a_sheet(vendor).iterator(chunk_size=2000):
            writer.writerow(_line_of(offer))


def _line_of(offer: StockRecord) -> list[str]:
    product = offer.product
    eans = [each.value for each in product.identifiers.all() if each.kind == "ean"]
    titles = {
        f"title_{each.language}": plain_begin(each.title)
        for each in product.texts.all()
    }
    cells = {
        **titles,
        "sku": plain_begin(offer.partner_sku),
        "price": str(offer.price),
        "stock": str(offer.available),
        "ean": " ".join(eans),
        "title": plain_begin(product.title),
        "brand": plain_begin(product.brand),
        "currency": offer.price_currency,
        "condition": offer.condition,
        "handling_days": str(offer.handling_days),
    }
    return [cells.get(column, "") for column in COLUMNS]
