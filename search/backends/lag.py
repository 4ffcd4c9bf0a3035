"""Whether the engine beside PostgreSQL lacks what was written: known to every process.

An engine that comes back is well before it is true: what left meanwhile is still in it.
It is kept with the documents: a cache that is begun anew would forget it.
"""

from django.core.cache import caches

from search.models import Statistics

_KEY = "search-lags"
# So long after others has a process learnt of it.
_SECONDS = 1


def note(*, is_behind: bool) -> None:
    """Remember that the engine lacks something, or has everything."""
    Statistics.objects.filter(is_behind=not is_behind).update(is_behind=is_behind)
    caches["process"].delete(_KEY)


def is_behind() -> bool:
    """Say whether the engine lacks something that could not be brought to it."""
    kept: bool | None = caches["process"].get(_KEY)
    if kept is None:
        kept = Statistics.objects.filter(is_behind=True).exists()
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept
