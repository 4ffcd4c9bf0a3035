"""Request bodies: bracketed forms, bracketed queries and JSON."""

import json
import re
from collections.abc import Iterable
from typing import Any

from .errors import invalid

_KEY = re.compile(r"\[([^\]]*)\]")


def decode_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the nested value of `a[b][0]=c` pairs; indexes make lists."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        head, _, rest = key.partition("[")
        path = [head, *_KEY.findall(f"[{rest}")] if rest else [head]
        _place(root, path, value)
    return {key: _listed(value) for key, value in root.items()}


def _place(node: dict[str, Any], path: list[str], value: str) -> None:
    for step, following in zip(path, [*path[1:], None], strict=True):
        name = step or str(len(node))
        if following is None:
            node[name] = value
            return
        child = node.setdefault(name, {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {path[0]} is both a value and a hash.")
        node = child


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(value) for key, value in node.items()}


def decode_json(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a v2 request.

    Raises ApiError if `raw` is no JSON object.
    """
    if not raw:
        return {}
    try:
        value = json.loads(raw)
    except ValueError:
        raise invalid("Could not parse the request body as JSON.") from None
    if not isinstance(value, dict):
        raise invalid("The request body must be a JSON object.")
    return value
