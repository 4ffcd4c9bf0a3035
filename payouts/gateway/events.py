"""Webhooks as Stripe writes them; what is signed may be odd all the same."""

import json
from datetime import datetime
from typing import Any

from payouts.gateway.facts import EventFacts
from payouts.gateway.translate import moment

_THIN = "v2.core.event"
# As much as the inbox has room for.
_LONGEST, _LONGEST_TYPE, _LONGEST_VERSION = 255, 128, 64


class OddEventError(ValueError):
    """It is signed, but no event as we know them."""


def event_of(body: bytes, *, is_thin: bool) -> EventFacts:
    """Read an event. Raises ValueError, or OddEventError which is one."""
    try:
        fields = json.loads(body)
        # What jsonb does not take: NaN, half of a character, and NUL.
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError as error:
        raise OddEventError("nested too deeply") from error
    if b"\\u0000" in body.replace(b"\\\\", b""):
        raise OddEventError("a NUL")
    if not isinstance(fields, dict) or (fields.get("object") == _THIN) != is_thin:
        raise OddEventError("another kind of event")
    return _facts_of(fields)


def _facts_of(fields: dict[str, Any]) -> EventFacts:
    related = fields.get("related_object") or _table(fields.get("data")).get("object")
    return EventFacts(
        event_id=_word(fields.get("id")),
        type=_word(fields.get("type"), most=_LONGEST_TYPE),
        object_id=_word(_table(related).get("id") or ""),
        account=_word(fields.get("account") or fields.get("context") or ""),
        is_live=bool(fields.get("livemode")),
        api_version=_word(fields.get("api_version") or "", most=_LONGEST_VERSION),
        created_at=_moment(fields.get("created")),
        payload=fields,
    )


def _table(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise OddEventError("no table")
    return value


def _word(value: Any, *, most: int = _LONGEST) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise OddEventError("no text, or too long")
    return value


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return moment(value)
    except (TypeError, OverflowError, OSError) as error:
        raise OddEventError("no moment") from error
