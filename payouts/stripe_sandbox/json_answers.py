"""JSON over HTTP."""

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response


def answer(
    body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `body` as a JSON response."""
    response = Response(
        json.dumps(body, indent=2), status=status, mimetype="application/json"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response
