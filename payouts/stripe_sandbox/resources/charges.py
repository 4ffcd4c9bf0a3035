"""`/v1/charges`."""

from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch, metadata_of


@route("GET", "/v1/charges/<id>", ":ChargeRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one charge."""
    return shown(scope, fetch(scope, "charge", identifier))


@route(
    "GET",
    "/v1/charges",
    ":ChargeListParams",
    "created customer payment_intent transfer_group",
)
def search(scope: Scope, params: Params) -> Body:
    """List charges."""
    listing = Listing(scope, "charge", params, "/v1/charges")
    return listing.equal("customer", "payment_intent", "transfer_group").ranged().page()


@route(
    "POST",
    "/v1/charges/<id>",
    ":ChargeUpdateParams",
    "description metadata receipt_email shipping transfer_group",
)
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change what may be changed of a charge."""
    charge = fetch(scope, "charge", identifier)
    for name in ("description", "receipt_email", "shipping", "transfer_group"):
        if name in params:
            charge[name] = params[name] or None
    charge["metadata"] = metadata_of(params, charge["metadata"])
    scope.store.save(charge)
    emit(scope, "charge.updated", charge)
    return shown(scope, charge)
