"""What Stripe says, in our words; amounts are minor units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from marketplace.core.errors import RefusedError

Payload = Mapping[str, Any]


class UnavailableError(Exception):
    """No answer, or one that asks to come back: send the same key again."""


class KeyRefusedError(UnavailableError):
    """Our key is wrong or may not do this: of no use before a person has mended it."""


class AmbiguousError(Exception):
    """The key is stuck on a failure although the effect may exist: look for it."""


class InsufficientFundsError(Exception):
    """The balance does not cover it yet: come back later with a new key."""


class GatewayRefusedError(RefusedError):
    """Stripe refuses for good; `code` is Stripe's."""


class BadSignatureError(RefusedError):
    """A webhook that Stripe did not sign, or not for this deployment."""

    code = "webhook.bad_signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One movement of the platform's balance at Stripe."""

    stripe_id: str
    type: str
    category: str
    source: str
    currency: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    status: str
    created_at: datetime
    available_on: datetime
    # As Stripe writes it, where it exchanged; empty where it did not.
    exchange_rate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFacts:
    """Money that was captured; its balance row may come a little later."""

    charge_id: str
    payment_intent_id: str
    amount_minor: int
    currency: str
    created_at: datetime
    balance_row: BalanceRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A payment page: `status` is open, complete or expired.

    One that is complete may not be paid yet: some ways to pay take days, and may fail.
    """

    session_id: str
    url: str
    status: str
    is_paid: bool
    intent_status: str = ""
    charge: ChargeFacts | None = None

    @property
    def is_delayed(self) -> bool:
        """Whether the buyer has done their part, and the money may still come."""
        return self.status == "complete" and not self.is_paid and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether the money did not come after the buyer had done their part."""
        is_over = self.intent_status in {"requires_payment_method", "canceled"}
        return self.status == "complete" and not self.is_paid and is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """A refund: `status` is pending, requires_action, succeeded, failed or canceled."""

    refund_id: str
    status: str
    amount_minor: int
    failure_reason: str = ""
    pending_reason: str = ""
    command: str = ""
    payment_intent_id: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFacts:
    """A chargeback or an inquiry before one; Stripe may add a status any day.

    `rows` are the movements of our balance that it has caused so far; `command` names
    the one of ours that changed it last.
    """

    dispute_id: str
    charge_id: str
    status: str
    reason: str
    amount_minor: int
    currency: str
    opened_at: datetime
    due_by: datetime | None = None
    rows: tuple[BalanceRow, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFacts:
    """One object of an order at Stripe; money that leaves the platform is negative.

    `kind` is payment, refund, transfer, reversal or dispute; `status` is Stripe's, and
    empty where its objects have none.
    """

    kind: str
    stripe_id: str
    currency: str
    amount_minor: int
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that Stripe asks of a seller, in its own names.

    `due` is "past_due", "currently_due" or "eventually_due"; `reasons` say why what was
    given is not enough; with `is_with_stripe` the seller has nothing to do for now.
    """

    what: str
    due: str = ""
    is_with_stripe: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A seller's account; `status` is the recipient's transfer capability."""

    account_id: str
    status: str
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFacts:
    """A payout from a seller's balance to their bank."""

    payout_id: str
    currency: str
    amount_minor: int
    status: str
    is_automatic: bool
    arrival_date: datetime
    created_at: datetime
    failure_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """A webhook whose signature is good."""

    event_id: str
    type: str
    object_id: str
    account: str
    is_live: bool
    api_version: str
    created_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


class Gateway(Protocol):
    """Stripe, as far as we use it.

    Calls that move money take an idempotency key and raise UnavailableError,
    AmbiguousError, InsufficientFundsError or GatewayRefusedError. `find_` looks for
    what a command of ours may have done, by the command's name in the metadata.
    """

    def open_session(self, payload: Payload, *, key: str) -> SessionFacts:
        """Create a hosted payment page."""
        ...

    def session(self, session_id: str) -> SessionFacts:
        """Fetch a payment page with its charge and balance row."""
        ...

    def expire_session(self, session_id: str, *, key: str) -> SessionFacts:
        """Close a payment page; refused when it was paid."""
        ...

    def refund(self, payload: Payload, *, key: str) -> RefundFacts:
        """Refund a buyer."""
        ...

    def refund_of(self, refund_id: str) -> RefundFacts:
        """Fetch a refund."""
        ...

    def find_refund(
        self, payment_intent: str, /, *, command: str
    ) -> RefundFacts | None:
        """Look for the refund that a command made."""
        ...

    def transfer(self, payload: Payload, *, key: str) -> str:
        """Move money to a seller's account; return the transfer's id."""
        ...

    def find_transfer(self, transfer_group: str, /, *, command: str) -> str | None:
        """Look for the transfer that a command made."""
        ...

    def reverse(self, transfer_id: str, payload: Payload, *, key: str) -> str:
        """Take money of a transfer back; return the reversal's id."""
        ...

    def find_reversal(self, transfer_id: str, /, *, command: str) -> str | None:
        """Look for the reversal that a command made."""
        ...

    def open_account(self, payload: Payload, *, key: str) -> AccountFacts:
        """Open an account for a seller."""
        ...

    def account(self, account_id: str) -> AccountFacts:
        """Fetch a seller's account with its capability and requirements."""
        ...

    def find_account(self, *, command: str) -> AccountFacts | None:
        """Look for the account that a command opened."""
        ...

    def onboarding_url(
        self, account_id: str, *, refresh_url: str, return_url: str
    ) -> str:
        """Return a single-use address where the seller gives Stripe their details."""
        ...

    def dashboard_url(self, account_id: str) -> str:
        """Return a single-use address of the seller's dashboard at Stripe."""
        ...

    def set_payout_interval(self, account_id: str, *, interval: str) -> None:
        """Set how often Stripe pays the seller's balance out: daily, weekly, ..."""
        ...

    def payout(self, payout_id: str, *, account_id: str) -> PayoutFacts:
        """Fetch a seller's payout."""
        ...

    def payouts_of(self, account_id: str, *, since: datetime) -> list[PayoutFacts]:
        """Fetch a seller's payouts that were made since a moment."""
        ...

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Fetch a dispute."""
        ...

    def movements(self, *, charge_id: str, transfer_group: str) -> list[MovementFacts]:
        """Fetch all that belongs to an order: its charge, refunds, transfers, ..."""
        ...

    def answer_dispute(
        self, dispute_id: str, payload: Payload, /, *, key: str
    ) -> DisputeFacts:
        """Send evidence to the bank."""
        ...

    def concede_dispute(self, dispute_id: str, *, key: str) -> DisputeFacts:
        """Accept a dispute: it is lost."""
        ...

    def balance_rows(self, *, since: datetime) -> Iterator[BalanceRow]:
        """Yield the platform's balance rows made since a moment, newest first."""
        ...

    def balance(self) -> dict[str, int]:
        """Return all that Stripe holds for the platform, by currency."""
        ...

    def balance_of(self, account_id: str) -> dict[str, int]:
        """Return what a seller's account holds, by currency; it may be negative."""
        ...

    def event(self, *, endpoint: str, body: bytes, signature: str) -> EventFacts:
        """Verify a webhook. Raises BadSignatureError."""
        ...
