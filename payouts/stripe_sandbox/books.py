"""Balance transactions: every movement of money, and the balances they add up to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .identifiers import make_id
from .store import Body, Store
from .terms import PLATFORM
from .world import Scope

_CATEGORIES = {
    "payment": "charge",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
}


@dataclass(frozen=True)
class Movement:
    """One row to come. `fee` is taken from `amount`; `available_on` in Unix seconds."""

    type: str
    amount: int
    currency: str
    source: str
    available_on: int
    fee: int = 0
    fee_description: str = "Stripe processing fees"
    description: str | None = None
    category: str = ""
    exchange_rate: float | None = None


def post(scope: Scope, movement: Movement) -> Body:
    """Write one balance transaction into the books of `scope.account` and return it."""
    body: Body = {
        "id": make_id("txn"),
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": movement.available_on,
        "balance_type": "payments",
        "created": scope.at,
        "currency": movement.currency,
        "description": movement.description,
        "exchange_rate": movement.exchange_rate,
        "fee": movement.fee,
        "fee_details": _fee_details(movement),
        "net": movement.amount - movement.fee,
        "reporting_category": movement.category
        or _CATEGORIES.get(movement.type, movement.type),
        "source": movement.source,
        "status": "pending",
        "type": movement.type,
    }
    scope.store.insert(body, account=scope.account)
    scope.store.run(
        "INSERT INTO rows (id, account, currency, net, available_on) VALUES "
        "(?,?,?,?,?)",
        body["id"],
        scope.account,
        movement.currency,
        body["net"],
        movement.available_on,
    )
    return body


def _fee_details(movement: Movement) -> list[dict[str, Any]]:
    if not movement.fee:
        return []
    return [
        {
            "amount": movement.fee,
            "application": None,
            "currency": movement.currency,
            "description": movement.fee_description,
            "type": "stripe_fee",
        }
    ]


def balances(store: Store, account: str, *, at: int) -> dict[str, tuple[int, int]]:
    """Return `{currency: (available, pending)}` of an account at a moment."""
    found = store.rows(
        "SELECT currency, SUM(CASE WHEN available_on <= ? THEN net ELSE 0 END),"
        " SUM(CASE WHEN available_on > ? THEN net ELSE 0 END)"
        " FROM rows WHERE account = ? GROUP BY currency ORDER BY currency",
        at,
        at,
        account,
    )
    return {currency: (available, pending) for currency, available, pending in found}


def available(scope: Scope, currency: str) -> int:
    """Return what `scope.account` can spend now."""
    return balances(scope.store, scope.account, at=scope.at).get(currency, (0, 0))[0]


def total(scope: Scope, currency: str) -> int:
    """Return available and pending money together."""
    return sum(balances(scope.store, scope.account, at=scope.at).get(currency, (0, 0)))


def assign_to_payout(scope: Scope, currency: str, payout: str) -> None:
    """Note what an automatic payout pays out: all rows available and unpaid."""
    scope.store.run(
        "UPDATE rows SET payout = ? WHERE account = ? AND currency = ?"
        " AND available_on <= ? AND payout IS NULL",
        payout,
        scope.account,
        currency,
        scope.at,
    )


def audit(store: Store, *, at: int, shown: Callable[[str], Body]) -> dict[str, Any]:
    """Compare what each account's balance shows with the sum of its rows."""
    report: dict[str, Any] = {}
    is_equal = True
    for (account,) in store.rows("SELECT DISTINCT account FROM rows ORDER BY account"):
        sums = store.rows(
            "SELECT json_extract(body, '$.currency'), COUNT(*),"
            " SUM(json_extract(body, '$.net')) FROM objects"
            " WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1",
            account,
        )
        told = shown(account)
        report[account] = {}
        for currency, count, net in sums:
            line = {
                state: sum(
                    part["amount"]
                    for part in told[state]
                    if part["currency"] == currency
                )
                for state in ("available", "pending")
            }
            is_equal &= line["available"] + line["pending"] == net
            report[account][currency] = line | {"rows": count, "sum": net}
    return {"equal": is_equal, "platform": PLATFORM, "accounts": report, "at": at}
