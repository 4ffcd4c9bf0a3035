"""Lists of API v2: pages by token."""

from typing import Any

from payouts.stripe_sandbox.errors import invalid
from payouts.stripe_sandbox.store import Body

_DEFAULT_LIMIT, _MAX_LIMIT = 20, 100


def page_of(entries: list[Body], params: dict[str, Any], path: str) -> Body:
    """Return the page of `entries` that `limit` and `page` ask for.

    Raises ApiError for a limit or a page token that is not one of ours.
    """
    limit = params.get("limit", _DEFAULT_LIMIT)
    token = params.get("page", "page_0")
    start = token.removeprefix("page_")
    if not 1 <= limit <= _MAX_LIMIT:
        raise invalid(f"limit must be between 1 and {_MAX_LIMIT}.", param="limit")
    if not start.isdecimal():
        raise invalid(f"Invalid page token: {token}", param="page")
    offset = int(start)
    following = offset + limit
    return {
        "data": entries[offset:following],
        "next_page_url": _link(path, limit, following)
        if following < len(entries)
        else None,
        "previous_page_url": _link(path, limit, max(0, offset - limit))
        if offset
        else None,
    }


def _link(path: str, limit: int, offset: int) -> str:
    return f"{path}?limit={limit}&page=page_{offset}"
