"""How often a token may ask; every answer says what is left."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from marketplace.db import clock
from marketplace.db.limits import Allowance, Limit, take, used

if TYPE_CHECKING:
    from vendors.models import ApiToken

_NAME = "api"
PER_TOKEN = Limit(most=600, seconds=60)
PER_ADDRESS = Limit(most=60, seconds=60)


class TokenThrottle(BaseThrottle):
    """600 requests a minute for a token, 60 for an address without one."""

    allowance: Allowance | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and say whether it may go on."""
        token = cast("ApiToken | None", request.auth)
        limit = PER_TOKEN if token is not None else PER_ADDRESS
        who = token.public_id if token is not None else self.get_ident(request)
        self.allowance = take(name=_NAME, who=str(who), limit=limit, now=clock.now())
        view.allowance = self.allowance
        return self.allowance.is_allowed

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self.allowance.resets_in if self.allowance else None


def used_by(tokens: Collection[str], *, now: datetime) -> dict[str, int]:
    """Return how often tokens, by their public ids, have asked in this minute."""
    return used(name=_NAME, who=tokens, limit=PER_TOKEN, now=now)


def note_allowance(response: Response, allowance: Allowance | None) -> None:
    """Put what is left into the headers (draft-ietf-httpapi-ratelimit-headers)."""
    if allowance is not None:
        response["RateLimit-Limit"] = str(allowance.most)
        response["RateLimit-Remaining"] = str(allowance.left)
        response["RateLimit-Reset"] = str(allowance.resets_in)
