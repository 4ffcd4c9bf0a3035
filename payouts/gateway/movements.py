"""Read an order's objects at Stripe as movements of the platform's money."""

from typing import Any

from payouts.gateway.facts import MovementFacts

# A refund that came to nothing moved nothing.
_VOID = frozenset({"failed", "canceled"})


def payment_moved(fields: dict[str, Any]) -> MovementFacts:
    """Read a charge."""
    return _moved("payment", fields, fields["amount_captured"], fields["status"])


def refund_moved(fields: dict[str, Any]) -> MovementFacts:
    """Read a refund."""
    status = fields.get("status") or "pending"
    amount = 0 if status in _VOID else -fields["amount"]
    return _moved("refund", fields, amount, status)


def dispute_moved(fields: dict[str, Any]) -> MovementFacts:
    """Read a dispute: what its balance rows took and gave back, fees included."""
    rows = fields.get("balance_transactions") or []
    net = sum(row["net"] for row in rows)
    # They are in the currency in which Stripe holds our money.
    settled = {**fields, "currency": rows[0]["currency"]} if rows else fields
    return _moved("dispute", settled, net, fields["status"])


def transfer_moved(fields: dict[str, Any]) -> MovementFacts:
    """Read a transfer to a seller."""
    return _moved("transfer", fields, -fields["amount"])


def reversal_moved(fields: dict[str, Any]) -> MovementFacts:
    """Read what was taken back of a transfer."""
    return _moved("reversal", fields, fields["amount"])


def _moved(
    kind: str, fields: dict[str, Any], amount_minor: int, status: str = ""
) -> MovementFacts:
    return MovementFacts(
        kind=kind,
        stripe_id=fields["id"],
        currency=fields["currency"].upper(),
        amount_minor=amount_minor,
        status=status or "",
    )
