from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from search import services
from search.backends import engines
from search.backends.elasticsearch import ElasticsearchBackend
from tests.factories import NOW, OfferFactory, ProductFactory
from tests.integration.search.market import Market, open_market


@pytest.fixture(autouse=True)
def postgres_alone(settings):
    """These tests are about our side; tests/conformance asks every engine."""
    settings.ELASTICSEARCH_URL = ""
    engines.breaker.succeeded()


@pytest.fixture
def market(db) -> Market:
    return open_market()


@dataclass(frozen=True)
class Engine:
    """The engine that answers, and the one beside PostgreSQL, if it is that."""

    name: str
    beside: ElasticsearchBackend | None = None

    def settle(self) -> None:
        """Show what was written now, not in a second."""
        if self.beside is not None:
            self.beside.refresh()


@pytest.fixture(params=["postgresql", "elasticsearch"])
def engine(
    request: pytest.FixtureRequest,
    postgres_alone: None,
    settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """The site on PostgreSQL alone, then on a real Elasticsearch; both are empty."""
    if request.param == "postgresql":
        yield Engine(request.param)
        return
    settings.ELASTICSEARCH_URL = request.getfixturevalue("elasticsearch_url")
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid4().hex[:8]}"
    # A busy machine may be slow; the site itself would not wait so long.
    patient = ElasticsearchBackend(
        settings.ELASTICSEARCH_URL, prefix=settings.SEARCH_INDEX_PREFIX, timeout=20
    )
    monkeypatch.setattr(engines, "_elasticsearch", lambda *_: patient)
    monkeypatch.setattr(engines, "SLOW_SECONDS", 20)
    yield Engine(request.param, patient)
    patient.drop()


@pytest.fixture
def many(market: Market) -> None:
    """More products of everything than a page holds."""
    for number in range(60):
        product = ProductFactory.create(
            title=f"Teapot {number}", category=market.tea, facts={"colour": "Red"}
        )
        OfferFactory.create(product=product, partner=market.bakery)
    services.rebuild(NOW)
