"""The ledger's entries as a plain CSV, for any bookkeeping program."""

import csv
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from marketplace.core.money import to_decimal
from marketplace.core.sheets import plain
from payouts.accounting import chart as books
from payouts.accounting.entries import Period, entries_of

COLUMNS = (
    *("entry", "transaction", "booked_at", "kind", "account", "account_name"),
    *("ledger_account", "seller", "order", "debit", "credit", "currency", "reference"),
)


def file_name(asked: Period, currency: str) -> str:
    """Return a name that says what is in it."""
    return f"ledger-{asked.first}-{asked.last}-{currency}.csv"


def lines_of(asked: Period, currency: str) -> Iterator[str]:
    """Yield the head and a line for each entry; amounts have a point, no thousands.

    Raises ChartError if the setting CHART_OF_ACCOUNTS is not in order.
    """
    chart = books.chart()
    writer: Any = csv.writer(_Echo())
    zone = timezone.get_default_timezone()
    yield writer.writerow(COLUMNS)
    for entry in entries_of(asked, currency):
        account = chart.get(entry.account_kind, books.SUSPENSE)
        minor = entry.amount_minor
        yield writer.writerow(
            [
                *(entry.id, entry.transaction_id),
                entry.booked_at.astimezone(zone).isoformat(),
                *(entry.kind, account.number, account.name, entry.account_kind),
                *(plain(entry.vendor_handle), plain(entry.order)),
                str(to_decimal(max(minor, 0), currency)),
                str(to_decimal(max(-minor, 0), currency)),
                *(currency, plain(entry.key)),
            ]
        )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text
