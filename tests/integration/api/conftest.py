"""A shop with a token, and a client that shows it."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.factories import NOW, UserFactory, seller
from vendors.models import Vendor
from vendors.services.tokens import SCOPES, TokenTerms, issue_token

Client = Callable[..., APIClient]


@pytest.fixture
def bakery(db: None) -> Vendor:
    return seller("Bakery").vendor


@pytest.fixture
def bindery(db: None) -> Vendor:
    return seller("Bindery").vendor


@pytest.fixture
def client_of() -> Client:
    """Return a client with a token of a shop, of all scopes unless some are named."""

    def make(vendor: Vendor, *scopes: str) -> APIClient:
        _token, secret = issue_token(
            vendor=vendor,
            terms=TokenTerms(name="Test", scopes=scopes or SCOPES),
            user_id=UserFactory.create().pk,
            now=NOW,
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make
