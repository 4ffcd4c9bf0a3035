"""What was delivered and what waits, for the control API and the panel."""

import time
from typing import Any

from .clock import wall_seconds
from .store import Store
from .world import World

_COLUMNS = [
    "id",
    "event",
    "type",
    "endpoint",
    "kind",
    "url",
    "state",
    "attempts",
    "status",
    "error",
    "next_at",
    "created",
]
_SELECT = (
    "SELECT d.seq, d.event, d.type, d.endpoint, COALESCE(e.kind, ''), "
    "COALESCE(e.url, ''),"
    " d.state, d.attempts, d.status, d.error, d.next_at, d.created"
    " FROM deliveries d LEFT JOIN endpoints e ON e.id = d.endpoint"
)


def deliveries(
    store: Store, wanted: dict[str, str], *, limit: int = 100
) -> list[dict[str, Any]]:
    """Return deliveries, newest first, filtered by `state`, `event`, `type` or `id`."""
    clauses, values = ["1 = 1"], []
    for name, column in (
        ("state", "d.state"),
        ("event", "d.event"),
        ("type", "d.type"),
        ("id", "d.seq"),
    ):
        if name in wanted:
            clauses.append(f"{column} = ?")
            values.append(wanted[name])
    query = f"{_SELECT} WHERE {' AND '.join(clauses)} ORDER BY d.seq DESC LIMIT ?"
    found = store.rows(query, *values, limit)
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def counts(store: Store) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    found = store.rows("SELECT state, COUNT(*) FROM deliveries GROUP BY state")
    return dict.fromkeys(("waiting", "delivered", "failed", "dropped"), 0) | dict(found)


def resend(world: World, identifier: int) -> bool:
    """Queue a delivery again at once; tell whether there is such a one."""
    with world.store.transaction():
        touched = world.store.run(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?"
            " WHERE seq = ?",
            wall_seconds(),
            identifier,
        )
    world.delivery_wanted.set()
    return touched == 1


def drain(world: World, *, timeout: float) -> int:
    """Wait until nothing waits, or `timeout` seconds; return what still does."""
    deadline = time.monotonic() + timeout
    while (left := counts(world.store)["waiting"]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
