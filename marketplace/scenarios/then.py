"""What a scenario expects: books, Stripe's objects, what was told and refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from marketplace.scenarios import papers
from marketplace.scenarios.places import Mistakes, Place, nearest, within_limits
from payouts.vocabulary import AccountKind

_CURRENCY_LETTERS = 3
# Currency, kind of account, seller; no seller where all of a kind are meant together.
Account = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Balances:
    """The whole trial balance: an account that is not named holds nothing.

    Each account stands on the side where it grows. An empty currency is the scenario's.
    """

    amounts: Mapping[Account, int]

    @classmethod
    def read_value(cls, value: object, place: Place) -> "Balances":
        """Read `account = amount`, `account.seller = amount`, `USD.account = ...`."""
        if not isinstance(value, Mapping):
            place.refuse("a table of accounts and amounts is expected.")
        return cls(dict(_accounts(value, place, currency="")))


def _accounts(
    table: Mapping[str, object], place: Place, *, currency: str
) -> list[tuple[Account, int]]:
    mistakes, found = Mistakes(), []
    for name, value in table.items():
        with mistakes.noted():
            found += list(_of_name(name, value, place.at(name), currency))
    mistakes.refuse()
    return found


def _of_name(
    name: str, value: object, place: Place, currency: str
) -> Iterator[tuple[Account, int]]:
    if not currency and len(name) == _CURRENCY_LETTERS and name.isupper():
        if not isinstance(value, Mapping):
            place.refuse("a table of accounts and amounts is expected.")
        yield from _accounts(value, place, currency=name)
    elif name not in AccountKind.values:
        place.refuse(f'there is no account "{name}"; {_meant(name)}')
    elif isinstance(value, Mapping):
        for seller, amount in value.items():
            yield (currency, name, seller), _amount(amount, place.at(seller))
    else:
        yield (currency, name, ""), _amount(value, place)


def _meant(name: str) -> str:
    return nearest(name, list(AccountKind.values))


def _amount(value: object, place: Place) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        place.refuse("an amount is a whole number of minor units: 12.50 EUR is 1250.")
    within_limits(value, place)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was frozen of a line, and what has gone back of it."""

    gross: int | None = None
    tax: int | None = None
    vendor_discount: int | None = None
    platform_discount: int | None = None
    points: int | None = None
    cash: int | None = None
    commission: int | None = None
    commission_vat: int | None = None
    net: int | None = None
    plan: str | None = None
    refunded_gross: int | None = None
    refunded_cash: int | None = None
    reversed_net: int | None = None
    commission_back: int | None = None
    vat_back: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A seller's part of an order; `lines` are all of its lines, in order."""

    seller: str | None = None
    order: str | None = None
    state: str | None = None
    gross: int | None = None
    tax: int | None = None
    shipping: int | None = None
    vendor_discount: int | None = None
    platform_discount: int | None = None
    points: int | None = None
    cash: int | None = None
    commission: int | None = None
    commission_vat: int | None = None
    payable: int | None = None
    left: int | None = None
    refunded_gross: int | None = None
    refunded_cash: int | None = None
    reversed_net: int | None = None
    commission_back: int | None = None
    vat_back: int | None = None
    lines: tuple[Line, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A payment as Stripe has it; fee and net are its balance transaction's.

    `settled` is what both come from: another amount where Stripe exchanges.
    """

    amount: int
    currency: str | None = None
    fee: int | None = None
    net: int | None = None
    settled: int | None = None
    refunded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money to a seller's account; `linked` to the buyer's payment or not."""

    amount: int
    seller: str | None = None
    currency: str | None = None
    linked: bool | None = None
    reversed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that went back to the card."""

    amount: int
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A payment that the buyer's bank calls into question."""

    amount: int
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Money on its way from a seller's account to their bank."""

    amount: int
    seller: str | None = None
    status: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStripe:
    """What Stripe itself shows. A list names all objects of its kind, oldest first.

    `balance` is the platform's, pending included, by currency; `accounts` holds what
    lies in each seller's account in the scenario's currency.
    """

    charges: tuple[Charge, ...] | None = None
    transfers: tuple[Transfer, ...] | None = None
    refunds: tuple[Refund, ...] | None = None
    disputes: tuple[Dispute, ...] | None = None
    payouts: tuple[Payout, ...] | None = None
    balance: dict[str, int] | None = None
    accounts: dict[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The buyer's points."""

    available: int | None = None
    pending: int | None = None
    held: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """Everything that can be expected; what is not named is not looked at.

    `commands` and `mails` count by kind, `inbox` the webhooks that were kept by type,
    `orders` holds each order's status.
    """

    ledger: Balances | None = None
    settlements: tuple[Settlement, ...] | None = None
    stripe: AtStripe | None = None
    orders: dict[str, str] | None = None
    points: Points | None = None
    commands: dict[str, int] | None = None
    mails: dict[str, int] | None = None
    transactions: int | None = None
    inbox: dict[str, int] | None = None
    documents: tuple[papers.Document, ...] | None = None
    statements: tuple[papers.Statement, ...] | None = None
    refunds: tuple[papers.RefundAsked, ...] | None = None
    promotions: tuple[papers.Cost, ...] | None = None
    bank_lines: tuple[papers.BankMovement, ...] | None = None
    violations: tuple[str, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it expects nothing at all."""
        return all(getattr(self, field.name) is None for field in fields(self))
