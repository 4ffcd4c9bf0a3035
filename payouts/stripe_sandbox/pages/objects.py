"""Every object by kind, as the API would show it."""

import json

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.errors import missing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.resources.common import money
from payouts.stripe_sandbox.store import Body

from .looks import page
from .visit import Visit

_SHOWN = 100
_NOTES = ("type", "display_name", "description", "transfer_group", "reason")


def show(visit: Visit) -> Response:
    """List the newest objects of a kind."""
    kind = visit.request.args.get("kind", "")
    kinds = visit.scope.store.rows(
        "SELECT kind, COUNT(*) FROM objects WHERE kind NOT LIKE 'sandbox.%'"
        " GROUP BY kind ORDER BY kind"
    )
    found = visit.scope.store.rows(
        "SELECT body, created FROM objects WHERE kind = ? AND kind NOT LIKE 'sandbox.%'"
        " ORDER BY created DESC, seq DESC LIMIT ?",
        kind,
        _SHOWN,
    )
    return page(
        "objects.html",
        host=visit.host,
        here="objects",
        kind=kind,
        kinds=kinds,
        total=dict(kinds).get(kind, 0),
        objects=[_line(json.loads(text), created) for text, created in found],
    )


def _line(body: Body, created: int) -> Body:
    amount = body.get("amount", body.get("amount_total"))
    note = next((str(body[name]) for name in _NOTES if body.get(name)), "")
    return {
        "id": body["id"],
        "at": created,
        "note": note,
        "state": body.get("status") or "",
        "money": "" if amount is None else money(amount, body["currency"]),
    }


def show_one(visit: Visit, identifier: str) -> Response:
    """Show one object, and lead to those it names."""
    store = visit.scope.store
    found = store.rows(
        "SELECT kind, body, created, account FROM objects"
        " WHERE id = ? AND kind NOT LIKE 'sandbox.%'",
        identifier,
    )
    if not found:
        raise missing("object", identifier)
    kind, text, created, account = found[0]
    body = json.loads(text)
    told = shown(visit.scope, body)
    return page(
        "object.html",
        host=visit.host,
        here="objects",
        identifier=identifier,
        kind=kind,
        line=_line(body, created),
        owner=account if store.has(account) and account != identifier else "",
        related=_related(visit, told),
        text=json.dumps(told, indent=2, ensure_ascii=False),
    )


def _related(visit: Visit, told: Body) -> list[tuple[str, str]]:
    """Return the fields that hold another object's id."""
    pairs = [(name, value) for name, value in told.items() if name != "id"]
    pairs += [
        (name, one) for name, many in pairs if isinstance(many, list) for one in many
    ]
    return [
        (name.replace("_", " "), value)
        for name, value in pairs
        if isinstance(value, str) and "_" in value and visit.scope.store.has(value)
    ]
