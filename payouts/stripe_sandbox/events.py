"""Events: written down with the change they tell of, and queued for each endpoint."""

import json
from typing import Any

from .clock import iso, wall_microseconds, wall_seconds
from .identifiers import make_id
from .presenting import shown
from .store import Body, Store
from .terms import API_VERSION, PLATFORM
from .world import Scope

# Written to whoever follows the clock; no Stripe event.
CLOCK = "sandbox.clock"


def emit(
    scope: Scope, event_type: str, body: Body, *, previous: dict[str, Any] | None = None
) -> None:
    """Record a snapshot event about `body` and queue its deliveries."""
    content: dict[str, Any] = {"object": shown(scope, body)}
    if previous is not None:
        content["previous_attributes"] = previous
    event: Body = {
        "id": make_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": scope.at,
        "data": content,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": scope.request_id, "idempotency_key": scope.key},
        "type": event_type,
    }
    if not scope.is_platform:
        event["account"] = scope.account
    kind = "platform" if scope.is_platform else "connect"
    _record(scope, event, kind, event["created"])


def emit_thin(
    scope: Scope,
    event_type: str,
    account: str,
    *,
    details: dict[str, Any] | None = None,
) -> None:
    """Record a v2 event about an account and queue its notification, which is thin."""
    event: Body = {
        "id": make_id("evt_test"),
        "object": "v2.core.event",
        "context": None,
        "created": iso(scope.at),
        "livemode": False,
        "reason": _reason(scope),
        "related_object": {
            "id": account,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account}",
        },
        "type": event_type,
        "_data": details,
    }
    _record(scope, event, "thin", scope.at)


def _reason(scope: Scope) -> dict[str, Any] | None:
    if not scope.request_id:
        return None
    request = {"id": scope.request_id, "idempotency_key": scope.key or ""}
    return {"type": "request", "request": request}


def _record(scope: Scope, event: Body, kind: str, created: int) -> None:
    wanted = [] if scope.is_silent else _endpoints(scope.store, kind, event["type"])
    if event["object"] == "event":
        event["pending_webhooks"] = len(wanted)
    scope.store.insert(
        event, account=PLATFORM if kind == "thin" else scope.account, created=created
    )
    told = {key: value for key, value in event.items() if not key.startswith("_")}
    for endpoint in wanted:
        queue(scope, event["id"], event["type"], endpoint, told)


def _endpoints(store: Store, kind: str, event_type: str) -> list[str]:
    found = store.rows("SELECT id, enabled_events FROM endpoints WHERE kind = ?", kind)
    return [
        identifier
        for identifier, enabled in found
        if {"*", event_type} & set(json.loads(enabled))
    ]


def queue(
    scope: Scope, event: str, event_type: str, endpoint: str, payload: Body
) -> None:
    """Queue one delivery; the background thread sends it after the commit."""
    scope.store.run(
        "INSERT INTO deliveries (event, type, endpoint, payload, state, next_at, "
        "created)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
        event,
        event_type,
        endpoint,
        json.dumps(payload, separators=(",", ":")),
        wall_seconds(),
        scope.at,
    )
    scope.world.delivery_wanted.set()


def tell_clock(scope: Scope) -> None:
    """Queue the clock's new offset for everyone who follows it.

    `told` grows, so that whoever gets one twice or late can tell.
    """
    payload = {
        "object": CLOCK,
        "now": scope.at,
        "offset": scope.world.offset(),
        "told": wall_microseconds(),
    }
    for (endpoint,) in scope.store.rows(
        "SELECT id FROM endpoints WHERE kind = 'clock'"
    ):
        queue(scope, make_id("clk"), CLOCK, endpoint, payload)
