"""What the page of the keys says of the API is what the API does."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from marketplace.api.permissions import OPEN
from marketplace.api.schema import SCOPE
from tests.integration.portal.conftest import NOW
from tests.integration.sale import Sale
from vendors.models import Vendor
from vendors.services.tokens import SCOPES, TokenTerms, issue_token, revoke_token

HERE = "portal-tokens"


@pytest.fixture
def system(bindery: Vendor) -> APIClient:
    """A program of the bindery's, at our public address."""
    _token, secret = issue_token(
        vendor=bindery,
        terms=TokenTerms(name="Till", scopes=SCOPES),
        user_id=bindery.members.get().user_id,
        now=NOW,
    )
    client = APIClient(HTTP_HOST=settings.PUBLIC_URL.split("//")[1])
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def page(owner: Client):
    return owner.get(reverse(HERE, kwargs={"handle": "bindery"}))


def shape_of(value: object) -> object:
    """Return names and kinds alone; what may be nothing is of every kind."""
    if isinstance(value, dict):
        return {name: shape_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape_of(each) for each in value[:1]]
    return type(value).__name__


def test_the_first_answer_is_what_the_call_answers_with_the_address_covered(
    owner: Client, sale: Sale, system: APIClient
) -> None:
    shown = page(owner).context

    answer = system.get(shown["first"].address).json()

    (order,) = answer["results"]
    order["ship_to"] = dict.fromkeys(order["ship_to"], "…")
    assert json.loads(shown["answer"]) == answer
    assert shown["first"].is_own
    assert shown["curl"].startswith(f'curl "{shown["first"].address}" ')


def test_where_nothing_waits_the_last_order_is_shown(
    owner: Client, sale: Sale, bindery: Vendor, system: APIClient
) -> None:
    bindery.orders.update(state="shipped")

    first = page(owner).context["first"]

    assert first.address.endswith("?limit=1")
    assert (
        first.answer["results"][0]["number"]
        == (system.get(first.address).json()["results"][0]["number"])
    )


def test_a_shop_without_an_order_sees_an_example_of_the_true_shape(
    owner: Client, bindery: Vendor, request: pytest.FixtureRequest
) -> None:
    example = page(owner).context["first"]

    request.getfixturevalue("sale")
    own = page(owner).context["first"]

    assert (example.is_own, own.is_own) == (False, True)
    (shown,), (true,) = example.answer["results"], own.answer["results"]
    assert {**example.answer, "results": []} == {**own.answer, "results": []}
    assert shown.keys() == true.keys()
    assert shape_of(shown["lines"]) == shape_of(true["lines"])
    assert shown["ship_to"].keys() == true["ship_to"].keys()
    for name in shown.keys() - {"lines", "parcels", "ship_to"}:
        kinds = {type(shown[name]), type(true[name])} - {type(None)}
        assert len(kinds) <= 1, name


def test_every_call_of_the_schema_stands_there_with_its_scope(
    owner: Client, bindery: Vendor
) -> None:
    schema = SchemaGenerator().get_schema(public=True)

    answer = page(owner)

    told = [
        (row["call"].method, row["call"].path, row["call"].scope, row["does"])
        for row in answer.context["calls"]
    ]
    assert told == [
        (
            method.upper(),
            path,
            "" if operation[SCOPE] == OPEN else operation[SCOPE],
            operation["summary"],
        )
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    assert "/api/v1/orders/{number}/ship/" in answer.content.decode()


def test_the_limit_shows_what_each_key_in_force_has_used_and_counts_nothing(
    owner: Client, bindery: Vendor, system: APIClient
) -> None:
    old, _secret = issue_token(
        vendor=bindery,
        terms=TokenTerms(name="Old", scopes=SCOPES),
        user_id=bindery.members.get().user_id,
        now=NOW,
    )
    revoke_token(token=old, now=NOW)

    answers = [system.get("/api/v1/balance/") for _ in range(3)]
    shown = [page(owner).context for _ in range(2)]

    most = int(answers[-1]["RateLimit-Limit"])
    used = most - int(answers[-1]["RateLimit-Remaining"])
    assert [context["most_a_minute"] for context in shown] == [most, most]
    assert [
        [(use.token.name, use.used) for use in context["uses"]] for context in shown
    ] == [[("Till", used)]] * 2
