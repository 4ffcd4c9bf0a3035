"""One small limiter for pages and API: so many in a window, counted in Valkey."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in `seconds`."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit, and when it begins anew."""

    is_allowed: bool
    most: int
    left: int
    resets_in: int


def take(*, name: str, who: str, limit: Limit, now: datetime) -> Allowance:
    """Count one use by `who` and say whether it is within the limit.

    A window starts at full multiples of its length; the counter is incremented
    atomically, so many processes share it. While Valkey is away nobody is counted.
    """
    moment = int(now.timestamp())
    window = moment // limit.seconds
    resets_in = (window + 1) * limit.seconds - moment
    key = f"limit:{name}:{who}:{window}"
    cache.add(key, 0, timeout=2 * limit.seconds)
    try:
        used = cache.incr(key)
    except ValueError:
        used = 0
    return Allowance(
        is_allowed=used <= limit.most,
        most=limit.most,
        left=max(0, limit.most - used),
        resets_in=resets_in,
    )
