from collections.abc import Iterator
from typing import cast

import pytest
from django.test import Client

from marketplace.accounts.models import User
from payouts.gateway import Gateway, using
from tests.factories import UserFactory
from tests.integration.buying.browsing import OnePage
from tests.integration.buying.market import Market, open_market


@pytest.fixture
def market(db: None) -> Market:
    return open_market()


@pytest.fixture
def anna(db: None) -> User:
    return UserFactory.create(email="anna@example.org")


@pytest.fixture
def hers(anna: User) -> Client:
    """Anna's browser."""
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def stripe() -> Iterator[None]:
    """Let whoever pays come to one and the same page."""
    with using(cast("Gateway", OnePage())):
        yield
