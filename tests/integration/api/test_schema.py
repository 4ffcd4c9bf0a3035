"""The schema is true: what a fuzzer derives from it never breaks the API."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from marketplace.config.wsgi import application
from tests.factories import NOW, OfferFactory, UserFactory, seller
from vendors.services.tokens import SCOPES, issue_token

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
def test_a_fuzzer_finds_nothing() -> None:
    partner = seller("Bakery")
    OfferFactory.create(partner=partner)
    _token, secret = issue_token(
        vendor=partner.vendor,
        name="Fuzz",
        scopes=SCOPES,
        user_id=UserFactory.create().pk,
        now=NOW,
    )
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)

    for operation in schema.get_all_operations():
        _fuzz(operation.ok(), headers)


def _fuzz(operation, headers) -> None:
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @schemathesis_given(operation)
    def check(case) -> None:
        case.call_and_validate(headers=headers, excluded_checks=UNKNOWABLE)

    check()


def schemathesis_given(operation):
    from hypothesis import given  # noqa: PLC0415

    return given(case=operation.as_strategy())
