"""Which engine answers: Elasticsearch where it is set and well, else PostgreSQL."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings

from search.access import key_in
from search.backends import lag
from search.backends.base import (
    EngineDownError,
    NotUnderstoodError,
    ProductQuery,
    ResultPage,
    SearchBackend,
    Suggestions,
)
from search.backends.breaker import Breaker
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from search.ranking import USUAL_WEIGHTS, Weights

Asked = TypeVar("Asked")
Found = TypeVar("Found")

# An answer may take several calls, of which each may take as long.
SLOW_SECONDS = 1.0

log = logging.getLogger(__name__)
breaker = Breaker()


def mirror_engine() -> SearchBackend | None:
    """Return the engine beside PostgreSQL, if the settings name one."""
    if not settings.ELASTICSEARCH_URL:
        return None
    return _elasticsearch(
        settings.ELASTICSEARCH_URL,
        settings.SEARCH_INDEX_PREFIX,
        key_in(settings.ELASTICSEARCH_API_KEY_FILE),
    )


def search(query: ProductQuery) -> ResultPage:
    """Answer by the first engine that can; `is_fallback` tells of a stand-in."""
    engine = mirror_engine()
    if engine is not None and _is_well(engine):
        found = _tried(engine.search, query)
        if found is not None:
            return found
    page = PostgresBackend().search(query)
    return replace(page, is_fallback=engine is not None)


def suggest(
    prefix: str, *, currency: str, limit: int, weights: Weights = USUAL_WEIGHTS
) -> Suggestions:
    """Suggest products by the first engine that can."""
    how: Any = {"currency": currency, "limit": limit, "weights": weights}
    engine = mirror_engine()
    if engine is not None and _is_well(engine):
        found = _tried(partial(engine.suggest, **how), prefix)
        if found is not None:
            return found
    return PostgresBackend().suggest(prefix, **how)


def answers() -> bool:
    """Say whether the engine that the settings name answers; one call, if it may be."""
    engine = mirror_engine()
    return engine is None or (not _is_left_alone(engine) and _look(engine))


def _is_well(engine: SearchBackend) -> bool:
    """Say whether an engine is to be asked: it answered last, and lacks nothing.

    Nobody who searches waits for one that was down: a thread looks whether it is back.
    """
    return not _is_left_alone(engine) and not lag.is_behind()


def _is_left_alone(engine: SearchBackend) -> bool:
    """Say whether an engine failed too often to be asked; look whether it is back."""
    if breaker.is_open and breaker.takes_a_look():
        Thread(target=_look, args=(engine,), name="search-look", daemon=True).start()
    return breaker.is_open


def _look(engine: SearchBackend) -> bool:
    asked = ProductQuery(currency=settings.CURRENCY, page_size=1)
    return _tried(engine.search, asked) is not None


def _tried(ask: Callable[[Asked], Found], asked: Asked) -> Found | None:
    """Return the answer of an engine that may be down, or None when it is.

    One that answers too late counts as failing too, though its answer is taken. A query
    that it does not take is answered by PostgreSQL, but nobody else's is: else whoever
    finds such a query could take the engine from everybody.
    """
    began = monotonic()
    try:
        found = ask(asked)
    except NotUnderstoodError:
        log.exception("Elasticsearch does not take this: %r", asked)
        return None
    except EngineDownError as fault:
        breaker.failed()
        log.warning("Search falls back to PostgreSQL: %s", fault)
        return None
    if monotonic() - began > SLOW_SECONDS:
        breaker.failed()
        log.warning("Elasticsearch answers late.")
    else:
        breaker.succeeded()
    return found


@lru_cache(maxsize=4)
def _elasticsearch(url: str, prefix: str, api_key: str) -> ElasticsearchBackend:
    return ElasticsearchBackend(url, prefix=prefix, api_key=api_key)
