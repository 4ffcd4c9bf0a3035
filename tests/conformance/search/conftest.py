"""The engines, each filled with the same documents."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from search.backends.base import ProductQuery, ResultPage, SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from tests.conformance.search.shelf import SHELF

Find = Callable[..., list[int]]


@pytest.fixture(scope="session")
def running_elasticsearch(elasticsearch_url: str) -> Iterator[ElasticsearchBackend]:
    engine = ElasticsearchBackend(
        elasticsearch_url, prefix=f"test-{uuid4().hex[:8]}", timeout=20
    )
    yield engine
    engine.drop()


@pytest.fixture(params=["postgresql", "elasticsearch"])
def empty_engine(request: pytest.FixtureRequest, db: None) -> SearchBackend:
    """An engine that knows nothing yet."""
    if request.param == "postgresql":
        return PostgresBackend()
    engine: ElasticsearchBackend = request.getfixturevalue("running_elasticsearch")
    engine.drop()
    return engine


@pytest.fixture(scope="session")
def shelf_in_elasticsearch(elasticsearch_url: str) -> Iterator[ElasticsearchBackend]:
    engine = ElasticsearchBackend(
        elasticsearch_url, prefix=f"test-{uuid4().hex[:8]}", timeout=20
    )
    engine.rebuild([SHELF], version=1)
    yield engine
    engine.drop()


@pytest.fixture(params=["postgresql", "elasticsearch"])
def engine(request: pytest.FixtureRequest, db: None) -> SearchBackend:
    """An engine that knows the shelf; for reading only."""
    if request.param == "elasticsearch":
        found: ElasticsearchBackend = request.getfixturevalue("shelf_in_elasticsearch")
        return found
    postgres = PostgresBackend()
    postgres.rebuild([SHELF], version=1)
    return postgres


def settled(engine: SearchBackend) -> None:
    """Make an engine show what was written."""
    if isinstance(engine, ElasticsearchBackend):
        engine.refresh()


@pytest.fixture
def ask(engine: SearchBackend) -> Callable[..., ResultPage]:
    """Ask the engine; keywords are the fields of the query."""

    def ask(text: str = "", **fields: Any) -> ResultPage:
        return engine.search(ProductQuery(text=text, **{"currency": "EUR", **fields}))

    return ask


@pytest.fixture
def found(ask: Callable[..., ResultPage]) -> Find:
    """Return the ids of the hits, in order."""

    def found(text: str = "", **fields: Any) -> list[int]:
        return [hit.product_id for hit in ask(text, **fields).hits]

    return found
