"""Where webhooks go: registered on the command line or at run time."""

import json
from typing import Any
from urllib.parse import urlsplit

from .identifiers import make_id
from .store import Store

KINDS = ("platform", "connect", "thin", "clock")


class BadEndpointError(Exception):
    """An endpoint nobody can deliver to; the message says what is wrong."""


def register(
    store: Store,
    *,
    kind: str,
    url: str,
    secret: str = "",
    enabled_events: list[str] | None = None,
    origin: str = "control",
) -> dict[str, Any]:
    """Add an endpoint, in the place of one with the same kind and URL, and return it.

    Raises BadEndpointError for an unknown kind or a URL that is not http(s).
    """
    if kind not in KINDS:
        raise BadEndpointError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadEndpointError(f"The url {url!r} must begin with http:// or https://.")
    with store.transaction():
        found = store.rows(
            "SELECT id FROM endpoints WHERE kind = ? AND url = ?", kind, url
        )
        # The id stays, so that what waits for the endpoint still reaches it.
        identifier = found[0][0] if found else make_id("we")
        store.run(
            "INSERT OR REPLACE INTO endpoints VALUES (?, ?, ?, ?, ?, ?)",
            identifier,
            kind,
            url,
            secret or make_id("whsec"),
            json.dumps(enabled_events or ["*"]),
            origin,
        )
    return next(entry for entry in told(store) if entry["id"] == identifier)


def told(store: Store) -> list[dict[str, Any]]:
    """Return every endpoint."""
    found = store.rows(
        "SELECT id, kind, url, secret, enabled_events, origin FROM endpoints"
        " ORDER BY kind, url"
    )
    names = ("id", "kind", "url", "secret", "enabled_events", "origin")
    return [
        dict(zip(names, row, strict=True)) | {"enabled_events": json.loads(row[4])}
        for row in found
    ]


def forget(store: Store, identifier: str) -> None:
    """Remove an endpoint and what waits for it."""
    with store.transaction():
        store.run("DELETE FROM endpoints WHERE id = ?", identifier)
        store.run(
            "DELETE FROM deliveries WHERE endpoint = ? AND state = 'waiting'",
            identifier,
        )


def parse(text: str) -> tuple[str, str, str]:
    """Return kind, url and secret of `KIND=URL=SECRET`.

    Raises BadEndpointError if a part is missing.
    """
    kind, _, rest = text.partition("=")
    url, _, secret = rest.rpartition("=")
    if not (kind and url and secret):
        raise BadEndpointError(
            f"{text!r} is no webhook: write KIND=URL=SECRET, KIND one of "
            f"{', '.join(KINDS)}."
        )
    return kind, url, secret


def set_command_line(store: Store, texts: list[str]) -> None:
    """Make the command line's endpoints exactly these.

    Raises BadEndpointError if one of them is malformed.
    """
    wanted = [parse(text) for text in texts]
    with store.transaction():
        for entry in told(store):
            is_wanted = (entry["kind"], entry["url"]) in {row[:2] for row in wanted}
            if entry["origin"] == "cli" and not is_wanted:
                forget(store, entry["id"])
        for kind, url, secret in wanted:
            register(store, kind=kind, url=url, secret=secret, origin="cli")
