"""`/v1/transfers` and their reversals."""

from payouts.stripe_sandbox.errors import invalid, missing
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import check_currency, fetch, fetch_param, metadata_of
from .transferring import make_reversal, make_transfer


@route(
    "POST",
    "/v1/transfers",
    ":TransferCreateParams",
    "amount currency destination description metadata source_transaction "
    "transfer_group",
)
def create(scope: Scope, params: Params) -> Body:
    """Transfer money to a connected account."""
    if "amount" not in params:
        raise invalid(
            "Missing required param: amount.", code="parameter_missing", param="amount"
        )
    checked = params | {
        "currency": check_currency(params["currency"]),
        "metadata": metadata_of(params),
    }
    account = scope.store.get("v2.core.account", params["destination"])
    if account is None:
        error = missing("destination", params["destination"], param="destination")
        error.status = 400
        raise error
    source = None
    if "source_transaction" in params:
        name = "source_transaction"
        source = fetch_param(scope, "charge", params[name], name)
    return shown(scope, make_transfer(scope, account, checked, source=source))


@route("GET", "/v1/transfers/<id>", ":TransferRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one transfer."""
    return shown(scope, fetch(scope, "transfer", identifier, param="transfer"))


@route(
    "GET", "/v1/transfers", ":TransferListParams", "created destination transfer_group"
)
def search(scope: Scope, params: Params) -> Body:
    """List transfers."""
    listing = Listing(scope, "transfer", params, "/v1/transfers")
    return listing.equal("destination", "transfer_group").ranged().page()


@route("POST", "/v1/transfers/<id>", ":TransferUpdateParams", "description metadata")
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change a transfer's description and metadata."""
    transfer = fetch(scope, "transfer", identifier, param="transfer")
    if "description" in params:
        transfer["description"] = params["description"] or None
    transfer["metadata"] = metadata_of(params, transfer["metadata"])
    scope.store.save(transfer)
    emit(scope, "transfer.updated", transfer)
    return shown(scope, transfer)


@route(
    "POST",
    "/v1/transfers/<id>/reversals",
    ":TransferReversalCreateParams",
    "amount metadata description",
)
def reverse(scope: Scope, params: Params, identifier: str) -> Body:
    """Take back a transfer, in whole or in part."""
    transfer = fetch(scope, "transfer", identifier, param="transfer")
    reversal = make_reversal(
        scope, transfer, amount=params.get("amount"), metadata=metadata_of(params)
    )
    return shown(scope, reversal)


@route("GET", "/v1/transfers/<id>/reversals", ":TransferReversalListParams")
def list_reversals(scope: Scope, params: Params, identifier: str) -> Body:
    """List the reversals of a transfer."""
    fetch(scope, "transfer", identifier, param="transfer")
    url = f"/v1/transfers/{identifier}/reversals"
    listing = Listing(scope, "transfer_reversal", params, url)
    condition = "kind = 'transfer_reversal' AND json_extract(body, '$.transfer') = ?"
    return listing.where(condition, identifier).page()


@route(
    "GET", "/v1/transfers/<id>/reversals/<reversal>", ":TransferReversalRetrieveParams"
)
def retrieve_reversal(
    scope: Scope, _params: Params, identifier: str, reversal: str
) -> Body:
    """Return one reversal."""
    found = fetch(scope, "transfer_reversal", reversal)
    if found["transfer"] != identifier:
        raise missing("transfer_reversal", reversal)
    return shown(scope, found)
