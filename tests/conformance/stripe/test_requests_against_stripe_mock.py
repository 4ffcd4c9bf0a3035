"""What the sandbox accepts, Stripe would accept too: Stripe's own check of requests.

What the journeys send is checked the same way at the end of each: journeys/conftest.py.
"""

from typing import Any

import pytest

from . import story
from .sandbox import Sandbox
from .stripe_mock import StripeMock, flat, refusal, refusals


@pytest.fixture(autouse=True)
def needs_the_mock(stripe_mock: StripeMock) -> None:
    if stripe_mock.missing:
        pytest.skip(stripe_mock.missing)


@pytest.fixture(scope="module")
def recorded(sandbox_process: Sandbox) -> list[dict[str, Any]]:
    sandbox_process.control("POST", "reset")
    told = story.play(sandbox_process)
    story.everything(sandbox_process, told)
    data: list[dict[str, Any]] = sandbox_process.control("GET", "requests", limit=1000)[
        "data"
    ]
    return data


def test_stripe_accepts_what_the_sandbox_accepts(
    stripe_mock: StripeMock, recorded: list[dict[str, Any]]
) -> None:
    accepted = [request for request in recorded if request["status"] == 200]

    assert refusals(stripe_mock, accepted) == set()
    assert len(accepted) > 40


def test_stripe_mock_refuses_an_unknown_parameter_as_the_sandbox_does(
    stripe_mock: StripeMock, sandbox: Sandbox
) -> None:
    request = {
        "method": "POST",
        "path": "/v1/transfers",
        "params": {
            "amount": 1,
            "currency": "eur",
            "destination": "acct_1",
            "application_fee_amount": 1,
        },
    }

    ours = sandbox.raw("POST", "/v1/transfers", data=flat(request["params"]))

    theirs = refusal(stripe_mock, request)
    assert "additional properties are not allowed" in theirs
    assert "application_fee_amount" in ours.text


@pytest.mark.parametrize(
    ("method", "path", "params", "told"),
    [
        ("POST", "/v2/core/accounts", {"display_name": 1}, "display_name"),
        ("POST", "/v2/core/accounts", {"displayname": "Bakery"}, "displayname"),
        ("GET", "/v2/core/accounts", {"limits": "1"}, "limits"),
        ("GET", "/v2/core/vault", {}, "nobody checks it"),
        ("POST", "/v2/core/accounts/acct_1/close", {}, "nobody checks it"),
    ],
)
def test_a_request_of_v2_that_the_document_does_not_know_is_a_problem(
    method: str, path: str, params: dict[str, Any], told: str, stripe_mock: StripeMock
) -> None:
    request = {"method": method, "path": path, "params": params}

    assert told in refusal(stripe_mock, request)
