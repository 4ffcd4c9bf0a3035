"""`manage.py export_books`: the ledger as a FEC or a CSV, streamed."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.core.errors import RefusedError
from payouts.accounting import fec, sheet
from payouts.accounting.chart import ChartError
from payouts.accounting.entries import Period, currencies_of, period


class Command(BaseCommand):
    """Write a period of the ledger as accountants take it."""

    help = "Export the ledger of a period: FEC (France) or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add period, format, currency and place."""
        parser.add_argument("first", type=_day, help="the first day, 2026-01-01")
        parser.add_argument("last", type=_day, help="the last day, 2026-12-31")
        parser.add_argument("--format", choices=("fec", "csv"), default="fec")
        parser.add_argument("--currency", default=settings.CURRENCY)
        parser.add_argument(
            "--siren", default=settings.PLATFORM["siren"], help="for a FEC"
        )
        parser.add_argument(
            "--to", type=Path, help="the folder; without one to standard output"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the file, and say on standard error what it holds."""
        try:
            asked = period(options["first"], options["last"])
            name, lines = _file(asked, options)
        except (RefusedError, ChartError) as error:
            raise CommandError(str(error)) from error
        count = self._write(name, lines(asked, options["currency"]), options["to"])
        self.stderr.write(f"{name}: {count} lines")
        others = set(currencies_of(asked)) - {options["currency"]}
        if others:
            self.stderr.write(
                f"Not in it: what was booked in {', '.join(sorted(others))} "
                "(--currency)."
            )

    def _write(self, name: str, lines: Iterator[str], folder: Path | None) -> int:
        if folder is None:
            return _pour(lines, sys.stdout)
        folder.mkdir(parents=True, exist_ok=True)
        # Under another name until it is whole: nobody takes half of a file for all.
        unfinished = folder / f".{name}.part"
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            count = _pour(lines, file)
        unfinished.rename(folder / name)
        return count


def _file(
    asked: Period, options: dict[str, Any]
) -> tuple[str, Callable[[Period, str], Iterator[str]]]:
    if options["format"] == "csv":
        return sheet.file_name(asked, options["currency"]), sheet.lines_of
    return fec.file_name(options["siren"], asked), fec.lines_of


def _pour(lines: Iterator[str], file: TextIO) -> int:
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count


def _day(text: str) -> date:
    return date.fromisoformat(text)
