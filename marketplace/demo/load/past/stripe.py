"""Stripe's part of the past: answered at once, imported into the sandbox after.

`PastStripe` stands in for the gateway while the past is lived. It answers what Stripe
would have answered and keeps what it was asked as operations of the sandbox's import;
the import then does the same things at the same moments, under the same ids.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from marketplace.core.errors import RefusedError
from payouts.gateway import (
    AccountFacts,
    BalanceRow,
    ChargeFacts,
    GatewayRefusedError,
    Payload,
    PayoutFacts,
    RefundFacts,
    SessionFacts,
)

Operation = dict[str, Any]
_IMPORT_SECONDS = 300
_LOOK_SECONDS = 20


class SandboxRefusedError(RefusedError):
    """The sandbox is not there, or does not take this past."""

    code = "demo.sandbox"


@dataclass
class PastStripe:
    """Answers like Stripe at the moment `at`, and notes what happened.

    It knows what the past asks for; anything else is a fault and fails loudly.
    """

    at: datetime
    operations: list[Operation] = field(default_factory=list)
    refuses_refunds: bool = False
    pages: dict[str, Payload] = field(default_factory=dict)
    _number: int = 0
    _sent: int = 0

    def open_account(self, payload: Payload, **_: str) -> AccountFacts:
        """Open an account that may be paid at once."""
        identity = payload["identity"]
        operation = self._note(
            "account",
            "acct",
            country=identity["country"].upper(),
            email=payload["contact_email"],
            display_name=payload["display_name"],
            entity_type=identity["entity_type"],
            metadata=payload["metadata"],
            interval="weekly",
        )
        return AccountFacts(account_id=operation["id"], status="active")

    def open_session(self, payload: Payload, **_: str) -> SessionFacts:
        """Open a payment page; it counts only once it is paid."""
        session_id = self._new_id("cs_test")
        self.pages[session_id] = payload
        return SessionFacts(session_id=session_id, url="", status="open", is_paid=False)

    def session(self, session_id: str) -> SessionFacts:
        """Say that the page was paid just now; its balance row comes by the import."""
        page = self.pages.pop(session_id)
        price = page["line_items"][0]["price_data"]
        intent = page["payment_intent_data"]
        payment = self.pay(
            session=session_id,
            amount=price["unit_amount"],
            currency=price["currency"],
            transfer_group=intent["transfer_group"],
            metadata=intent["metadata"],
            description=price["product_data"]["name"],
            client_reference_id=page["client_reference_id"],
            email=page["customer_email"],
        )
        return paid_session(payment)

    def pay(self, **fields: Any) -> Operation:
        """Note that a buyer paid on Stripe's page."""
        known = {"session": self._new_id("cs_test"), **fields}
        intent = self._new_id("pi")
        payment = self._note("payment", "ch", payment_intent=intent, **known)
        payment["charge"] = payment.pop("id")
        return payment

    def send(self, base: str) -> list[tuple[Operation, Operation]]:
        """Import what was not sent yet; return each operation with its result.

        Raises SandboxRefusedError.
        """
        news = self.operations[self._sent :]
        results = import_past(base, news)
        self._sent = len(self.operations)
        return list(zip(news, results, strict=True))

    def transfer(self, payload: Payload, **_: str) -> str:
        """Pay a seller."""
        return str(self._note("transfer", "tr", **payload)["id"])

    def refund(self, payload: Payload, **_: str) -> RefundFacts:
        """Give a buyer money back at once. Raises GatewayRefusedError if told to."""
        if self.refuses_refunds:
            raise GatewayRefusedError(
                "The card network does not take this refund.",
                code="charge_not_refundable",
            )
        operation = self._note(
            "refund",
            "re",
            charge=self._charge_of(payload["payment_intent"]),
            amount=payload["amount"],
            metadata=payload["metadata"],
        )
        return RefundFacts(
            refund_id=operation["id"],
            status="succeeded",
            amount_minor=payload["amount"],
            command=payload["metadata"]["command"],
        )

    def reverse(self, transfer_id: str, payload: Payload, **_: str) -> str:
        """Take money of a transfer back."""
        fields = {name: payload[name] for name in ("amount", "metadata")}
        operation = self._note("reversal", "trr", transfer=transfer_id, **fields)
        return str(operation["id"])

    def pay_out(self, account_id: str, *, amount_minor: int, currency: str) -> None:
        """Note that Stripe pays a seller's balance out to their bank."""
        self._note(
            "payout", "po", account=account_id, amount=amount_minor, currency=currency
        )

    def top_up(self, *, amount_minor: int, currency: str) -> None:
        """Note that the platform puts money of its own into its balance."""
        self._note("topup", "tu", amount=amount_minor, currency=currency)

    def dispute(
        self, *, charge: str, reason: str, outcome: str = "", is_inquiry: bool = False
    ) -> None:
        """Note that a bank called a payment into question, and how that ended."""
        fields: dict[str, Any] = {"charge": charge, "reason": reason}
        if outcome:
            fields["outcome"] = outcome
        if is_inquiry:
            fields["inquiry"] = True
        self._note("dispute", "du", **fields)

    def _note(self, op: str, prefix: str, **fields: Any) -> Operation:
        operation = {
            "op": op,
            "id": self._new_id(prefix),
            "at": int(self.at.timestamp()),
            **fields,
        }
        self.operations.append(operation)
        return operation

    def _new_id(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}_demo{self._number:06}"

    def _charge_of(self, intent: str) -> str:
        return next(
            str(operation["charge"])
            for operation in self.operations
            if operation.get("payment_intent") == intent
        )


