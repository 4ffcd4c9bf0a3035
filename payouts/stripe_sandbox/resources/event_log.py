"""`/v1/events` and `/v2/core/events`."""

from payouts.stripe_sandbox.errors import invalid
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch
from .v2_listing import page_of

_WAITS = "id {} IN (SELECT event FROM deliveries WHERE state <> 'delivered')"


@route("GET", "/v1/events/<id>", ":EventRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one event."""
    return shown(scope, fetch(scope, "event", identifier))


@route("GET", "/v1/events", ":EventListParams", "created delivery_success type types")
def search(scope: Scope, params: Params) -> Body:
    """List events; `delivery_success=false` gives those not taken everywhere yet."""
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.")
    listing = Listing(scope, "event", params, "/v1/events").ranged()
    wanted = params.get("types") or ([params["type"]] if "type" in params else [])
    if wanted:
        marks = " OR ".join(["json_extract(body, '$.type') LIKE ?"] * len(wanted))
        listing.where(marks, *(name.replace("*", "%") for name in wanted))
    if "delivery_success" in params:
        listing.where(_WAITS.format("NOT" if params["delivery_success"] else ""))
    return listing.page()


@route("GET", "/v2/core/events/<id>", "v2.core:EventRetrieveParams")
def retrieve_thin(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one v2 event with its data, which its notification lacks."""
    return _told(fetch(scope, "v2.core.event", identifier))


def _told(event: Body) -> Body:
    body = {key: value for key, value in event.items() if not key.startswith("_")}
    return body | ({"data": event["_data"]} if event["_data"] else {})


@route(
    "GET",
    "/v2/core/events",
    "v2.core:EventListParams",
    "created limit object_id page types",
)
def search_thin(scope: Scope, params: Params) -> Body:
    """List v2 events of one object or of all."""
    types = set(params.get("types", []))
    events = [
        _told(event)
        for event in scope.store.find("v2.core.event")[::-1]
        if params.get("object_id") in {None, event["related_object"]["id"]}
        and (not types or event["type"] in types)
        and _in_range(event["created"], params.get("created", {}))
    ]
    return page_of(events, params, "/v2/core/events")


def _in_range(created: str, wanted: dict[str, str]) -> bool:
    return (
        wanted.get("gt", "") < created
        and wanted.get("gte", "") <= created < wanted.get("lt", "~")
        and created <= wanted.get("lte", "~")
    )
