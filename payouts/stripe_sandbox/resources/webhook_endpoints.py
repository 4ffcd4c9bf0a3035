"""`/v1/webhook_endpoints`: the API's own way to register where events go."""

import json

from payouts.stripe_sandbox.errors import invalid
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import API_VERSION
from payouts.stripe_sandbox.world import Scope

from .common import fetch, metadata_of


@route(
    "POST",
    "/v1/webhook_endpoints",
    ":WebhookEndpointCreateParams",
    "connect description enabled_events metadata url",
)
def create(scope: Scope, params: Params) -> Body:
    """Register an endpoint; its secret is shown in this answer only."""
    if not params["url"].startswith(("http://", "https://")):
        raise invalid("Invalid URL: it must be http or https.", param="url")
    kind = "connect" if params.get("connect") else "platform"
    secret = make_id("whsec")
    body: Body = {
        "id": make_id("we"),
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": scope.at,
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": metadata_of(params),
        "status": "enabled",
        "url": params["url"],
    }
    scope.store.run(
        "INSERT OR REPLACE INTO endpoints VALUES (?, ?, ?, ?, ?, 'api')",
        body["id"],
        kind,
        body["url"],
        secret,
        json.dumps(body["enabled_events"]),
    )
    scope.store.insert(body, account=scope.account)
    return shown(scope, body) | {"secret": secret}


@route("GET", "/v1/webhook_endpoints/<id>", ":WebhookEndpointRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one endpoint."""
    return shown(scope, fetch(scope, "webhook_endpoint", identifier))


@route("GET", "/v1/webhook_endpoints", ":WebhookEndpointListParams")
def search(scope: Scope, params: Params) -> Body:
    """List the endpoints registered over the API."""
    return Listing(scope, "webhook_endpoint", params, "/v1/webhook_endpoints").page()


@route("DELETE", "/v1/webhook_endpoints/<id>", ":WebhookEndpointDeleteParams")
def delete(scope: Scope, _params: Params, identifier: str) -> Body:
    """Forget an endpoint; what waits for it is dropped."""
    fetch(scope, "webhook_endpoint", identifier)
    scope.store.delete(identifier)
    scope.store.run("DELETE FROM endpoints WHERE id = ?", identifier)
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}
