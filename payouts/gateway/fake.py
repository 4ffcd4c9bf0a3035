"""A Stripe of a few dictionaries, for tests of what stands before the gateway."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from payouts.gateway.facts import (
    AccountFacts,
    BadSignatureError,
    BalanceRow,
    ChargeFacts,
    DisputeFacts,
    EventFacts,
    GatewayRefusedError,
    MovementFacts,
    Payload,
    PayoutFacts,
    RefundFacts,
    SessionFacts,
)

SIGNATURE = "signed by the fake"
Facts = TypeVar("Facts")


@dataclass
class FakeGateway:
    """Does what it is asked, once for each key; the next call may be made to fail.

    `failures` are raised in turn instead of an answer; `late_failures` after the
    effect, as when the line is cut.
    """

    failures: list[Exception] = field(default_factory=list)
    late_failures: list[Exception] = field(default_factory=list)
    sessions: dict[str, SessionFacts] = field(default_factory=dict)
    refunds: dict[str, RefundFacts] = field(default_factory=dict)
    transfers: dict[str, Payload] = field(default_factory=dict)
    reversals: dict[str, Payload] = field(default_factory=dict)
    accounts: dict[str, AccountFacts] = field(default_factory=dict)
    payouts: dict[str, PayoutFacts] = field(default_factory=dict)
    disputes: dict[str, DisputeFacts] = field(default_factory=dict)
    balances: dict[str, dict[str, int]] = field(default_factory=dict)
    intervals: dict[str, str] = field(default_factory=dict)
    rows: list[BalanceRow] = field(default_factory=list)
    next_refund_status: str = "succeeded"
    _answers: dict[str, str] = field(default_factory=dict)
    _amounts: dict[str, Payload] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def open_session(self, payload: Payload, *, key: str) -> SessionFacts:
        """Create a payment page."""
        session_id = self._once("cs", key, payload)
        self._amounts[session_id] = payload
        self.sessions.setdefault(
            session_id,
            SessionFacts(
                session_id=session_id,
                url=f"https://pay.example/{session_id}",
                status="open",
                is_paid=False,
            ),
        )
        return self._late(self.sessions[session_id])

    def pay(self, session_id: str, *, at: datetime) -> None:
        """Pay a page, as the buyer would."""
        price = self._amounts[session_id]["line_items"][0]["price_data"]
        charge = ChargeFacts(
            charge_id=f"ch_{session_id}",
            payment_intent_id=f"pi_{session_id}",
            amount_minor=price["unit_amount"],
            currency=price["currency"].upper(),
            created_at=at,
        )
        self.sessions[session_id] = replace(
            self.sessions[session_id], status="complete", is_paid=True, charge=charge
        )

    def session(self, session_id: str) -> SessionFacts:
        """Fetch a payment page."""
        self._fail()
        return self.sessions[session_id]

    def expire_session(self, session_id: str, *, key: str) -> SessionFacts:
        """Close a payment page; refused when it was paid."""
        if self.sessions[session_id].status != "open":
            raise GatewayRefusedError("This session is not open.")
        self._once("expired", key, {})
        self.sessions[session_id] = replace(self.sessions[session_id], status="expired")
        return self._late(self.sessions[session_id])

    def refund(self, payload: Payload, *, key: str) -> RefundFacts:
        """Refund a buyer."""
        refund_id = self._once("re", key, payload)
        self.refunds.setdefault(
            refund_id,
            RefundFacts(
                refund_id=refund_id,
                status=self.next_refund_status,
                amount_minor=payload["amount"],
                command=self._names.get(refund_id, ""),
            ),
        )
        return self._late(self.refunds[refund_id])

    def refund_of(self, refund_id: str) -> RefundFacts:
        """Fetch a refund."""
        self._fail()
        return self.refunds[refund_id]

    def find_refund(self, _payment: str, *, command: str) -> RefundFacts | None:
        """Look for the refund that a command made."""
        found = self._named(command)
        return self.refunds[found] if found else None

    def transfer(self, payload: Payload, *, key: str) -> str:
        """Move money to a seller's account."""
        transfer_id = self._once("tr", key, payload)
        self.transfers[transfer_id] = payload
        return self._late(transfer_id)

    def find_transfer(self, _group: str, *, command: str) -> str | None:
        """Look for the transfer that a command made."""
        return self._named(command)

    def reverse(self, transfer_id: str, payload: Payload, *, key: str) -> str:
        """Take money of a transfer back."""
        reversal_id = self._once("trr", key, {**payload, "transfer": transfer_id})
        self.reversals[reversal_id] = payload
        return self._late(reversal_id)

    def find_reversal(self, _transfer_id: str, *, command: str) -> str | None:
        """Look for the reversal that a command made."""
        return self._named(command)

    def open_account(self, payload: Payload, *, key: str) -> AccountFacts:
        """Open an account for a seller."""
        account_id = self._once("acct", key, payload)
        self.accounts.setdefault(
            account_id, AccountFacts(account_id=account_id, status="restricted")
        )
        return self._late(self.accounts[account_id])

    def account(self, account_id: str) -> AccountFacts:
        """Fetch a seller's account."""
        self._fail()
        return self.accounts[account_id]

    def find_account(self, *, command: str) -> AccountFacts | None:
        """Look for the account that a command opened."""
        found = self._named(command)
        return self.accounts[found] if found else None

    def onboarding_url(
        self,
        account_id: str,
        *,
        refresh_url: str,  # noqa: ARG002 (the Gateway's)
        return_url: str,
    ) -> str:
        """Return an address that names the account and leads back."""
        self._fail()
        return f"https://onboard.example/{account_id}?return={return_url}"

    def dashboard_url(self, account_id: str) -> str:
        """Return an address that names the account."""
        self._fail()
        return f"https://dashboard.example/{account_id}"

    def set_payout_interval(self, account_id: str, *, interval: str) -> None:
        """Remember the interval."""
        self._fail()
        self.intervals[account_id] = interval

    def payout(self, payout_id: str, *, account_id: str) -> PayoutFacts:  # noqa: ARG002 (the Gateway's)
        """Fetch a seller's payout."""
        self._fail()
        return self.payouts[payout_id]

    def payouts_of(self, account_id: str, *, since: datetime) -> list[PayoutFacts]:  # noqa: ARG002 (the Gateway's)
        """Fetch a seller's payouts that were made since a moment."""
        self._fail()
        return [each for each in self.payouts.values() if each.created_at >= since]

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Fetch a dispute."""
        self._fail()
        return self.disputes[dispute_id]

    def movements(self, *, charge_id: str, transfer_group: str) -> list[MovementFacts]:
        """Return the transfers of a group: the rest has its own dictionaries."""
        del charge_id
        return [
            MovementFacts(
                kind="transfer",
                stripe_id=stripe_id,
                currency=payload["currency"].upper(),
                amount_minor=-payload["amount"],
            )
            for stripe_id, payload in self.transfers.items()
            if payload["transfer_group"] == transfer_group
        ]

    def answer_dispute(
        self, dispute_id: str, payload: Payload, *, key: str
    ) -> DisputeFacts:
        """Put a dispute before the bank."""
        self._once("evidence", key, {**payload, "dispute": dispute_id})
        return self._late(self._move(dispute_id, "under_review"))

    def concede_dispute(self, dispute_id: str, *, key: str) -> DisputeFacts:
        """Lose a dispute."""
        self._once("conceded", key, {"dispute": dispute_id})
        return self._late(self._move(dispute_id, "lost"))

    def _move(self, dispute_id: str, status: str) -> DisputeFacts:
        moved = replace(self.disputes[dispute_id], status=status)
        self.disputes[dispute_id] = moved
        return moved

    def balance_rows(self, *, since: datetime) -> Iterator[BalanceRow]:
        """Yield the rows made since a moment."""
        self._fail()
        yield from (row for row in self.rows if row.created_at >= since)

    def balance(self) -> dict[str, int]:
        """Return the sums of the rows."""
        totals: dict[str, int] = {}
        for row in self.rows:
            totals[row.currency] = totals.get(row.currency, 0) + row.net_minor
        return totals

    def balance_of(self, account_id: str) -> dict[str, int]:
        """Return the balances that were set for an account."""
        self._fail()
        return self.balances.get(account_id, {})

    def event(self, *, endpoint: str, body: bytes, signature: str) -> EventFacts:
        """Accept what carries the fake's signature."""
        if signature != SIGNATURE:
            raise BadSignatureError("This is not a webhook from Stripe.")
        fields = json.loads(body)
        return EventFacts(
            event_id=fields["id"],
            type=fields["type"],
            object_id=fields["object_id"],
            account=fields.get("account", ""),
            is_live=False,
            api_version=endpoint,
            created_at=datetime.fromtimestamp(fields["created"], tz=UTC),
            payload=fields,
        )

    def _once(self, prefix: str, key: str, payload: Payload) -> str:
        self._fail()
        if key not in self._answers:
            self._answers[key] = f"{prefix}_{next(self._numbers)}"
            command = payload.get("metadata", {}).get("command")
            if command:
                self._names[self._answers[key]] = command
        return self._answers[key]

    def _named(self, command: str) -> str | None:
        self._fail()
        names = {name: found for found, name in self._names.items()}
        return names.get(command)

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def _late(self, facts: Facts) -> Facts:
        if self.late_failures:
            raise self.late_failures.pop(0)
        return facts
