import pytest

from search.backends import engines
from tests.integration.search.market import Market, open_market


@pytest.fixture(autouse=True)
def postgres_alone(settings):
    """These tests are about our side; tests/conformance asks every engine."""
    settings.ELASTICSEARCH_URL = ""
    engines.breaker.succeeded()


@pytest.fixture
def market(db) -> Market:
    return open_market()
