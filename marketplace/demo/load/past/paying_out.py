"""Stripe pays the sellers' balances out to their banks, every Monday."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from marketplace.demo.load.past.moments import next_monday
from marketplace.demo.load.past.stripe import Operation, PastStripe

# A charge becomes available at midnight UTC, two days after its day.
_SETTLING = timedelta(days=2)


def pay_out_weekly(stripe: PastStripe, *, currency: str, until: datetime) -> None:
    """Note a payout of all that each seller has available, Monday by Monday."""
    arrivals = _arrivals(stripe.operations)
    reversals = _reversals(stripe.operations)
    for account, arrived in sorted(arrivals.items()):
        moves = sorted([*arrived, *reversals.get(account, [])])
        paid, monday = 0, next_monday(moves[0][0])
        while monday <= until:
            due = sum(amount for moment, amount in moves if moment <= monday) - paid
            if due > 0:
                stripe.at = monday
                stripe.pay_out(account, amount_minor=due, currency=currency)
                paid += due
            monday += timedelta(days=7)


Moves = dict[str, list[tuple[datetime, int]]]


def _arrivals(operations: Iterable[Operation]) -> Moves:
    """Return when money becomes available to each account."""
    charges = {op["charge"]: _settled(op) for op in operations if op["op"] == "payment"}
    moves: Moves = defaultdict(list)
    for op in operations:
        if op["op"] == "transfer":
            source = charges.get(op.get("source_transaction", ""))
            moment = _moment(op)
            available = max(moment, source) if source else moment
            moves[op["destination"]].append((available, op["amount"]))
    return moves


def _reversals(operations: Iterable[Operation]) -> Moves:
    """Return when money was taken back from each account."""
    accounts = {
        op["id"]: op["destination"] for op in operations if op["op"] == "transfer"
    }
    moves: Moves = defaultdict(list)
    for op in operations:
        if op["op"] == "reversal":
            moves[accounts[op["transfer"]]].append((_moment(op), -op["amount"]))
    return moves


def _moment(operation: Operation) -> datetime:
    return datetime.fromtimestamp(operation["at"], tz=UTC)


def _settled(payment: Operation) -> datetime:
    day = _moment(payment).date() + _SETTLING
    return datetime.combine(day, time(), tzinfo=UTC)
