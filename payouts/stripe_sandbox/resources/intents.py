"""The life of a payment intent: attempt, challenge, capture, cancel."""

from payouts.stripe_sandbox.cards import TestCard, card_of
from payouts.stripe_sandbox.errors import ApiError, declined
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .charging import decline_error, make_charge, settle
from .common import new_id
from .payment_methods import method_named

_DEFAULT_OPTIONS = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }
}
_NEXT_METHODS = {"enabled": True, "allow_redirects": "always"}


_GIVEN = [
    "amount",
    "capture_method",
    "confirmation_method",
    "currency",
    "customer",
    "description",
    "metadata",
    "receipt_email",
    "shipping",
    "transfer_group",
]
_BLANK: Body = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": _NEXT_METHODS,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "customer": None,
    "customer_account": None,
    "description": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": _DEFAULT_OPTIONS,
    "payment_method_types": ["card"],
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
    "_return_url": None,
}


def make_intent(scope: Scope, params: Body, *, wanted: str | None = None) -> Body:
    """Add a payment intent with these parameters, already checked, and return it."""
    identifier = new_id(scope, "pi", wanted)
    given = {name: params[name] for name in _GIVEN if params.get(name) is not None}
    body: Body = (
        {"id": identifier}
        | _BLANK
        | given
        | {
            "client_secret": f"{identifier}_secret_{make_id('x')[2:]}",
            "created": scope.at,
        }
    )
    scope.store.insert(body, account=scope.account)
    emit(scope, "payment_intent.created", body)
    return body


def attempt(
    scope: Scope,
    intent: Body,
    method: Body,
    card: TestCard,
    *,
    is_challenged: bool = False,
    charge_id: str | None = None,
) -> ApiError | None:
    """Try to take the money; return the card error if the card refuses.

    A card that asks for 3-D Secure leaves the intent in `requires_action` until the
    challenge was passed, which `is_challenged` says.
    """
    intent |= {"payment_method": method["id"], "last_payment_error": None}
    if card.challenge and not is_challenged:
        intent |= {
            "status": "requires_action",
            "next_action": _challenge(scope, intent),
        }
        scope.store.save(intent)
        emit(scope, "payment_intent.requires_action", intent)
        return None
    intent["next_action"] = None
    charge = make_charge(scope, intent, method, card, wanted=charge_id)
    intent["latest_charge"] = charge["id"]
    if card.decline:
        return _refuse(scope, intent, charge, card, method)
    if charge["captured"]:
        _succeed(scope, intent, charge["amount_captured"])
        return None
    intent |= {"status": "requires_capture", "amount_capturable": charge["amount"]}
    scope.store.save(intent)
    emit(scope, "payment_intent.amount_capturable_updated", intent)
    return None


def _challenge(scope: Scope, intent: Body) -> Body:
    url = f"{scope.world.base_url}/c/3ds/{intent['id']}"
    target = {"return_url": intent["_return_url"], "url": url}
    return {"redirect_to_url": target, "type": "redirect_to_url"}


def _succeed(scope: Scope, intent: Body, amount: int) -> None:
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    scope.store.save(intent)
    emit(scope, "payment_intent.succeeded", intent)


def _refuse(
    scope: Scope, intent: Body, charge: Body, card: TestCard, method: Body
) -> ApiError:
    intent |= {"status": "requires_payment_method", "payment_method": None}
    error = decline_error(shown(scope, intent), charge, card, shown(scope, method))
    told = dict(error.body()["error"])
    told.pop("payment_intent")
    intent["last_payment_error"] = told
    scope.store.save(intent)
    error.more["payment_intent"] = shown(scope, intent)
    emit(scope, "payment_intent.payment_failed", intent)
    return error


def answer_challenge(scope: Scope, intent: Body, *, is_passed: bool) -> ApiError | None:
    """Finish a 3-D Secure challenge; return the card error if it was failed.

    Raises ApiError if the intent is not waiting for one.
    """
    if intent["status"] != "requires_action":
        raise ApiError(
            f"This PaymentIntent's status is {intent['status']}: no challenge is open.",
            code="payment_intent_unexpected_state",
        )
    method, card = method_named(scope, intent["payment_method"])
    if is_passed:
        return attempt(scope, intent, method, card, is_challenged=True)
    error = declined(
        "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again.",
        code="payment_intent_authentication_failure",
        more={"payment_method": shown(scope, method)},
    )
    error.kind = "invalid_request_error"
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": error.body()["error"],
    }
    scope.store.save(intent)
    emit(scope, "payment_intent.payment_failed", intent)
    return error


def capture(scope: Scope, intent: Body, amount: int) -> Body:
    """Capture `amount` of an authorised intent; the rest is let go."""
    charge = scope.store.get("charge", intent["latest_charge"])
    card = card_of(charge["_card"]) if charge else None
    if charge is None or card is None:
        raise ApiError("This PaymentIntent has no charge to capture.")
    charge |= {"captured": True, "amount_captured": amount}
    scope.store.save(charge)
    emit(scope, "charge.captured", charge)
    settle(scope, charge, card)
    _succeed(scope, intent, amount)
    return intent


def cancel(scope: Scope, intent: Body, reason: str | None) -> Body:
    """Cancel an intent; an authorisation is released."""
    charge = scope.store.get("charge", intent["latest_charge"] or "")
    if charge and charge["paid"] and not charge["captured"]:
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        scope.store.save(charge)
        emit(scope, "charge.refunded", charge)
    intent |= {
        "status": "canceled",
        "canceled_at": scope.at,
        "cancellation_reason": reason,
        "amount_capturable": 0,
        "next_action": None,
    }
    scope.store.save(intent)
    emit(scope, "payment_intent.canceled", intent)
    return intent
