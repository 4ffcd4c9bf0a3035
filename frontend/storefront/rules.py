"""The points rule as pages show it, remembered for a minute; placing reads it anew."""

from datetime import datetime

from django.core.cache import cache

from loyalty.selectors import rule_at
from loyalty.worth import Rule

_SECONDS = 60


def shown_rule(currency: str, *, now: datetime) -> Rule | None:
    """Return the rule of a currency, at most a minute old."""
    key = f"points-rule:{currency}"
    rule: Rule | None = cache.get(key)
    if rule is None:
        rule = rule_at(currency, now=now)
        cache.set(key, rule, _SECONDS)
    return rule
