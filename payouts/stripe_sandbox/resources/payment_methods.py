"""Payment methods: cards by token name or published test number."""

import hashlib
from typing import Any

from payouts.stripe_sandbox.cards import TestCard, card_of
from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch, metadata_of

EMPTY_BILLING: Body = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def make_method(scope: Scope, card: TestCard, billing: Body | None = None) -> Body:
    """Add a payment method for a test card and return it."""
    body: Body = {
        "id": make_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing or EMPTY_BILLING,
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": fingerprint(card),
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": scope.at,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_token": card.token,
    }
    return scope.store.insert(body, account=scope.account)


def fingerprint(card: TestCard) -> str:
    """Return what tells that two payment methods are the same card."""
    return hashlib.sha256(card.number.encode()).hexdigest()[:16]


def method_named(scope: Scope, reference: str) -> tuple[Body, TestCard]:
    """Return the payment method `reference` names, a new one for a `pm_card_…` token.

    Raises ApiError if there is none.
    """
    card = card_of(reference)
    if card and reference == card.token:
        return make_method(scope, card), card
    found = scope.store.get("payment_method", reference, scope.account)
    card = card_of(found["_token"]) if found else None
    if found is None or card is None:
        raise ApiError(
            f"No such PaymentMethod: '{reference}'",
            code="resource_missing",
            param="payment_method",
        )
    return found, card


@route(
    "POST",
    "/v1/payment_methods",
    ":PaymentMethodCreateParams",
    "type card billing_details metadata",
)
def create(scope: Scope, params: Params) -> Body:
    """Make a card payment method; only published test numbers are taken."""
    if params.get("type", "card") != "card":
        raise invalid("The sandbox knows only cards.", param="type")
    given: dict[str, Any] = params.get("card", {})
    card = card_of(
        str(given.get("number") or given.get("token", "").replace("tok_", "pm_card_"))
    )
    if card is None:
        raise ApiError(
            "Your card number is not a published test number.",
            status=402,
            kind="card_error",
            code="incorrect_number",
            param="card[number]",
        )
    billing = EMPTY_BILLING | params.get("billing_details", {})
    method = make_method(scope, card, billing)
    method["metadata"] = metadata_of(params)
    return shown(scope, scope.store.save(method))


@route("GET", "/v1/payment_methods/<id>", ":PaymentMethodRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one payment method."""
    return shown(scope, fetch(scope, "payment_method", identifier))
