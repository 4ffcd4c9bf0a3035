"""Ledger, Stripe and bank side by side: what agrees, and what only one of them has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from marketplace.core.viewer import Viewer
from payouts.models import BalanceTransactionMirror, BankLine, MatchRun, MatchState
from payouts.selectors.access import sees_all

_MOST_MOVEMENTS = 50
OTHER, BALANCE, BANK = "other", "balance", "bank"
# What a kind of ledger transaction is a movement of.
_OF_KIND = {
    "capture": "payments",
    "orphan_capture": "payments",
    # What Stripe settled in another currency: moved there from the order's.
    "exchange": "payments",
    "exchange_back": "refunds",
    "processor_fee": "fees",
    "stripe_fee": "fees",
    "refund": "refunds",
    "refund_failed": "refunds",
    "payment_refund": "refunds",
    "refund_failure": "refunds",
    "transfer": "transfers",
    "reversal": "reversals",
    "dispute": "disputes",
    "dispute_reversal": "disputes",
    "payout": "payouts",
    "payout_failure": "payouts",
    "payout_cancel": "payouts",
    "topup": "topups",
}
# The same of Stripe's balance rows, by their type; disputes are told by category.
_OF_TYPE = {
    "charge": "payments",
    "payment": "payments",
    "stripe_fee": "fees",
    "refund": "refunds",
    "payment_refund": "refunds",
    "refund_failure": "refunds",
    "transfer": "transfers",
    "transfer_refund": "reversals",
    "payout": "payouts",
    "payout_failure": "payouts",
    "payout_cancel": "payouts",
    "topup": "topups",
}
_DISPUTES = frozenset({"dispute", "dispute_reversal"})
CODES = (
    *("payments", "fees", "refunds", "transfers", "reversals", "disputes"),
    *("payouts", "topups", OTHER),
)

_IN_LEDGER = """
SELECT entry.currency, header.kind, account.kind, sum(entry.amount_minor)
FROM payouts_ledgerentry AS entry
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
JOIN payouts_ledgertransaction AS header ON header.id = entry.transaction_id
WHERE account.kind IN ('stripe_balance', 'bank')
GROUP BY entry.currency, header.kind, account.kind
"""

_AT_STRIPE = """
SELECT currency, type, reporting_category, sum(amount_minor), sum(fee_minor)
FROM payouts_balancetransactionmirror
WHERE type NOT IN ('reserve_transaction', 'reserved_funds', 'reserve_hold',
    'reserve_release')
GROUP BY currency, type, reporting_category
"""

_LINES_MATCHED = """
SELECT currency, sum(amount_minor) FROM payouts_bankline
WHERE matched_key <> '' GROUP BY currency
"""

_ONLY_IN_LEDGER = """
SELECT header.key, header.kind, header.booked_at, entry.currency,
    sum(entry.amount_minor)
FROM payouts_ledgertransaction AS header
JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
WHERE account.kind = 'stripe_balance' AND header.kind NOT IN
        ('processor_fee', 'exchange', 'exchange_back')
    AND NOT EXISTS (
        SELECT 1 FROM payouts_balancetransactionmirror AS mirror
        WHERE mirror.matched_key = header.key)
GROUP BY header.id, entry.currency
ORDER BY header.booked_at, header.key
LIMIT %s
"""

_BOOKED_AT_BANK = """
SELECT header.key, header.kind, header.booked_at, entry.currency,
    sum(entry.amount_minor), COALESCE(header.ref ->> 'source', '')
FROM payouts_ledgertransaction AS header
JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
WHERE account.kind = 'bank'
    AND NOT EXISTS (
        SELECT 1 FROM payouts_bankline AS line WHERE line.matched_key = header.key)
