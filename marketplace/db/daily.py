"""Who does the same again on the same day is counted once, and is nobody afterwards.

A visitor's address is mixed with what they do and a secret of the day. The secret is
drawn by lot and forgotten with the day, in the cache like the marks: nothing in the
database, nor in the cache of another day, leads from what was counted to who did it.
"""

import hmac
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes

from django.core.cache import caches
from django.utils import timezone

_DAY = 24 * 3600
# Whoever has an address of IPv6 has at least all those that begin alike.
_OWN_BITS = 64


def mark_of(*, who: str, did: str, now: datetime) -> str:
    """Return under which name something that a visitor does is known today.

    The day is that of the shop's clock.
    """
    drawn = token_bytes(32)
    name = f"day-secret:{timezone.localdate(now)}"
    secret = caches["pages"].get_or_set(name, drawn, _DAY) or drawn
    said = f"{_household(who)}\n{did}".encode()
    return f"did:{hmac.new(secret, said, 'sha256').hexdigest()}"


def known(mark: str) -> int | None:
    """Return the row of today's first time, if there was one."""
    row_id: int | None = caches["pages"].get(mark)
    return row_id


def is_first(mark: str) -> bool:
    """Say whether this is the first time; of two at once, one is told so.

    While the cache is away nobody is: rather too few are counted than one too often.
    """
    return times(mark) == 1


def times(mark: str) -> int:
    """Count once more and return how often it was today; 0 while the cache is away."""
    cache, name = caches["pages"], f"{mark}:times"
    cache.add(name, 0, _DAY)
    try:
        return cache.incr(name)
    except ValueError:
        return 0


def remember(mark: str, row_id: int) -> None:
    """Keep the row of the first time for the rest of the day."""
    caches["pages"].set(mark, row_id, _DAY)


def _household(who: str) -> str:
    try:
        address = ip_address(who)
    except ValueError:
        return who
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(int(address) >> (128 - _OWN_BITS))
