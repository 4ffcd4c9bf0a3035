"""What the sandbox refuses: unknown parameters, live keys, the outside world."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from .sandbox import ROOT, Sandbox, Shop, session_params


def test_an_unknown_parameter_is_refused_by_name(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.transfer(100, seller, application_fee_amount=10)

    assert refusal.value.code == "parameter_unknown"
    assert refusal.value.user_message == (
        "Received unknown parameter: application_fee_amount"
    )
    assert client.v1.transfers.list().data == []


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/checkout/sessions"])
def test_payment_method_types_are_no_longer_supported(
    sandbox: Sandbox, path: str
) -> None:
    response = sandbox.raw("POST", path, data={"payment_method_types[]": "card"})

    error = response.json()["error"]
    assert response.status_code == 400
    assert error["code"] == "payment_method_types_no_longer_supported"


def test_a_nested_unknown_parameter_is_refused_with_its_path(
    client: stripe.StripeClient,
) -> None:
    params = session_params(5000)
    params["payment_intent_data"]["invented"] = "1"

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params)

    assert refusal.value.param == "payment_intent_data[invented]"


def test_a_parameter_that_would_have_no_effect_is_refused(
    client: stripe.StripeClient,
) -> None:
    params: Any = {"amount": 500, "currency": "eur", "application_fee_amount": 10}

    with pytest.raises(stripe.InvalidRequestError, match="does not act on it"):
        client.v1.payment_intents.create(params)

    assert client.v1.payment_intents.list().data == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"currency": "eur"}, "parameter_missing"),
        ({"amount": "many", "currency": "eur"}, "parameter_invalid_integer"),
        ({"amount": "", "currency": "eur"}, "parameter_invalid_empty"),
    ],
)
def test_malformed_parameters_are_refused(
    sandbox: Sandbox, given: dict[str, str], code: str
) -> None:
    response = sandbox.raw("POST", "/v1/payment_intents", data=given)

    error = response.json()["error"]
    assert response.status_code == 400
    assert (error["code"], error["param"]) == (code, "amount")


def test_v2_refuses_what_it_does_not_know(sandbox: Sandbox) -> None:
    response = sandbox.raw("POST", "/v2/core/accounts", json={"type": "express"})

    assert response.status_code == 400
    assert response.json()["error"]["message"] == "Received unknown parameter: type"


def test_a_request_without_a_key_is_refused(sandbox: Sandbox) -> None:
    response = requests.get(f"{sandbox.url}/v1/balance", timeout=20)

    assert response.status_code == 401


def test_basic_authentication_works_as_with_curl(sandbox: Sandbox) -> None:
    response = requests.get(
        f"{sandbox.url}/v1/balance", auth=("sk_test_x", ""), timeout=20
    )

    assert response.status_code == 200


@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc"])
def test_a_live_key_is_refused_and_shown_nowhere(sandbox: Sandbox, key: str) -> None:
    response = sandbox.raw("GET", "/v1/balance", key=key)

    shown = requests.get(f"{sandbox.url}/_sandbox/", timeout=20).text
    assert response.status_code == 401
    assert "live keys" in response.json()["error"]["message"]
    assert key not in response.text + shown
    assert key.encode() not in sandbox.state.read_bytes()


def test_a_number_that_is_no_test_number_is_kept_nowhere(sandbox: Sandbox) -> None:
    number = "4111111111111111"
    card = {"type": "card", "card[number]": number}

    response = sandbox.raw("POST", "/v1/payment_methods", data=card)

    requests_seen = sandbox.control_response("GET", "requests").text
    assert response.status_code == 402
    assert number not in response.text + requests_seen
    assert number.encode() not in sandbox.state.read_bytes()


def test_an_account_that_does_not_exist_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.PermissionError, match="does not have access to account"):
        client.v1.balance.retrieve({}, {"stripe_account": "acct_nobody"})


@pytest.mark.parametrize(
    "path", ["/v1/charges/ch_none", "/v2/core/accounts/acct_none", "/v1/inventions"]
)
def test_what_does_not_exist_is_not_found(sandbox: Sandbox, path: str) -> None:
    response = sandbox.raw("GET", path)

    assert response.status_code == 404
    assert response.json()["error"]["message"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "payouts.stripe_sandbox", "--port", "0"]
    return subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin", **environment},
        timeout=30,
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::"])  # noqa: S104 -- what is refused
def test_it_listens_on_loopback_only(tmp_path: Path, host: str) -> None:
    ended = run("--host", host, "--state", str(tmp_path / "s.sqlite3"))

    assert ended.returncode == 2
    assert "not a loopback address" in ended.stderr


def test_it_does_not_start_beside_a_live_key(tmp_path: Path) -> None:
    state = str(tmp_path / "s.sqlite3")

    ended = run("--state", state, STRIPE_SECRET_KEY="sk_live_51abc")

    assert ended.returncode == 1
    assert "STRIPE_SECRET_KEY holds a live key" in ended.stderr
    assert "sk_live_51abc" not in ended.stderr


def test_two_sandboxes_do_not_share_a_state_file(sandbox: Sandbox) -> None:
    ended = run("--state", str(sandbox.state))

    assert ended.returncode == 1
    assert "in use by another one" in ended.stderr


def test_a_port_that_is_taken_is_named_with_the_way_out(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    port = sandbox.url.rpartition(":")[2]

    ended = run("--state", str(tmp_path / "s.sqlite3"), "--port", port)

    assert ended.returncode == 1
    assert f"port {port} is taken" in ended.stderr
    assert "--port" in ended.stderr


def test_a_malformed_webhook_is_refused_with_the_form(tmp_path: Path) -> None:
    ended = run("--state", str(tmp_path / "s"), "--webhook", "platform=http://x/")

    assert ended.returncode == 1
    assert "KIND=URL=SECRET" in ended.stderr


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_cannot_drive_the_sandbox(
    sandbox: Sandbox, client: stripe.StripeClient, headers: dict[str, str]
) -> None:
    client.v1.customers.create({"email": "anna@example.com"})
    url = f"{sandbox.url}/_sandbox/reset"

    response = requests.post(url, json={}, headers=headers, timeout=20)

    kept = requests.get(f"{sandbox.url}/_sandbox/objects", timeout=20).text
    assert response.status_code == 403
    assert "customer" in kept


def test_a_name_that_was_rebound_to_loopback_is_refused(sandbox: Sandbox) -> None:
    headers = {"Host": "evil.example"}

    response = requests.get(
        f"{sandbox.url}/_sandbox/health", headers=headers, timeout=20
    )

    assert response.status_code == 403
