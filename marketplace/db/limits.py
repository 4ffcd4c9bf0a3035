"""One small limiter for pages and API: so many in a window.

What guards a secret or somebody's mailbox is counted in the database, without which
nothing can be tried. What guards against load is counted in Valkey, and while that is
away by each process for itself.
"""

from collections.abc import Collection
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
    resets_in = limit.seconds - moment % limit.seconds
    used = _count(_key(name, who, limit, now), limit)
    return Allowance(
        is_allowed=used <= limit.most,
        most=limit.most,
        left=max(0, limit.most - used),
        resets_in=resets_in,
    )


def used(
    *, name: str, who: Collection[str], limit: Limit, now: datetime
) -> dict[str, int]:
    """Return how often each of `who` has used a limit in the window that runs.

    It counts nothing. While Valkey is away, it knows of this process alone.
    """
    keys = {one: _key(name, one, limit, now) for one in who}
    places = ["default"] if limit.is_strict else ["pages", "process"]
    found = [caches[place].get_many(list(keys.values())) for place in places]
    return {
        one: max(int(counted.get(key, 0)) for counted in found)
        for one, key in keys.items()
    }


def _key(name: str, who: str, limit: Limit, now: datetime) -> str:
    return f"limit:{name}:{who}:{int(now.timestamp()) // limit.seconds}"


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
