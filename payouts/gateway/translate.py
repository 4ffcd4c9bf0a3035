"""Turn Stripe's objects into ours, and its errors into five kinds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import stripe

from payouts.gateway.facts import (
    AccountFacts,
    AmbiguousError,
    BalanceRow,
    ChargeFacts,
    DisputeFacts,
    GatewayRefusedError,
    InsufficientFundsError,
    KeyRefusedError,
    PayoutFacts,
    RefundFacts,
    Requirement,
    SessionFacts,
    UnavailableError,
)

# Ours to mend or to wait for, never the fault of one command.
_BY_STATUS: dict[int, type[Exception]] = {
    HTTPStatus.UNAUTHORIZED: KeyRefusedError,
    HTTPStatus.FORBIDDEN: KeyRefusedError,
    HTTPStatus.CONFLICT: UnavailableError,
    HTTPStatus.TOO_MANY_REQUESTS: UnavailableError,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors for Stripe's."""
    try:
        yield
    except stripe.StripeError as error:
        raise _translate(error) from error


def _translate(error: stripe.StripeError) -> Exception:
    status = error.http_status
    message = error.user_message or str(error)
    if status is None:
        return UnavailableError(message)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        # Stripe replays a failure for its key for ever, though the effect may exist.
        if headers.get("idempotent-replayed", "").lower() == "true":
            return AmbiguousError(message)
        return UnavailableError(message)
    if (kind := _BY_STATUS.get(status)) is not None:
        return kind(message)
    if error.code == "balance_insufficient":
        return InsufficientFundsError(message)
    return GatewayRefusedError(message, code=error.code or "refused")


def plain(stripe_object: stripe.StripeObject) -> dict[str, Any]:
    """Return the object as plain JSON values."""
    fields: dict[str, Any] = stripe_object.to_dict(for_json=True)
    return fields


def moment(seconds: int) -> datetime:
    """Return Stripe's timestamp as a moment."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def balance_row_of(fields: dict[str, Any]) -> BalanceRow:
    """Read a balance transaction."""
    return BalanceRow(
        stripe_id=fields["id"],
        type=fields["type"],
        category=fields["reporting_category"],
        source=fields.get("source") or "",
        currency=fields["currency"].upper(),
        amount_minor=fields["amount"],
        fee_minor=fields["fee"],
        net_minor=fields["net"],
        status=fields["status"],
        created_at=moment(fields["created"]),
        available_on=moment(fields["available_on"]),
        exchange_rate=str(fields.get("exchange_rate") or ""),
    )


def balance_totals(fields: dict[str, Any]) -> dict[str, int]:
    """Read a balance: available, pending, and what is reserved for accounts in debt."""
    totals: dict[str, int] = {}
    for part in ("available", "pending", "connect_reserved"):
        for amount in fields.get(part) or []:
            currency = amount["currency"].upper()
            totals[currency] = totals.get(currency, 0) + amount["amount"]
    return totals


def session_of(fields: dict[str, Any]) -> SessionFacts:
    """Read a Checkout Session; its charge is known if it was expanded."""
    intent = fields.get("payment_intent")
    charge = intent.get("latest_charge") if isinstance(intent, dict) else None
    is_paid = fields["payment_status"] == "paid"
    return SessionFacts(
        session_id=fields["id"],
        url=fields.get("url") or "",
        status=fields["status"] or "open",
        is_paid=is_paid,
        intent_status=intent["status"] if isinstance(intent, dict) else "",
        charge=charge_of(charge) if is_paid and isinstance(charge, dict) else None,
    )


def charge_of(fields: dict[str, Any]) -> ChargeFacts:
    """Read a charge; its balance row may not exist yet."""
    row = fields.get("balance_transaction")
    return ChargeFacts(
        charge_id=fields["id"],
        payment_intent_id=fields["payment_intent"],
        amount_minor=fields["amount_captured"],
        currency=fields["currency"].upper(),
        created_at=moment(fields["created"]),
        balance_row=balance_row_of(row) if isinstance(row, dict) else None,
    )


def refund_of(fields: dict[str, Any]) -> RefundFacts:
    """Read a refund."""
    return RefundFacts(
        refund_id=fields["id"],
        status=fields["status"] or "pending",
        amount_minor=fields["amount"],
        failure_reason=fields.get("failure_reason") or "",
        pending_reason=fields.get("pending_reason") or "",
        payment_intent_id=fields.get("payment_intent") or "",
        created_at=moment(fields["created"]),
        command=(fields.get("metadata") or {}).get("command", ""),
    )


def payout_of(fields: dict[str, Any]) -> PayoutFacts:
    """Read a payout."""
    return PayoutFacts(
        payout_id=fields["id"],
        currency=fields["currency"].upper(),
        amount_minor=fields["amount"],
        status=fields["status"],
        is_automatic=fields["automatic"],
        arrival_date=moment(fields["arrival_date"]),
        created_at=moment(fields["created"]),
        failure_code=fields.get("failure_code") or "",
    )


def dispute_of(fields: dict[str, Any]) -> DisputeFacts:
    """Read a dispute."""
    due_by = (fields.get("evidence_details") or {}).get("due_by")
    return DisputeFacts(
        dispute_id=fields["id"],
        charge_id=fields["charge"],
        status=fields["status"],
        reason=fields["reason"],
        amount_minor=fields["amount"],
        currency=fields["currency"].upper(),
        opened_at=moment(fields["created"]),
        due_by=moment(due_by) if due_by else None,
        rows=tuple(map(balance_row_of, fields.get("balance_transactions") or ())),
        command=(fields.get("metadata") or {}).get("command", ""),
    )


def account_of(fields: dict[str, Any]) -> AccountFacts:
    """Read a v2 account; `configuration` and `requirements` must be included."""
    recipient = (fields.get("configuration") or {}).get("recipient") or {}
    capability = recipient.get("capabilities") or {}
    transfers = (capability.get("stripe_balance") or {}).get("stripe_transfers") or {}
    entries = (fields.get("requirements") or {}).get("entries") or []
    status = "closed" if fields.get("closed") else transfers.get("status")
    return AccountFacts(
        account_id=fields["id"],
        status=status or "restricted",
        requirements=tuple(map(_requirement_of, entries)),
    )


def _requirement_of(entry: dict[str, Any]) -> Requirement:
    errors = entry.get("errors") or []
    said = [each.get("description") or each.get("code") for each in errors]
    return Requirement(
        what=entry.get("description") or "",
        due=(entry.get("minimum_deadline") or {}).get("status") or "",
        is_with_stripe=entry.get("awaiting_action_from") == "stripe",
        reasons=tuple(filter(None, said)),
    )