GROUP BY header.id, entry.currency
HAVING sum(entry.amount_minor) <> 0
ORDER BY header.booked_at, header.key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """What each of the three says of one kind of movement, in minor units.

    None: that side has nothing to say of it.
    """

    currency: str
    code: str
    ledger: int
    provider: int | None
    bank: int | None = None

    @property
    def difference(self) -> int:
        """By how much Stripe, or else the bank, differs from the ledger."""
        other = self.bank if self.provider is None else self.provider
        return 0 if other is None else other - self.ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMovement:
    """A booking of Stripe's balance for which Stripe has no row (yet)."""

    key: str
    kind: str
    booked_at: str
    currency: str
    amount_minor: int

    @property
    def moment(self) -> datetime:
        """When it was booked."""
        return datetime.fromisoformat(self.booked_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankBooking:
    """A booking of our bank account that has no line of a statement yet."""

    key: str
    kind: str
    booked_at: datetime
    currency: str
    amount_minor: int
    source: str


def compare(*, stripe_holds: Mapping[str, int]) -> list[MatchRow]:
    """Sum up what ledger, Stripe's mirrored rows and matched bank lines say.

    `stripe_holds` is Stripe's own word on its balance, by currency. Three statements.
    """
    ledger, at_bank = _ledger_sums()
    provider, lines = _provider_sums(), dict(_all(_LINES_MATCHED))
    has_statement = BankLine.objects.exists()
    rows = []
    for currency in sorted({key[0] for key in (*ledger, *provider)} | {*stripe_holds}):
        rows += [
            MatchRow(
                currency=currency,
                code=code,
                ledger=ledger.get((currency, code), 0),
                provider=provider.get((currency, code), 0),
            )
            for code in CODES
            if (currency, code) in ledger or (currency, code) in provider
        ]
        held = sum(minor for (named, _), minor in ledger.items() if named == currency)
        rows.append(
            MatchRow(
                currency=currency,
                code=BALANCE,
                ledger=held,
                provider=stripe_holds.get(currency, 0),
            )
        )
        if currency in at_bank:
            rows.append(
                MatchRow(
                    currency=currency,
                    code=BANK,
                    ledger=at_bank[currency],
                    provider=None,
                    bank=int(lines.get(currency, 0)) if has_statement else None,
                )
            )
    return rows


def _ledger_sums() -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Return what stands at Stripe by currency and code, and at our bank."""
    at_stripe: dict[tuple[str, str], int] = {}
    at_bank: dict[str, int] = {}
    for currency, kind, account, minor in _all(_IN_LEDGER):
        if account == "bank":
            at_bank[currency] = at_bank.get(currency, 0) + int(minor)
            continue
        key = (currency, _OF_KIND.get(kind, OTHER))
        at_stripe[key] = at_stripe.get(key, 0) + int(minor)
    return at_stripe, at_bank


def _provider_sums() -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for currency, kind, category, amount, fee in _all(_AT_STRIPE):
        code = _OF_TYPE.get(kind, OTHER)
        code = "disputes" if category in _DISPUTES else code
        # The ledger books a payment's fee apart; a dispute's stays with it.
        own_fee = fee if code == "payments" else 0
        parts = ((code, amount - fee + own_fee), ("fees", -own_fee))
        for part, minor in parts:
            if minor:
                sums[currency, part] = sums.get((currency, part), 0) + int(minor)
    return sums


def only_in_ledger() -> list[LedgerMovement]:
    """Return bookings of Stripe's balance without a row of Stripe's, oldest first.

    Reads every booking: a comparison asks, and keeps the answer. At most fifty.
    """
    return [
        LedgerMovement(
            key=key,
            kind=kind,
            booked_at=at.isoformat(),
            currency=currency,
            amount_minor=int(minor),
        )
        for key, kind, at, currency, minor in _all(_ONLY_IN_LEDGER, _MOST_MOVEMENTS)
    ]


def bookings_at_bank() -> list[BankBooking]:
    """Return what the ledger has at our bank and no line shows yet, oldest first."""
    return [
        BankBooking(
            key=key,
            kind=kind,
            booked_at=at,
            currency=currency,
            amount_minor=int(minor),
            source=source,
        )
        for key, kind, at, currency, minor, source in _all(_BOOKED_AT_BANK)
    ]


def bookings_without_line(viewer: Viewer) -> list[BankBooking]:
    """Return `bookings_at_bank` for who looks after the money."""
    return bookings_at_bank() if sees_all(viewer) else []


def bank_is_ahead(run: MatchRun) -> bool:
    """Say whether lines of the bank came in after a comparison."""
    return BankLine.objects.filter(imported_at__gt=run.started_at).exists()


def open_bank_lines(viewer: Viewer) -> QuerySet[BankLine]:
    """Return lines of the bank's statements that nobody can explain, oldest first."""
    rows = BankLine.objects.filter(matched_key="", set_aside_for="")
    return rows.order_by("booked_on", "pk") if sees_all(viewer) else rows.none()


def seen_bank_lines(viewer: Viewer) -> QuerySet[BankLine]:
    """Return the lines that have their booking, or a reason; newest first."""
    rows = BankLine.objects.exclude(matched_key="", set_aside_for="")
    return rows.order_by("-booked_on", "-pk") if sees_all(viewer) else rows.none()


def rows_without_booking(viewer: Viewer) -> QuerySet[BalanceTransactionMirror]:
    """Return movements at Stripe that the ledger does not know, oldest first."""
    rows = BalanceTransactionMirror.objects.filter(matched_key="")
    return rows.order_by("created_at") if sees_all(viewer) else rows.none()


def runs(viewer: Viewer) -> QuerySet[MatchRun]:
    """Return all comparisons, the newest first."""
    rows = MatchRun.objects.order_by("-requested_at", "-pk")
    return rows if sees_all(viewer) else rows.none()


def last_done(viewer: Viewer) -> MatchRun | None:
    """Return the newest comparison that came to its end."""
    return runs(viewer).filter(state=MatchState.DONE).first()


def rows_of(run: MatchRun) -> list[MatchRow]:
    """Return what a comparison found, as it was then."""
    return [MatchRow(**row) for row in run.report]


def movements_of(run: MatchRun) -> list[LedgerMovement]:
    """Return what only the ledger had when a comparison ended."""
    return [LedgerMovement(**row) for row in run.in_ledger]


def _all(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
