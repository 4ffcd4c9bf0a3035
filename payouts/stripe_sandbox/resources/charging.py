"""A card is charged: what both the API and the payment page come down to."""

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from payouts.stripe_sandbox.books import Movement, post
from payouts.stripe_sandbox.cards import DECLINE_MESSAGES, TestCard
from payouts.stripe_sandbox.clock import midnight_after
from payouts.stripe_sandbox.errors import ApiError, declined
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .blank_charge import blank_charge
from .common import new_id
from .disputing import open_dispute
from .payment_methods import fingerprint
from .refunding import retry_waiting


def settled(scope: Scope, amount: int, currency: str) -> tuple[int, str, float | None]:
    """Return `amount` in the currency it settles in, and the rate if it is another."""
    rates: dict[str, Any] = json.loads(scope.store.meta("fx", "{}"))
    if currency not in rates:
        return amount, currency, None
    target, rate = rates[currency]
    converted = (Decimal(amount) * Decimal(rate)).quantize(Decimal(1), ROUND_HALF_UP)
    return int(converted), target, float(rate)


def make_charge(
    scope: Scope,
    intent: Body,
    method: Body,
    card: TestCard,
    *,
    wanted: str | None = None,
) -> Body:
    """Charge `card` for `intent` and return the charge, which may have failed."""
    charge = scope.store.insert(
        _charge(scope, intent, method, card, new_id(scope, "ch", wanted)),
        account=scope.account,
    )
    if card.decline:
        emit(scope, "charge.failed", charge)
        return charge
    emit(scope, "charge.succeeded", charge)
    if charge["captured"]:
        settle(scope, charge, card)
    return charge


def settle(scope: Scope, charge: Body, card: TestCard) -> None:
    """Book a captured charge; a dispute card is disputed at once."""
    amount, currency, rate = settled(
        scope, charge["amount_captured"], charge["currency"]
    )
    row = post(
        scope,
        Movement(
            type="charge",
            amount=amount,
            currency=currency,
            source=charge["id"],
            available_on=scope.at
            if card.is_available_at_once
            else midnight_after(scope.at, days=scope.terms.settle_days),
            fee=scope.terms.fee_on(amount),
            description=charge["description"],
            exchange_rate=rate,
        ),
    )
    charge["balance_transaction"] = row["id"]
    scope.store.save(charge)
    # The fee is known a moment after the charge: Stripe sends it in an update.
    emit(scope, "charge.updated", charge, previous={"balance_transaction": None})
    retry_waiting(scope)
    if card.dispute:
        open_dispute(scope, charge, reason=card.dispute, is_inquiry=card.is_inquiry)


def _charge(
    scope: Scope, intent: Body, method: Body, card: TestCard, identifier: str
) -> Body:
    is_paid = not card.decline
    is_captured = is_paid and intent["capture_method"] != "manual"
    amount = intent["amount"]
    return (
        blank_charge(scope, identifier, amount, intent["currency"])
        | ({} if is_paid else _failure(card))
        | {
            "amount_captured": amount if is_captured else 0,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": scope.terms.merchant.upper(),
            "captured": is_captured,
            "customer": intent["customer"],
            "description": intent["description"],
            "metadata": intent["metadata"],
            "outcome": _outcome(card),
            "paid": is_paid,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": card_details(card, amount),
            "receipt_email": intent["receipt_email"],
            "shipping": intent["shipping"],
            "status": "succeeded" if is_paid else "failed",
            "transfer_group": intent["transfer_group"],
            "_card": card.token,
        }
    )


def _failure(card: TestCard) -> Body:
    message = DECLINE_MESSAGES[_message_key(card)]
    return {"failure_code": card.decline, "failure_message": message}


def _message_key(card: TestCard) -> str:
    known = card.decline_reason in DECLINE_MESSAGES
    return card.decline_reason if known else card.decline


def _outcome(card: TestCard) -> Body:
    is_paid = not card.decline
    return {
        "advice_code": None if is_paid else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if is_paid else "05",
        "network_status": "approved_by_network" if is_paid else "declined_by_network",
        "reason": None if is_paid else card.decline_reason or card.decline,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete."
        if is_paid
        else "The bank did not return any further details with this decline.",
        "type": "authorized" if is_paid else "issuer_declined",
    }


def card_details(card: TestCard, amount: int) -> Body:
    """Return a charge's `payment_method_details` for a test card."""
    return {
        "card": {
            "amount_authorized": amount,
            "authorization_code": None if card.decline else "123456",
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "fail" if card.decline == "incorrect_cvc" else "pass",
            },
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "extended_authorization": {"status": "disabled"},
            "fingerprint": fingerprint(card),
            "funding": "credit",
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "last4": card.last4,
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": card.brand,
            "network_token": {"used": False},
            "network_transaction_id": "104557651805572",
            "overcapture": {
                "maximum_amount_capturable": amount,
                "status": "unavailable",
            },
            "regulated_status": "unregulated",
            "three_d_secure": _three_d_secure(card),
            "wallet": None,
        },
        "type": "card",
    }


def _three_d_secure(card: TestCard) -> Body | None:
    if not card.challenge:
        return None
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": make_id("tds"),
        "version": "2.2.0",
    }


def decline_error(intent: Body, charge: Body, card: TestCard, method: Body) -> ApiError:
    """Return the card error of a failed charge."""
    more: dict[str, Any] = {
        "charge": charge["id"],
        "payment_intent": intent,
        "payment_method": method,
    }
    if card.decline_reason:
        more["decline_code"] = card.decline_reason
    message = DECLINE_MESSAGES[_message_key(card)]
    return declined(message, code=card.decline, more=more)
