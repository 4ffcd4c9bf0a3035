"""Whether the engine beside PostgreSQL lacks what was written: known to every process.

An engine that comes back is well before it is true: what left meanwhile is still in it.
"""

from django.core.cache import cache, caches

_KEY = "search-lags"
# So long after others has a process learnt of it.
_SECONDS = 1


def note(*, is_behind: bool) -> None:
    """Remember that the engine lacks something, or has everything."""
    if is_behind:
        cache.set(_KEY, value=True, timeout=None)
    else:
        cache.delete(_KEY)
    caches["process"].delete(_KEY)


def is_behind() -> bool:
    """Say whether the engine lacks something that could not be brought to it."""
    kept: bool | None = caches["process"].get(_KEY)
    if kept is None:
        kept = bool(cache.get(_KEY))
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept
