"""`/v1/refunds`."""

from payouts.stripe_sandbox.errors import invalid
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch, fetch_param, metadata_of
from .refunding import cancel_refund, make_refund


@route(
    "POST",
    "/v1/refunds",
    ":RefundCreateParams",
    "charge payment_intent amount reason metadata",
)
def create(scope: Scope, params: Params) -> Body:
    """Refund a charge, or the charge of a payment intent."""
    charge = _charge(scope, params)
    refund = make_refund(
        scope,
        charge,
        amount=params.get("amount"),
        reason=params.get("reason"),
        metadata=metadata_of(params),
    )
    return shown(scope, refund)


def _charge(scope: Scope, params: Params) -> Body:
    if "charge" in params:
        return fetch_param(scope, "charge", params["charge"], "charge")
    if "payment_intent" not in params:
        raise invalid(
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
    name = "payment_intent"
    intent = fetch_param(scope, name, params[name], name)
    if not intent["latest_charge"]:
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to "
            "refund.",
            param=name,
        )
    return fetch(scope, "charge", intent["latest_charge"])


@route("GET", "/v1/refunds/<id>", ":RefundRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one refund."""
    return shown(scope, fetch(scope, "refund", identifier))


@route("GET", "/v1/refunds", ":RefundListParams", "charge payment_intent created")
def search(scope: Scope, params: Params) -> Body:
    """List refunds."""
    listing = Listing(scope, "refund", params, "/v1/refunds")
    return listing.equal("charge", "payment_intent").ranged().page()


@route("POST", "/v1/refunds/<id>", ":RefundUpdateParams", "metadata")
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change a refund's metadata."""
    refund = fetch(scope, "refund", identifier)
    refund["metadata"] = metadata_of(params, refund["metadata"])
    scope.store.save(refund)
    emit(scope, "refund.updated", refund)
    emit(scope, "charge.refund.updated", refund)
    return shown(scope, refund)


@route("POST", "/v1/refunds/<id>/cancel", ":RefundCancelParams")
def cancel(scope: Scope, _params: Params, identifier: str) -> Body:
    """Cancel a refund that still waits for money."""
    return shown(scope, cancel_refund(scope, fetch(scope, "refund", identifier)))
