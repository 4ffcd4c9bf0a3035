"""Every call x every scope: what a token opens, read from the schema itself."""

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from marketplace.api.base import SellerView
from marketplace.api.money import BalanceView
from marketplace.api.permissions import OPEN
from marketplace.api.schema import SCOPE
from tests.integration.api.conftest import Client
from vendors.models import Vendor
from vendors.services.tokens import SCOPES

CALLS = {
    f"{method.upper()} {path}": operation.get(SCOPE)
    for path, operations in SchemaGenerator().get_schema(public=True)["paths"].items()
    for method, operation in operations.items()
}
REFUSED = 403

pytestmark = pytest.mark.django_db


def ask(client: APIClient, call: str, *, method: str = "") -> int:
    named, path = call.split()
    address = path.format(number="X-1", period="2026-10")
    return client.generic(
        method or named, address, "{}", "application/json"
    ).status_code


def test_every_call_names_its_scope_and_every_scope_opens_something() -> None:
    assert {scope for scope in CALLS.values() if scope != OPEN} == set(SCOPES)


def test_every_method_that_a_view_answers_is_in_the_schema_with_its_scope() -> None:
    views = {
        pattern.callback.view_class
        for pattern in get_resolver("marketplace.api.urls").url_patterns
        if issubclass(getattr(pattern.callback, "view_class", object), SellerView)
    }

    unnamed = {
        (view.__name__, method)
        for view in views
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method) and method.upper() not in view.scopes
    }

    assert unnamed == set()


@pytest.mark.parametrize("call", CALLS)
def test_a_call_opens_to_the_token_with_its_scope_alone(
    call: str, bakery: Vendor, client_of: Client
) -> None:
    opened = {
        scope for scope in SCOPES if ask(client_of(bakery, scope), call) != REFUSED
    }

    assert opened == (set(SCOPES) if CALLS[call] == OPEN else {CALLS[call]})


@pytest.mark.parametrize("call", [call for call in CALLS if CALLS[call] != OPEN])
def test_who_is_refused_reads_which_scope_is_missing(
    call: str, bakery: Vendor, client_of: Client
) -> None:
    method, path = call.split()
    others = set(SCOPES) - {CALLS[call]}
    address = path.format(number="X-1", period="2026-10")

    answer = client_of(bakery, *others).generic(
        method, address, "{}", "application/json"
    )

    assert answer.json()["detail"] == (
        f"This token may not do that: it needs the scope {CALLS[call]}."
        " Its scopes are set when it is made."
    )


def test_the_schema_says_what_a_refusal_names() -> None:
    put = SchemaGenerator().get_schema(public=True)["paths"]["/api/v1/offers/"]["put"]

    assert put["responses"]["403"]["description"] == (
        "The token lacks `offers:write`: `detail` says so."
    )


@pytest.mark.parametrize("call", [call for call in CALLS if call.startswith("GET")])
def test_who_may_not_read_may_not_ask_for_the_head_either(
    call: str, bakery: Vendor, client_of: Client
) -> None:
    other = next(scope for scope in SCOPES if scope != CALLS[call])
    refused = ask(client_of(bakery, other), call, method="HEAD") == REFUSED

    assert refused == (CALLS[call] != OPEN)


def test_the_schema_says_the_scope_in_words_too() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]

    put, search = paths["/api/v1/offers/"]["put"], paths["/api/v1/products/"]["get"]

    assert put["description"].endswith("Scope: `offers:write`.")
    assert search["description"].endswith("Every token may.")


def test_what_a_view_answers_without_naming_a_scope_is_closed(
    bakery: Vendor, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BalanceView, "scopes", {})

    assert client_of(bakery).get("/api/v1/balance/").status_code == REFUSED
    assert client_of(bakery).post("/api/v1/balance/").status_code == 405
