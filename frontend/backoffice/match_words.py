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
# What a row of the provider's is of, where it stands alone.
KINDS: dict[str, Promise] = {
    "charge": gettext_lazy("Payment"),
    "payment": gettext_lazy("Payment"),
    "refund": gettext_lazy("Refund"),
    "payment_refund": gettext_lazy("Refund"),
    "refund_failure": gettext_lazy("Refund that failed"),
    "transfer": gettext_lazy("Transfer"),
    "transfer_refund": gettext_lazy("Reversal"),
    "adjustment": gettext_lazy("Chargeback"),
    "payout": gettext_lazy("Payout to our bank"),
    "payout_failure": gettext_lazy("Payout that failed"),
    "payout_cancel": gettext_lazy("Payout that was cancelled"),
    "topup": gettext_lazy("Top-up from our bank"),
    "stripe_fee": gettext_lazy("Fee of the provider"),
    "connect_collection_transfer": gettext_lazy("Taken for a seller below zero"),
}
# What is booked, by the ledger's own kinds; some are booked from the provider's rows.
BOOKINGS: dict[str, Promise] = {
    **KINDS,
    "capture": gettext_lazy("Payment"),
    "orphan_capture": gettext_lazy("Payment that came too late"),
    "processor_fee": gettext_lazy("Fee of the provider"),
    "fee_share": gettext_lazy("The seller’s part of the fee"),
    "release": gettext_lazy("Release to the seller"),
    "reversal": gettext_lazy("Reversal"),
    "refund_failed": gettext_lazy("Refund that failed"),
    "refund_repaid": gettext_lazy("Refund paid another way"),
    "carrier_paid": gettext_lazy("Paid by a carrier"),
    "carrier_paid_back": gettext_lazy("Payment of a carrier taken back"),
    "reserve": gettext_lazy("Into the reserve"),
    "reserve_release": gettext_lazy("Out of the reserve"),
    "reserve_draw": gettext_lazy("Covered by the reserve"),
    "dispute": gettext_lazy("Chargeback"),
    "dispute_reversal": gettext_lazy("Chargeback taken back"),
    "dispute_regained": gettext_lazy("Chargeback regained"),
    "dispute_fee": gettext_lazy("Fee of a chargeback, borne by the seller"),
    "adjustment": gettext_lazy("Credited or charged by hand"),
    "bank_payment": gettext_lazy("Paid to a seller at the bank"),
    "points_earned": gettext_lazy("Points earned"),
    "points_granted": gettext_lazy("Points given"),
    "points_clawed_back": gettext_lazy("Points taken back"),
    "points_expired": gettext_lazy("Points lapsed"),
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
