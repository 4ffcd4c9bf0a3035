"""The comparison of the three books in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from payouts.selectors.matching import BALANCE, BANK, MatchRow

_WORDS: dict[str, Promise] = {
    "payments": gettext_lazy("Paid by buyers"),
    "fees": gettext_lazy("Fees of the provider"),
    "refunds": gettext_lazy("Refunds"),
    "transfers": gettext_lazy("Transfers to sellers"),
    "reversals": gettext_lazy("Taken back from sellers"),
    "disputes": gettext_lazy("Chargebacks with their fees"),
    "payouts": gettext_lazy("Paid out to our bank"),
    "topups": gettext_lazy("Topped up from our bank"),
    "other": gettext_lazy("Everything else"),
    BALANCE: gettext_lazy("Balance at the provider"),
    BANK: gettext_lazy("Movements of our bank account"),
}
# Kinds of bookings and of Stripe's rows, where one of them stands alone.
KINDS: dict[str, Promise] = {
    "charge": gettext_lazy("Payment"),
    "payment": gettext_lazy("Payment"),
    "capture": gettext_lazy("Payment"),
    "refund": gettext_lazy("Refund"),
    "payment_refund": gettext_lazy("Refund"),
    "refund_failure": gettext_lazy("Refund that failed"),
    "refund_failed": gettext_lazy("Refund that failed"),
    "transfer": gettext_lazy("Transfer"),
    "transfer_refund": gettext_lazy("Reversal"),
    "reversal": gettext_lazy("Reversal"),
    "adjustment": gettext_lazy("Chargeback"),
    "payout": gettext_lazy("Payout to our bank"),
    "payout_failure": gettext_lazy("Payout that failed"),
    "payout_cancel": gettext_lazy("Payout that was cancelled"),
    "topup": gettext_lazy("Top-up from our bank"),
    "stripe_fee": gettext_lazy("Fee of the provider"),
    "bank_payment": gettext_lazy("Paid to a seller at the bank"),
    "connect_collection_transfer": gettext_lazy("Taken for a seller below zero"),
    "exchange": gettext_lazy("Exchanged by the provider"),
    "exchange_back": gettext_lazy("Exchanged back by the provider"),
}
MOVEMENTS: dict[str, Promise] = {
    "payment": gettext_lazy("Payment"),
    "refund": gettext_lazy("Refund"),
    "transfer": gettext_lazy("Transfer"),
    "reversal": gettext_lazy("Reversal"),
    "dispute": gettext_lazy("Chargeback"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its name; sums stand below the movements that they sum up."""

    words: str
    row: MatchRow
    is_sum: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The comparison of one currency."""

    currency: str
    lines: list[Line]
    agrees: bool


def tables_of(rows: Iterable[MatchRow]) -> list[Table]:
    """Return a table for each currency, in the order of the rows."""
    tables = []
    for currency, of_currency in groupby(rows, key=lambda row: row.currency):
        lines = [
            Line(str(_WORDS.get(row.code, row.code)), row, row.code in {BALANCE, BANK})
            for row in of_currency
        ]
        agrees = not any(
            line.row.difference for line in lines if line.row.provider is not None
        )
        tables.append(Table(currency, lines, agrees))
    return tables
