"""The control API's switches: clock, endpoints, faults, deliveries."""

from dataclasses import fields
from typing import Any

from . import delivery_log, due, endpoints
from .clock import iso
from .desk import ControlRefusedError, Desk, call
from .events import tell_clock
from .faults import Fault
from .store import Body
from .terms import API_VERSION
from .world import Scope, World


def _whole(given: dict[str, Any], name: str) -> int:
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise ControlRefusedError(f"{name} must be a whole number, not {value!r}.")
    return value


@call("GET", "health")
def health(desk: Desk, scope: Scope, _given: Body) -> Body:
    """Tell that the sandbox works."""
    offset = desk.world.offset()
    return {"ok": True, "api_version": API_VERSION, "now": scope.at, "offset": offset}


@call("POST", "reset", is_locked=False)
def reset(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Forget everything but the command line's endpoints."""
    desk.api.faults.clear()
    desk.deliverer.faults.clear()
    desk.api.requests.clear()
    with desk.world.store.transaction():
        desk.world.store.wipe()
        due.start_midnights(desk.world)
    return {"ok": True}


@call("GET", "clock")
def read_clock(desk: Desk, scope: Scope, _given: Body) -> Body:
    """Tell the sandbox's time."""
    return {"now": scope.at, "offset": desk.world.offset(), "iso": iso(scope.at)}


@call("POST", "clock", is_locked=False)
def move_clock(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Move the clock forward, and let happen what fell due on the way."""
    return advance(desk.world, _target(desk.world, given))


def _target(world: World, given: Body) -> int:
    """Return the offset that is asked for."""
    now, offset = world.now(), world.offset()
    if "advance" in given:
        return offset + _whole(given, "advance")
    if "offset" in given:
        return _whole(given, "offset")
    if "to" in given:
        return offset + _whole(given, "to") - now
    raise ControlRefusedError("Give advance (seconds), offset (seconds) or to (time).")


def advance(world: World, offset: int) -> Body:
    """Set the clock's offset.

    Raises ControlRefusedError if that were a step back.
    """
    with world.store.transaction():
        if offset < world.offset():
            raise ControlRefusedError(
                "The clock moves forward only: it is "
                f"{world.offset()} seconds ahead. Reset the sandbox to start again."
            )
        is_moved = offset > world.offset()
        # What falls due on the way happens at its own time, not at the end.
        due.run_due(world, until=world.now() - world.offset() + offset)
        world.store.set_meta("offset", str(offset))
        scope = Scope(world=world, at=world.now())
        if is_moved:
            tell_clock(scope)
    return {"now": scope.at, "offset": offset, "iso": iso(scope.at)}


@call("GET", "webhooks")
def list_webhooks(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the endpoints."""
    return {"data": endpoints.told(desk.world.store)}


@call("POST", "webhooks")
def add_webhook(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Register an endpoint."""
    return endpoints.register(
        desk.world.store,
        kind=given.get("kind", ""),
        url=given.get("url", ""),
        secret=given.get("secret", ""),
        enabled_events=given.get("enabled_events"),
    )


@call("DELETE", "webhooks/<id>")
def remove_webhook(desk: Desk, _scope: Scope, _given: Body, identifier: str) -> Body:
    """Forget an endpoint."""
    endpoints.forget(desk.world.store, identifier)
    return {"ok": True}


def _fault(given: Body) -> Fault:
    known = {entry.name for entry in fields(Fault)} - {"id"}
    unknown = sorted(set(given) - known)
    if unknown or "kind" not in given:
        raise ControlRefusedError(
            f"A fault has kind, and may have {', '.join(sorted(known - {'kind'}))}."
        )
    return Fault(**given)


@call("GET", "faults", is_locked=False)
def list_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the API's faults."""
    return {"data": desk.api.faults.told()}


@call("POST", "faults", is_locked=False)
def add_fault(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Switch a fault of the API on."""
    return desk.api.faults.add(_fault(given)).told()


@call("DELETE", "faults", is_locked=False)
def clear_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Switch the API's faults off."""
    desk.api.faults.clear()
    return {"ok": True}


@call("GET", "webhook_faults", is_locked=False)
def list_webhook_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the webhooks' faults."""
    return {"data": desk.deliverer.faults.told()}


@call("POST", "webhook_faults", is_locked=False)
def add_webhook_fault(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Switch a fault of the webhooks on."""
    return desk.deliverer.faults.add(_fault(given)).told()


@call("DELETE", "webhook_faults", is_locked=False)
def clear_webhook_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Switch the webhooks' faults off."""
    desk.deliverer.faults.clear()
    return {"ok": True}


@call("GET", "deliveries", is_locked=False)
def list_deliveries(desk: Desk, _scope: Scope, given: Body) -> Body:
    """List deliveries."""
    store, limit = desk.world.store, int(given.get("limit", 100))
    found = delivery_log.deliveries(store, given, limit=limit)
    return {"data": found, "counts": delivery_log.counts(store)}


@call("POST", "deliveries/<int:id>/resend", is_locked=False)
def resend(desk: Desk, _scope: Scope, _given: Body, identifier: int) -> Body:
    """Send a delivery again."""
    if not delivery_log.resend(desk.world, identifier):
        raise ControlRefusedError(f"There is no delivery {identifier}.")
    return delivery_log.deliveries(desk.world.store, {"id": str(identifier)})[0]


@call("POST", "deliveries/drain", is_locked=False)
def drain(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Wait until nothing waits."""
    timeout = float(given.get("timeout", 10))
    return {"waiting": delivery_log.drain(desk.world, timeout=timeout)}


@call("GET", "requests", is_locked=False)
def list_requests(desk: Desk, _scope: Scope, given: Body) -> Body:
    """List the last API requests, newest first."""
    return {"data": list(desk.api.requests)[::-1][: int(given.get("limit", 100))]}
