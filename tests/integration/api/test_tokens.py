"""Who may ask the API, and how often."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from rest_framework.test import APIClient

from marketplace.api import throttling
from marketplace.db import clock
from marketplace.db.limits import Limit
from tests.factories import NOW
from tests.integration.api.conftest import Client
from vendors.models import ApiToken, Vendor
from vendors.services.tokens import revoke_token

ADDRESSES = [
    "/api/v1/products/",
    "/api/v1/offers/",
    "/api/v1/orders/",
    "/api/v1/orders/NOPE-1/",
    "/api/v1/balance/",
    "/api/v1/statement-lines/",
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_token_nothing_is_told(address: str) -> None:
    answer = APIClient().get(address)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("secret", ["", "nonsense", "cpt_" + "x" * 43, "é", "a b c"])
def test_a_wrong_token_is_refused(secret: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}".encode().decode("latin-1"))

    answer = client.get("/api/v1/offers/")

    assert answer.status_code == 401


def test_a_revoked_token_is_refused_at_once(bakery: Vendor, client_of: Client) -> None:
    client = client_of(bakery)
    assert client.get("/api/v1/offers/").status_code == 200

    revoke_token(token=ApiToken.objects.get(), now=NOW)

    assert client.get("/api/v1/offers/").status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "address", "status"),
    [
        ("offers:read", "get", "/api/v1/offers/", 200),
        ("offers:read", "put", "/api/v1/offers/", 403),
        ("offers:read", "get", "/api/v1/orders/", 403),
        ("offers:write", "get", "/api/v1/offers/", 403),
        ("orders:read", "get", "/api/v1/orders/", 200),
        ("orders:read", "post", "/api/v1/orders/X-1/ship/", 403),
        ("orders:read", "get", "/api/v1/balance/", 403),
        ("balance:read", "get", "/api/v1/balance/", 200),
        ("balance:read", "get", "/api/v1/products/", 200),
    ],
)
def test_a_scope_opens_its_own_door_only(
    scope: str,
    method: str,
    address: str,
    status: int,
    bakery: Vendor,
    client_of: Client,
) -> None:
    answer = getattr(client_of(bakery, scope), method)(address, format="json")

    assert answer.status_code == status


def test_the_secret_itself_is_kept_nowhere(bakery: Vendor, client_of: Client) -> None:
    client = client_of(bakery)
    secret = client._credentials["HTTP_AUTHORIZATION"].split()[1]

    row = ApiToken.objects.values().get()

    assert secret not in str(row)
    assert len(row["digest"]) == 64


def test_too_many_requests_are_told_when_to_come_back(
    bakery: Vendor, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "PER_TOKEN", Limit(most=2, seconds=3600))
    client = client_of(bakery)

    answers = [client.get("/api/v1/balance/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert int(answers[2]["Retry-After"]) > 0
    assert answers[2].json()["code"] == "throttled"


def test_whoever_shows_no_token_is_counted_by_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttling, "PER_ADDRESS", Limit(most=2, seconds=3600))
    client = APIClient()

    answers = [client.get("/api/v1/balance/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert [answer["RateLimit-Limit"] for answer in answers] == ["2", "2", "2"]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert int(answers[2]["Retry-After"]) > 0
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert answers[2].json()["code"] == "throttled"
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="Comptoir"'


def test_guessing_tokens_ends_at_the_limit_of_the_address(
    bakery: Vendor, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "PER_ADDRESS", Limit(most=2, seconds=3600))
    guesser = APIClient()

    answers = []
    for guess in range(3):
        guesser.credentials(HTTP_AUTHORIZATION=f"Bearer cpt_{guess}")
        answers.append(guesser.get("/api/v1/offers/").status_code)
    with_token = client_of(bakery).get("/api/v1/offers/")

    assert answers == [401, 401, 429]
    assert with_token.status_code == 200


def test_a_token_without_the_scope_is_counted_too(
    bakery: Vendor, client_of: Client
) -> None:
    client = client_of(bakery, "offers:read")

    answers = [client.get("/api/v1/balance/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["599", "598"]


def test_visitors_behind_our_own_front_server_are_counted_apart(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_PROXIES = 1
    monkeypatch.setattr(throttling, "PER_ADDRESS", Limit(most=1, seconds=3600))
    # What the visitor says of themselves stands before what our front server saw.
    senders = ["6.6.6.6, 203.0.113.1", "7.7.7.7, 203.0.113.1", "203.0.113.2"]

    answers = [
        APIClient().get("/api/v1/balance/", HTTP_X_FORWARDED_FOR=sender).status_code
        for sender in senders
    ]

    assert answers == [401, 429, 401]


def test_a_token_opens_on_its_last_day_and_says_afterwards_that_it_has_ended(
    bakery: Vendor, client_of: Client
) -> None:
    client = client_of(bakery)
    today = timezone.localdate(clock.now())
    ApiToken.objects.update(ends_on=today)
    on_the_day = client.get("/api/v1/offers/")
    last = today - timedelta(days=1)
    ApiToken.objects.update(ends_on=last)

    after = client.get("/api/v1/offers/")

    assert (on_the_day.status_code, after.status_code) == (200, 401)
    assert (after.json()["code"], after.json()["detail"]) == (
        "token_ended",
        f"This token held until {last}. Make a new one in the portal under API.",
    )
    assert after["WWW-Authenticate"] == 'Bearer realm="Comptoir"'
