"""What every charge has, a card's as well as a transfer's payment."""

from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .payment_methods import EMPTY_BILLING

_NOTHING = [
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "calculated_statement_descriptor",
    "customer",
    "description",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "on_behalf_of",
    "outcome",
    "payment_intent",
    "payment_method",
    "receipt_email",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source",
    "source_transfer",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
]


def blank_charge(scope: Scope, identifier: str, amount: int, currency: str) -> Body:
    """Return a charge that was paid and captured, with nothing else to tell."""
    return (
        {"id": identifier, "object": "charge"}
        | dict.fromkeys(_NOTHING)
        | {
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "billing_details": EMPTY_BILLING,
            "captured": True,
            "created": scope.at,
            "currency": currency,
            "disputed": False,
            "fraud_details": {},
            "livemode": False,
            "metadata": {},
            "paid": True,
            "radar_options": {},
            "refunded": False,
            "status": "succeeded",
        }
    )
