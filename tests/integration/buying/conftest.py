import pytest

from tests.integration.buying.market import Market, open_market


@pytest.fixture
def market(db: None) -> Market:
    return open_market()
