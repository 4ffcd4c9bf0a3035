"""Compare what is with what was to be: every difference, with both sides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from loyalty.selectors import balance_of
from marketplace.scenarios import then
from marketplace.scenarios.stripe import Stripe
from marketplace.scenarios.then import Account, AtStripe, Balances, Then
from marketplace.scenarios.world import World
from marketplace.shop.order.models import Order
from payouts.selectors import books

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was expected."""

    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return (
            f"{self.what}: expected {_told(self.expected)}, found {_told(self.found)}"
        )


def _told(value: object) -> str:
    return "nothing" if value is None else str(value)


def compare(expected: Then, world: World) -> list[Difference]:
    """Return every difference; what is not named in `expected` is not looked at."""
    found: list[Difference] = []
    for name, look in _LOOKS.items():
        wanted = getattr(expected, name)
        if wanted is not None:
            found += look(wanted, world)
    return found


def _same(what: str, expected: object, found: object) -> Iterator[Difference]:
    if expected != found:
        yield Difference(what, expected, found)


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
        yield from _same(
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
    orders = {order.pk: name for name, order in world.orders.items()}
    found = [
        {
            **row,
            "order": orders.get(row["order_id"], ""),
            "seller": world.seller_name(_int(row["vendor_id"])),
        }
        for row in books.settlement_rows()
    ]
    yield from _rows("settlement", expected, found)


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _rows(
    what: str, expected: Sequence[Any], found: Sequence[Facts]
) -> Iterator[Difference]:
    """Compare all rows of a kind, in order."""
    yield from _same(f"number of {what}s", len(expected), len(found))
    for number, (wanted, row) in enumerate(zip(expected, found, strict=False), start=1):
        yield from _row(f"{what} {number}", wanted, row)


def _row(what: str, wanted: Any, row: Facts) -> Iterator[Difference]:
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if isinstance(value, tuple):
            lines = row[field.name]
            if isinstance(lines, list):
                yield from _rows(f"{what}, line", value, lines)
        elif value is not None:
            yield from _same(f"{what} {field.name}", value, row[field.name])


# --- Stripe ---------------------------------------------------------------------


def _stripe(expected: AtStripe, world: World) -> Iterator[Difference]:
    for name, look in _AT_STRIPE.items():
        wanted = getattr(expected, name)
        if wanted is not None:
            yield from _rows(f"Stripe's {name[:-1]}", wanted, look(world))
    if expected.balance is not None:
        found = {
            currency: minor
            for currency, minor in _balance(world.stripe).items()
            if minor or currency in expected.balance
        }
        yield from _amounts("Stripe's balance", expected.balance, found)
    if expected.accounts is not None:
        sellers = {
            name: _balance(world.stripe, account=world.account_of(name)).get(
                world.given.currency, 0
            )
            for name in world.sellers
        }
        named = {
            name: minor
            for name, minor in sellers.items()
            if minor or name in expected.accounts
        }
        yield from _amounts("Stripe's account of", expected.accounts, named)


def _amounts(
    what: str, expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[Difference]:
    for name in sorted({*expected, *found}):
        yield from _same(f"{what} {name}", expected.get(name), found.get(name))


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
            "refunded": charge["amount_refunded"],
        }
        for charge in world.stripe.all("/v1/charges")
        if charge["status"] == "succeeded"
    ]


def _transfers(world: World) -> list[Facts]:
    sellers = {world.account_of(name): name for name in world.sellers}
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
        for name in world.sellers
        for payout in world.stripe.all("/v1/payouts", account=world.account_of(name))
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
        yield from _same(f"order {name}", status, order.status)


def _points(expected: then.Points, world: World) -> Iterator[Difference]:
    buyer = world.buyer
    found = balance_of(buyer.pk if buyer else None)
    row = {
        "available": found.available,
        "pending": found.pending,
        "held": found.held,
    }
    yield from _row("points", expected, row)


def _counts(
    what: str, expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[Difference]:
    """Compare those that are named."""
    for name, many in expected.items():
        yield from _same(f"{what} {name}", many, found.get(name, 0))


_LOOKS: dict[str, Callable[[Any, World], Any]] = {
    "ledger": _ledger,
    "settlements": _settlements,
    "stripe": _stripe,
    "orders": _orders,
    "points": _points,
    "commands": lambda wanted, _world: _counts(
        "commands", wanted, books.commands_by_kind()
    ),
    "mails": lambda wanted, world: _counts("mails", wanted, world.mails),
    "transactions": lambda wanted, _world: _same(
        "ledger transactions", wanted, books.transactions()
    ),
    "inbox": lambda wanted, _world: _counts("webhooks", wanted, books.events_by_type()),
}
