"""Whether steps and expectations name what there is: a misspelt name expects nothing.

What is counted by name would be nought for a name that nobody bears, and hold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from marketplace.flows.mail import Mail
from marketplace.scenarios.given import Given
from marketplace.scenarios.places import Place, check_all, nearest
from marketplace.scenarios.steps.step import Step
from marketplace.scenarios.then import Balances, Then
from marketplace.shop.order.models import Order
from payouts.vocabulary import CommandKind, SettlementState

Checks: TypeAlias = Iterator[Callable[[], object]]
_ORDER_STATES = (Order.PENDING, Order.PAID, Order.EXPIRED, Order.CANCELLED)
# A century, in each of the units in which time passes.
_MOST_DAYS = 36_500
_LONGEST = {
    "days": _MOST_DAYS,
    "hours": _MOST_DAYS * 24,
    "minutes": _MOST_DAYS * 24 * 60,
    "seconds": _MOST_DAYS * 24 * 60 * 60,
}
_INVARIANTS = tuple(f"I{number}" for number in range(1, 11))


def check_step(step: Step, given: Given, place: Place) -> None:
    """Raise ScenarioRefusedError if a step names an order or a seller of nobody's.

    Nor does more than a century pass at once.
    """
    _check_names(step.action, given, place)
    for name, most in _LONGEST.items():
        if abs(getattr(step.action, name, 0)) > most:
            place.at(name).refuse(f"{most} {name} are the most that pass at once.")
    if step.options.then is not None:
        check_then(step.options.then, given, place.at("then"))


def check_then(then: Then, given: Given, place: Place) -> None:
    """Raise ScenarioRefusedError for names that are nobody's, and states of nothing."""
    check_all(
        [
            *_of_books(then, given, place),
            *_of_counts(then, given, place),
            *_of_stripe(then, given, place.at("stripe")),
        ]
    )


def _of_books(then: Then, given: Given, place: Place) -> Checks:
    if then.ledger is not None:
        yield from _of_ledger(then.ledger, given, place.at("ledger"))
    for name in ("settlements", "documents", "statements", "refunds"):
        yield from _of_rows(getattr(then, name), given, place.at(name))
    for number, row in enumerate(then.settlements or ()):
        if row.state is not None:
            here = place.at("settlements", number, "state")
            yield partial(known, "state", row.state, SettlementState.values, here)


def _of_stripe(then: Then, given: Given, place: Place) -> Checks:
    if then.stripe is not None:
        yield from _of_rows(then.stripe.transfers, given, place.at("transfers"))
        yield from _of_rows(then.stripe.payouts, given, place.at("payouts"))
        here = place.at("accounts")
        yield from _of_keys("seller", then.stripe.accounts, _sellers(given), here)


def _of_counts(then: Then, given: Given, place: Place) -> Checks:
    yield from _of_keys("order", then.orders, _orders(given), place.at("orders"))
    for name, status in (then.orders or {}).items():
        yield partial(known, "status", status, _ORDER_STATES, place.at("orders", name))
    yield from _of_keys(
        "command", then.commands, CommandKind.values, place.at("commands")
    )
    yield from _of_keys("mail", then.mails, [*map(str, Mail)], place.at("mails"))
    for number, code in enumerate(then.violations or ()):
        here = place.at("violations", number)
        yield partial(known, "invariant", code, _INVARIANTS, here)
    names = [each.code for each in given.vouchers]
    names += [each.name for each in given.campaigns]
    for number, cost in enumerate(then.promotions or ()):
        here = place.at("promotions", number, "name")
        yield partial(known, "promotion", cost.name, names, here)


def known(what: str, name: str, allowed: Iterable[str], place: Place) -> None:
    """Refuse a name that is not one of `allowed`, saying which is meant."""
    words = [*allowed]
    if name not in words:
        place.refuse(f'there is no {what} "{name}"; {nearest(name, words)}')


def _of_rows(rows: Sequence[Any] | None, given: Given, place: Place) -> Checks:
    for number, row in enumerate(rows or ()):
        yield partial(_check_names, row, given, place.at(number))


def _check_names(row: Any, given: Given, place: Place) -> None:
    order, seller = getattr(row, "order", None), getattr(row, "seller", None)
    if order:
        known("order", order, _orders(given), place.at("order"))
    if seller:
        known("seller", seller, _sellers(given), place.at("seller"))


def _of_ledger(balances: Balances, given: Given, place: Place) -> Checks:
    for currency, kind, seller in balances.amounts:
        if seller:
            here = (place.at(currency) if currency else place).at(kind, seller)
            yield partial(known, "seller", seller, _sellers(given), here)


def _of_keys(
    what: str, table: Mapping[str, Any] | None, allowed: Sequence[str], place: Place
) -> Checks:
    for name in table or ():
        yield partial(known, what, name, allowed, place.at(name))


def _orders(given: Given) -> list[str]:
    return [order.name for order in given.orders]


def _sellers(given: Given) -> list[str]:
    return [seller.name for seller in given.sellers]
