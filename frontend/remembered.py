"""What pages may say seconds late: nothing private, and never what is for sale there.

The offers of a product are read for each page. What stands beside them (cards, what is
browsed, reviews) may be as old as the search index and the seconds given here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.cache import BaseCache, caches

from loyalty.selectors import earned_lately, rule_at
from loyalty.worth import Rule

_SECONDS = 60
# Each process learns by itself, so two looks may differ for as long as this.
_NEAR_SECONDS = 30
Found = TypeVar("Found")


def remembered(key: str, find: Callable[[], Found], *, seconds: int = 0) -> Found:
    """Return what was found for `key` within these seconds, or find it now."""
    return _kept(caches["pages"], key, find, seconds or _SECONDS)


def remembered_here(key: str, find: Callable[[], Found]) -> Found:
    """Remember in this process what is small and asked for by nearly every page."""
    return _kept(caches["process"], key, find, _NEAR_SECONDS)


def shown_rule(
    currency: str, *, user_id: int | None = None, now: datetime
) -> Rule | None:
    """Return the points rule of a currency, at somebody's rate.

    Placing an order reads it anew. One query where there are tiers and an account.
    """
    key = f"points-rule:{currency}"
    rule = remembered_here(key, lambda: rule_at(currency, now=now))
    if rule is None or not rule.tiers or user_id is None:
        return rule
    return rule.at_rate_of(earned_lately(user_id, rule=rule, now=now))


def _kept(place: BaseCache, key: str, find: Callable[[], Found], seconds: int) -> Found:
    # In a tuple, so that nothing found is remembered too.
    kept: tuple[Found] | None = place.get(key)
    if kept is None:
        kept = (find(),)
        place.set(key, kept, seconds)
    return kept[0]
