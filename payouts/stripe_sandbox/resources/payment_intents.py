"""`/v1/payment_intents`."""

from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import check_charge, check_currency, fetch, metadata_of
from .intents import attempt, cancel, capture, make_intent
from .payment_methods import method_named

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def _unexpected(intent: Body, verb: str, allowed: str) -> ApiError:
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of "
        f"{intent['status']}. Only a PaymentIntent with one of the following statuses "
        f"may be {verb}ed: {allowed}.",
        code="payment_intent_unexpected_state",
    )


@route(
    "POST",
    "/v1/payment_intents",
    ":PaymentIntentCreateParams",
    "amount currency automatic_payment_methods allowed_payment_method_types "
    "capture_method confirm confirmation_method customer description metadata "
    "payment_method receipt_email return_url shipping transfer_group",
)
def create(scope: Scope, params: Params) -> Body:
    """Make a payment intent, and confirm it when asked to."""
    if (
        "allowed_payment_method_types" in params
        and "automatic_payment_methods" in params
    ):
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, "
            "allowed_payment_method_types."
        )
    checked = params | {"currency": check_currency(params["currency"])}
    check_charge(params["amount"], checked["currency"])
    if params.get("customer"):
        fetch(scope, "customer", params["customer"], param="customer")
    intent = make_intent(scope, checked | {"metadata": metadata_of(params)})
    _attach(scope, intent, params)
    if params.get("confirm"):
        _confirm(scope, intent)
    return shown(scope, intent)


def _attach(scope: Scope, intent: Body, params: Params) -> None:
    if "return_url" in params:
        intent["_return_url"] = params["return_url"]
    if params.get("payment_method"):
        method, _card = method_named(scope, params["payment_method"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    scope.store.save(intent)


def _confirm(scope: Scope, intent: Body) -> None:
    if intent["payment_method"] is None:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment "
            "method. "
            "You can either update the PaymentIntent with a payment method and then "
            "confirm "
            "it again, or confirm it again directly with a payment method.",
            code="payment_intent_unexpected_state",
        )
    method, card = method_named(scope, intent["payment_method"])
    error = attempt(scope, intent, method, card)
    if error:
        raise error


@route(
    "GET", "/v1/payment_intents/<id>", ":PaymentIntentRetrieveParams", "client_secret"
)
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one payment intent."""
    return shown(scope, fetch(scope, "payment_intent", identifier, param="intent"))


@route("GET", "/v1/payment_intents", ":PaymentIntentListParams", "created customer")
def search(scope: Scope, params: Params) -> Body:
    """List payment intents."""
    listing = Listing(scope, "payment_intent", params, "/v1/payment_intents")
    return listing.equal("customer").ranged().page()


@route(
    "POST",
    "/v1/payment_intents/<id>",
    ":PaymentIntentUpdateParams",
    "amount currency customer description metadata payment_method receipt_email "
    "shipping "
    "transfer_group",
)
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change a payment intent; its amount only while it is open."""
    intent = fetch(scope, "payment_intent", identifier, param="intent")
    if "amount" in params or "currency" in params:
        if intent["status"] not in _OPEN:
            raise ApiError(
                "This PaymentIntent's amount could not be updated because it has a "
                "status "
                f"of {intent['status']}.",
                code="payment_intent_unexpected_state",
            )
        wanted = {name: intent[name] for name in ("amount", "currency")} | params
        currency = check_currency(wanted["currency"])
        amount = check_charge(wanted["amount"], currency)
        intent |= {"amount": amount, "currency": currency}
    for name in (
        "customer",
        "description",
        "receipt_email",
        "shipping",
        "transfer_group",
    ):
        if name in params:
            intent[name] = params[name] or None
    intent["metadata"] = metadata_of(params, intent["metadata"])
    _attach(scope, intent, params)
    return shown(scope, intent)


@route(
    "POST",
    "/v1/payment_intents/<id>/confirm",
    ":PaymentIntentConfirmParams",
    "payment_method return_url receipt_email shipping client_secret",
)
def confirm(scope: Scope, params: Params, identifier: str) -> Body:
    """Confirm a payment intent with its payment method or another."""
    intent = fetch(scope, "payment_intent", identifier, param="intent")
    if intent["status"] not in _OPEN:
        raise _unexpected(intent, "confirm", ", ".join(_OPEN))
    for name in ("receipt_email", "shipping"):
        if name in params:
            intent[name] = params[name] or None
    _attach(scope, intent, params)
    _confirm(scope, intent)
    return shown(scope, intent)


@route(
    "POST",
    "/v1/payment_intents/<id>/capture",
    ":PaymentIntentCaptureParams",
    "amount_to_capture metadata",
)
def capture_intent(scope: Scope, params: Params, identifier: str) -> Body:
    """Capture an authorised payment intent, in whole or in part."""
    intent = fetch(scope, "payment_intent", identifier, param="intent")
    if intent["status"] != "requires_capture":
        raise ApiError(
            f"This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following "
            "statuses "
            "may be captured: requires_capture.",
            code="payment_intent_unexpected_state",
        )
    amount: int = params.get("amount_to_capture") or intent["amount_capturable"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise ApiError(
            "The amount to capture must be greater than 0 and at most the amount "
            "that can "
            f"be captured ({intent['amount_capturable']}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    intent["metadata"] = metadata_of(params, intent["metadata"])
    return shown(scope, capture(scope, intent, amount))


@route(
    "POST",
    "/v1/payment_intents/<id>/cancel",
    ":PaymentIntentCancelParams",
    "cancellation_reason",
)
def cancel_intent(scope: Scope, params: Params, identifier: str) -> Body:
    """Cancel a payment intent that has not succeeded."""
    intent = fetch(scope, "payment_intent", identifier, param="intent")
    allowed = (*_OPEN, "requires_capture")
    if intent["status"] not in allowed:
        raise _unexpected(intent, "cancel", ", ".join(allowed))
    return shown(scope, cancel(scope, intent, params.get("cancellation_reason")))
