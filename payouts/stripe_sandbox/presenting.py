"""Objects as callers see them: notes left out, clock-bound fields filled, expanded."""

from typing import Any

from .errors import ApiError, invalid
from .identifiers import kind_of
from .store import Body
from .world import Scope

_MAX_DEPTH = 4
_EMBEDDED = 10


def shown(scope: Scope, body: Body) -> Body:
    """Return `body` as an answer holds it, nothing expanded."""
    told = {key: value for key, value in body.items() if not key.startswith("_")}
    fill = _FILLED.get(body["object"])
    if fill:
        fill(scope, told, body)
    return told


def _fill_row(scope: Scope, told: Body, _body: Body) -> None:
    told["status"] = "available" if told["available_on"] <= scope.at else "pending"


def _fill_transfer(scope: Scope, told: Body, body: Body) -> None:
    reversals = scope.store.find("transfer_reversal", transfer=body["id"])[::-1]
    told["reversals"] = _list(
        [shown(scope, reversal) for reversal in reversals],
        f"/v1/transfers/{body['id']}/reversals",
    )


def _fill_dispute(scope: Scope, told: Body, body: Body) -> None:
    told["balance_transactions"] = [
        shown(scope, row)
        for identifier in body["balance_transactions"]
        if (row := scope.store.get("balance_transaction", identifier))
    ]
    due_by = body["evidence_details"]["due_by"]
    told["evidence_details"] = body["evidence_details"] | {
        "past_due": due_by is not None and due_by < scope.at
    }


_FILLED = {
    "balance_transaction": _fill_row,
    "transfer": _fill_transfer,
    "dispute": _fill_dispute,
}


def _list(entries: list[Body], url: str) -> Body:
    return {
        "object": "list",
        "data": entries[:_EMBEDDED],
        "has_more": len(entries) > _EMBEDDED,
        "url": url,
    }


def _refunds(scope: Scope, charge: Body) -> Body:
    refunds = scope.store.find("refund", charge=charge["id"])[::-1]
    entries = [shown(scope, refund) for refund in refunds]
    return _list(entries, f"/v1/charges/{charge['id']}/refunds")


def _line_items(scope: Scope, session: Body) -> Body:
    stored = scope.store.get("checkout.session", session["id"])
    items = stored["_line_items"] if stored else []
    return _list(items, f"/v1/checkout/sessions/{session['id']}/line_items")


# Fields that are absent until they are asked for.
_ON_REQUEST = {
    ("charge", "refunds"): _refunds,
    ("checkout.session", "line_items"): _line_items,
}


def expanded(scope: Scope, told: Body, paths: list[str]) -> Body:
    """Return `told` with objects in place of ids at `paths` (`latest_charge.refunds`).

    Raises ApiError for a path that leads nowhere or is too deep.
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > _MAX_DEPTH + (steps[0] == "data"):
            raise invalid(
                f"You cannot expand more than {_MAX_DEPTH} levels of a property.",
                code="property_expansion_max_depth",
                param="expand",
            )
        _expand(scope, told, steps, path)
    return told


def _expand(scope: Scope, node: Any, steps: list[str], path: str) -> None:
    if not steps or node is None:
        return
    if isinstance(node, list):
        for entry in node:
            _expand(scope, entry, steps, path)
        return
    if not isinstance(node, dict):
        raise _not_expandable(path)
    head, rest = steps[0], steps[1:]
    node[head] = _entry(scope, node, head, path)
    _expand(scope, node[head], rest, path)


def _entry(scope: Scope, node: Body, head: str, path: str) -> Any:
    """Return what stands in a field once it is expanded."""
    on_request = _ON_REQUEST.get((node.get("object", ""), head))
    if on_request and head not in node:
        return on_request(scope, node)
    value = node.get(head, path)
    if head in node and isinstance(value, str):
        return _loaded(scope, value, path)
    if head not in node or not isinstance(value, dict | list | None):
        raise _not_expandable(path)
    return value


def _loaded(scope: Scope, identifier: str, path: str) -> Body:
    kind = kind_of(identifier)
    found = scope.store.get(kind, identifier) if kind else None
    if found is None:
        raise _not_expandable(path)
    return shown(scope, found)


def _not_expandable(path: str) -> ApiError:
    return invalid(
        f"This property cannot be expanded ({path}).",
        code="property_cannot_be_expanded",
        param="expand",
    )
