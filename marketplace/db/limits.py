"""One small limiter for pages and API: so many in a window.

What guards a secret or somebody's mailbox is counted in the database, without which
nothing can be tried. What guards against load is counted in Valkey, and while that is
away by each process for itself.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import BaseCache, caches


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in `seconds`; `is_strict` if that must hold at all times."""

    most: int
    seconds: int
    is_strict: bool = False


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
    atomically, so many processes share it.
    """
    moment = int(now.timestamp())
    window = moment // limit.seconds
    resets_in = (window + 1) * limit.seconds - moment
    key = f"limit:{name}:{who}:{window}"
    used = _count(key, limit)
    return Allowance(
        is_allowed=used <= limit.most,
        most=limit.most,
        left=max(0, limit.most - used),
        resets_in=resets_in,
    )


def _count(key: str, limit: Limit) -> int:
    if limit.is_strict:
        return _count_in(caches["default"], key, limit)
    try:
        return _count_in(caches["pages"], key, limit)
    except ValueError:
        return _count_in(caches["process"], key, limit)


def _count_in(place: BaseCache, key: str, limit: Limit) -> int:
    place.add(key, 0, timeout=2 * limit.seconds)
    return place.incr(key)
