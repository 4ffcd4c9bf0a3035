"""The schema is true: what a fuzzer derives from it never breaks the API."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from marketplace.api import throttling
from marketplace.config.wsgi import application
from marketplace.db.limits import Limit
from tests.factories import NOW, OfferFactory, UserFactory, seller
from vendors.services.tokens import SCOPES, TokenTerms, issue_token

# What the schema cannot say: a cursor or number that exists.
UNKNOWABLE = [positive_data_acceptance, negative_data_rejection]

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")

    assert "listOffers" in capsys.readouterr().out


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Leave the test's connection open between requests, as Django's client does."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
def test_a_fuzzer_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # It tries without a token over and over, and wants to hear 401 each time.
    monkeypatch.setattr(throttling, "PER_ADDRESS", Limit(most=100_000, seconds=60))
    partner = seller("Bakery")
    OfferFactory.create(partner=partner)
    _token, secret = issue_token(
        vendor=partner.vendor,
        terms=TokenTerms(name="Fuzz", scopes=SCOPES),
        user_id=UserFactory.create().pk,
        now=NOW,
    )
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)

    for operation in schema.get_all_operations():
        _fuzz(operation.ok(), headers)


def _fuzz(operation, headers) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case) -> None:
        case.call_and_validate(headers=headers, excluded_checks=UNKNOWABLE)

    check()