def paid_session(payment: Operation, result: Operation | None = None) -> SessionFacts:
    """Return a paid page; with the import's result, with its balance row."""
    moment = datetime.fromtimestamp(payment["at"], tz=UTC)
    return SessionFacts(
        session_id=payment["session"],
        url="",
        status="complete",
        is_paid=True,
        charge=ChargeFacts(
            charge_id=payment["charge"],
            payment_intent_id=payment["payment_intent"],
            amount_minor=payment["amount"],
            currency=payment["currency"].upper(),
            created_at=moment,
            balance_row=_row(payment, result, moment) if result else None,
        ),
    )


def _row(payment: Operation, result: Operation, moment: datetime) -> BalanceRow:
    return BalanceRow(
        stripe_id=result["balance_transaction"],
        type="charge",
        category="charge",
        source=payment["charge"],
        currency=payment["currency"].upper(),
        amount_minor=result["amount"],
        fee_minor=result["fee"],
        net_minor=result["net"],
        status="available",
        created_at=moment,
        available_on=datetime.fromtimestamp(result["available_on"], tz=UTC),
    )


def payout_facts(payout: Operation, result: Operation) -> PayoutFacts:
    """Return an imported payout as Stripe tells of it."""
    return PayoutFacts(
        payout_id=payout["id"],
        currency=payout["currency"].upper(),
        amount_minor=payout["amount"],
        status=result["status"],
        is_automatic=True,
        arrival_date=datetime.fromtimestamp(result["arrival_date"], tz=UTC),
        created_at=datetime.fromtimestamp(payout["at"], tz=UTC),
    )


def takes_a_past(base: str) -> bool:
    """Say whether the server takes a past: one that speaks Stripe's API alone does not.

    Raises SandboxRefusedError if nobody answers.
    """
    try:
        with urlopen(f"{base}/_sandbox/health", timeout=_LOOK_SECONDS) as answer:  # noqa: S310 (the server of our own settings)
            return bool(answer.status == HTTPStatus.OK)
    except HTTPError:
        return False
    except URLError as error:
        raise _nobody_answers(base) from error


def _nobody_answers(base: str) -> SandboxRefusedError:
    return SandboxRefusedError(
        f"The Stripe sandbox at {base} does not answer. Start it first: the demo's"
        " past is written there too."
    )


def forget_past(base: str) -> None:
    """Let the sandbox forget all it knows: for a start that finds an empty database.

    What it knows then is of a start that was broken off: the database took all of that
    back, the sandbox did not. Raises SandboxRefusedError if nobody answers.
    """
    request = Request(f"{base}/_sandbox/reset", data=b"{}")  # noqa: S310 (the sandbox of our own settings)
    request.add_header("Content-Type", "application/json")
    try:
        urlopen(request, timeout=_LOOK_SECONDS).close()  # noqa: S310 (the same)
    except URLError as error:
        raise _nobody_answers(base) from error


def import_past(base: str, operations: list[Operation]) -> list[Operation]:
    """Let the sandbox do all of it at its moments; return its results in order.

    Raises SandboxRefusedError if it is not there or finds something wrong.
    """
    request = Request(  # noqa: S310 (the sandbox of our own settings)
        f"{base}/_sandbox/import",
        data=json.dumps({"operations": operations}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=_IMPORT_SECONDS) as answer:  # noqa: S310 (the same)
            results: list[Operation] = json.load(answer)["results"]
    except HTTPError as error:
        why = error.read().decode(errors="replace")[:500]
        if error.code == HTTPStatus.BAD_REQUEST:
            raise SandboxRefusedError(f"The Stripe sandbox refused: {why}") from error
        raise
    except URLError as error:
        raise _nobody_answers(base) from error
    return results
