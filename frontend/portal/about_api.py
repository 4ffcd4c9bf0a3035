"""What the page of the keys says of the API: as the API tells it of itself."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.portal.json_lines import json_lines
from marketplace.db import clock
from marketplace.db.once import REPEATS_FOR
from vendors.gateway.api import Use, api_guide
from vendors.models import ApiToken, Vendor

# So many keys are told of by what they used: the busiest.
_MOST_USES = 5
_HOUR = 3600


def about_api(vendor: Vendor, tokens: Iterable[ApiToken]) -> dict[str, Any]:
    """Return a call with its answer, all calls, and what the keys use of the limit."""
    guide = api_guide()
    first = guide.first_call(vendor)
    return {
        "curl": f'curl "{first.address}" \\\n  -H "Authorization: Bearer cpt_…"',
        "first": first,
        "answer": json_lines(first.answer),
        "calls": [
            {"call": call, "does": _(call.summary)}  # marked where it is written
            for call in guide.calls()
        ],
        "most_a_minute": guide.most_a_minute,
        "uses": _uses(tokens),
        "repeat_hours": int(REPEATS_FOR.total_seconds()) // _HOUR,
    }


def _uses(tokens: Iterable[ApiToken]) -> list[Use]:
    now = clock.now()
    today = timezone.localdate(now)
    held = [
        token
        for token in tokens
        if not token.revoked_at and not token.has_ended(on=today)
    ]
    return api_guide().uses(held, now=now)[:_MOST_USES]
