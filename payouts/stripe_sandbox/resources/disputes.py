"""`/v1/disputes`."""

from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch, metadata_of
from .disputing import close_dispute, submit_evidence

_ANSWERABLE = {"needs_response", "warning_needs_response"}


@route("GET", "/v1/disputes/<id>", ":DisputeRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one dispute."""
    return shown(scope, fetch(scope, "dispute", identifier))


@route("GET", "/v1/disputes", ":DisputeListParams", "charge created payment_intent")
def search(scope: Scope, params: Params) -> Body:
    """List disputes."""
    listing = Listing(scope, "dispute", params, "/v1/disputes")
    return listing.equal("charge", "payment_intent").ranged().page()


@route("POST", "/v1/disputes/<id>", ":DisputeUpdateParams", "evidence metadata submit")
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Gather evidence, and submit it unless told to wait."""
    dispute = fetch(scope, "dispute", identifier)
    dispute["metadata"] = metadata_of(params, dispute["metadata"])
    evidence = params.get("evidence")
    if not isinstance(evidence, dict):
        return shown(scope, scope.store.save(dispute))
    if dispute["status"] not in _ANSWERABLE:
        raise ApiError(
            f"This dispute takes no evidence: its status is {dispute['status']}."
        )
    unknown = set(evidence) - set(dispute["evidence"])
    if unknown or evidence.get("enhanced_evidence"):
        name = min(unknown or {"enhanced_evidence"})
        raise invalid(
            f"The sandbox does not act on evidence[{name}].", param="evidence"
        )
    dispute["evidence"] |= {key: value or None for key, value in evidence.items()}
    dispute["evidence_details"]["has_evidence"] = True
    scope.store.save(dispute)
    if params.get("submit", True):
        return shown(scope, submit_evidence(scope, dispute))
    emit(scope, "charge.dispute.updated", dispute)
    return shown(scope, dispute)


@route("POST", "/v1/disputes/<id>/close", ":DisputeCloseParams")
def close(scope: Scope, _params: Params, identifier: str) -> Body:
    """Accept a dispute: it is lost."""
    dispute = fetch(scope, "dispute", identifier)
    if dispute["status"] != "needs_response":
        raise ApiError(f"This dispute is not open: its status is {dispute['status']}.")
    return shown(scope, close_dispute(scope, dispute, status="lost"))
