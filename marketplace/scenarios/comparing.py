"""Compare what is with what was to be: every difference, with both sides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from loyalty.selectors import balance_of
from marketplace.scenarios import then
from marketplace.scenarios.comparing_papers import PAPERS, named
from marketplace.scenarios.differences import (
    Difference,
    Facts,
    compare_amounts,
    compare_counts,
    compare_row,
    compare_rows,
    compare_value,
)
from marketplace.scenarios.stripe import Stripe
from marketplace.scenarios.then import Account, AtStripe, Balances, Then
from marketplace.scenarios.world import World
from marketplace.shop.order.models import Order
from payouts.selectors import books


def compare(expected: Then, world: World) -> list[Difference]:
    """Return every difference; what is not named in `expected` is not looked at."""
    found: list[Difference] = []
    for name, look in _LOOKS.items():
        wanted = getattr(expected, name)
        if wanted is not None:
            found += look(wanted, world)
    return found


# --- the ledger -----------------------------------------------------------------


def _ledger(expected: Balances, world: World) -> Iterator[Difference]:
    amounts = {
        (currency or world.given.currency, kind, seller): minor
        for (currency, kind, seller), minor in expected.amounts.items()
    }
    found = _balances(world, by_seller={key[:2] for key in amounts if key[2]})
    for key in sorted({*amounts, *found}):
        currency, kind, seller = key
        words = f"ledger {kind}" + (f" of {seller}" if seller else "")
        yield from compare_value(
            f"{words} ({currency})", amounts.get(key, 0), found.get(key, 0)
        )


def _balances(world: World, *, by_seller: set[tuple[str, ...]]) -> dict[Account, int]:
    """Sum accounts up; those that are told by seller stay apart."""
    sums: dict[Account, int] = {}
    for row in books.trial_balance():
        is_apart = (row.currency, row.kind) in by_seller
        seller = world.seller_name(row.vendor_id) if is_apart else ""
        key = (row.currency, row.kind, seller)
        sums[key] = sums.get(key, 0) + row.minor
    return sums


# --- settlements ----------------------------------------------------------------


def _settlements(
    expected: Sequence[then.Settlement], world: World
) -> Iterator[Difference]:
    found = [named(row, world) for row in books.settlement_rows()]
    yield from compare_rows("settlement", expected, found)


# --- Stripe ---------------------------------------------------------------------


def _stripe(expected: AtStripe, world: World) -> Iterator[Difference]:
    for name, look in _AT_STRIPE.items():
        wanted = getattr(expected, name)
        if wanted is not None:
            yield from compare_rows(f"Stripe's {name[:-1]}", wanted, look(world))
    if expected.balance is not None:
        found = {
            currency: minor
            for currency, minor in _balance(world.stripe).items()
            if minor or currency in expected.balance
        }
        yield from compare_amounts("Stripe's balance", expected.balance, found)
    if expected.accounts is not None:
        sellers = {
            name: _balance(world.stripe, account=account).get(world.given.currency, 0)
            for name, account in world.accounts().items()
        }
        named = {
            name: minor
            for name, minor in sellers.items()
            if minor or name in expected.accounts
        }
        yield from compare_amounts("Stripe's account of", expected.accounts, named)


def _balance(stripe: Stripe, *, account: str = "") -> dict[str, int]:
    told = stripe.get("/v1/balance", account=account)
    sums: dict[str, int] = {}
    for part in ("available", "pending"):
        for row in told[part]:
            currency = row["currency"].upper()
            sums[currency] = sums.get(currency, 0) + row["amount"]
    return sums


def _charges(world: World) -> list[Facts]:
    rows = {row["id"]: row for row in world.stripe.all("/v1/balance_transactions")}
    return [
        {
            "amount": charge["amount"],
            "currency": charge["currency"].upper(),
            "fee": rows[charge["balance_transaction"]]["fee"],
            "net": rows[charge["balance_transaction"]]["net"],
            "settled": rows[charge["balance_transaction"]]["amount"],
            "refunded": charge["amount_refunded"],
        }
        for charge in world.stripe.all("/v1/charges")
        if charge["status"] == "succeeded"
    ]


def _transfers(world: World) -> list[Facts]:
    sellers = {account: name for name, account in world.accounts().items()}
    return [
        {
            "amount": transfer["amount"],
            "seller": sellers.get(transfer["destination"], ""),
            "currency": transfer["currency"].upper(),
            "linked": transfer["source_transaction"] is not None,
            "reversed": transfer["amount_reversed"],
        }
        for transfer in world.stripe.all("/v1/transfers")
    ]


def _refunds(world: World) -> list[Facts]:
    return [
        {"amount": refund["amount"], "status": refund["status"]}
        for refund in world.stripe.all("/v1/refunds")
    ]


def _disputes(world: World) -> list[Facts]:
    return [
        {"amount": dispute["amount"], "status": dispute["status"]}
        for dispute in world.stripe.all("/v1/disputes")
    ]


def _payouts(world: World) -> list[Facts]:
    return [
        {
            "amount": payout["amount"],
            "seller": name,
            "status": payout["status"],
            "failure": payout["failure_code"] or "",
        }
        for name, account in world.accounts().items()
        for payout in world.stripe.all("/v1/payouts", account=account)
    ]


_AT_STRIPE: dict[str, Callable[[World], Sequence[Facts]]] = {
    "charges": _charges,
    "transfers": _transfers,
    "refunds": _refunds,
    "disputes": _disputes,
    "payouts": _payouts,
}


# --- everything else ------------------------------------------------------------


def _orders(expected: Mapping[str, str], world: World) -> Iterator[Difference]:
    for name, status in expected.items():
        order = Order.objects.get(pk=world.order(name).pk)
        yield from compare_value(f"order {name}", status, order.status)


def _points(expected: then.Points, world: World) -> Iterator[Difference]:
    buyer = world.buyer
    found = balance_of(buyer.pk if buyer else None)
    row = {
        "available": found.available,
        "pending": found.pending,
        "held": found.held,
    }
    yield from compare_row("points", expected, row)


_LOOKS: dict[str, Callable[[Any, World], Any]] = {
    **PAPERS,
    "ledger": _ledger,
    "settlements": _settlements,
    "stripe": _stripe,
    "orders": _orders,
    "points": _points,
    "commands": lambda wanted, _world: compare_counts(
        "commands", wanted, books.commands_by_kind()
    ),
    "mails": lambda wanted, world: compare_counts("mails", wanted, world.mails),
    "transactions": lambda wanted, _world: compare_value(
        "ledger transactions", wanted, books.transactions()
    ),
    "inbox": lambda wanted, _world: compare_counts(
        "webhooks", wanted, books.events_by_type()
    ),
}
