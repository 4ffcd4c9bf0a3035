"""What a scenario expects on paper: invoices, statements, refunds, the bank's lines."""

from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal[
    "invoice", "credit_note", "commission_invoice", "commission_credit_note"
]
# A movement on a seller's account, as the ledger calls it.
Movement = Literal[
    "capture",
    "refund",
    "release",
    "reserve",
    "reserve_release",
    "reserve_draw",
    "transfer",
    "reversal",
    "bank_payment",
    "adjustment",
    "dispute_fee",
    "fee_share",
]
RefundState = Literal["requested", "refunding", "refunded", "refund_failed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An invoice or a credit note; YYYY in its number stands for the year of issue.

    `issuer` is a seller, or "platform"; `corrects` is the number of the invoice that a
    credit note is about.
    """

    kind: DocumentKind
    number: str | None = None
    issuer: str | None = None
    seller: str | None = None
    order: str | None = None
    net: int | None = None
    tax: int | None = None
    gross: int | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A line of a statement, in the seller's view: what they gain is positive."""

    kind: Movement
    account: Literal["held", "due", "reserve"] | None = None
    amount: int | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A month of a seller; closed ones are signed, and each is verified as theirs.

    `held`, `due` and `reserve` are what lies there in the end.
    """

    seller: str | None = None
    closed: bool | None = None
    opening: int | None = None
    closing: int | None = None
    held: int | None = None
    due: int | None = None
    reserve: int | None = None
    sent: int | None = None
    lines: tuple[StatementLine, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked:
    """A refund in our own books, whoever asked for it."""

    state: RefundState | None = None
    order: str | None = None
    bearer: Literal["vendor", "platform"] | None = None
    origin: Literal["asked", "stripe", "allocation", "dispute"] | None = None
    cash: int | None = None
    pending: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMovement:
    """A line of the platform's bank; `booking` is what the ledger calls it there."""

    amount: int
    matched: bool | None = None
    booking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a voucher or a campaign has cost so far, less what came back."""

    name: str
    orders: int | None = None
    platform: int | None = None
    sellers: int | None = None
