"""What pages may say a minute late: never a price or a stock, and nothing private."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache

from loyalty.selectors import rule_at
from loyalty.worth import Rule

_SECONDS = 60
Found = TypeVar("Found")


def remembered(key: str, find: Callable[[], Found]) -> Found:
    """Return what was found for `key` within the last minute, or find it now."""
    # In a tuple, so that nothing found is remembered too.
    kept: tuple[Found] | None = cache.get(key)
    if kept is None:
        kept = (find(),)
        cache.set(key, kept, _SECONDS)
    return kept[0]


def shown_rule(currency: str, *, now: datetime) -> Rule | None:
    """Return the points rule of a currency; placing an order reads it anew."""
    return remembered(f"points-rule:{currency}", lambda: rule_at(currency, now=now))
