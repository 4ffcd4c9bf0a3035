"""`/v1/payouts`."""

from payouts.stripe_sandbox.errors import ApiError
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import check_currency, check_positive, fetch, metadata_of
from .paying_out import cancel, make_payout
from .reversing_payouts import reverse


@route(
    "POST",
    "/v1/payouts",
    ":PayoutCreateParams",
    "amount currency description metadata method statement_descriptor",
)
def create(scope: Scope, params: Params) -> Body:
    """Pay out by hand."""
    check_positive(params["amount"])
    checked = params | {
        "currency": check_currency(params["currency"]),
        "metadata": metadata_of(params),
    }
    return shown(scope, make_payout(scope, checked))


@route("GET", "/v1/payouts/<id>", ":PayoutRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one payout."""
    return shown(scope, fetch(scope, "payout", identifier, param="payout"))


@route(
    "GET", "/v1/payouts", ":PayoutListParams", "arrival_date created destination status"
)
def search(scope: Scope, params: Params) -> Body:
    """List payouts."""
    listing = Listing(scope, "payout", params, "/v1/payouts")
    return listing.equal("destination", "status").ranged().ranged("arrival_date").page()


@route("POST", "/v1/payouts/<id>", ":PayoutUpdateParams", "metadata")
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change a payout's metadata."""
    payout = fetch(scope, "payout", identifier, param="payout")
    payout["metadata"] = metadata_of(params, payout["metadata"])
    scope.store.save(payout)
    emit(scope, "payout.updated", payout)
    return shown(scope, payout)


@route("POST", "/v1/payouts/<id>/cancel", ":PayoutCancelParams")
def cancel_payout(scope: Scope, _params: Params, identifier: str) -> Body:
    """Cancel a payout that is still pending and was made by hand."""
    payout = fetch(scope, "payout", identifier, param="payout")
    if payout["status"] != "pending" or payout["automatic"]:
        raise ApiError(
            "Payouts can only be canceled while they are pending and were created "
            "manually."
        )
    return shown(scope, cancel(scope, payout))


@route("POST", "/v1/payouts/<id>/reverse", ":PayoutReverseParams", "metadata")
def reverse_payout(scope: Scope, params: Params, identifier: str) -> Body:
    """Call a paid payout back from the bank."""
    payout = fetch(scope, "payout", identifier, param="payout")
    return shown(scope, reverse(scope, payout, metadata_of(params)))
