"""Idempotency keys and failures on purpose: nothing is done twice."""

import threading
from typing import Any

import pytest
import stripe

from .sandbox import DAY, Sandbox, Shop

INTENT = {"amount": "5000", "currency": "eur"}


def post(sandbox: Sandbox, key: str, **more: str) -> Any:
    return sandbox.raw(
        "POST",
        "/v1/payment_intents",
        data=INTENT | more,
        headers={"Idempotency-Key": key},
    )


def count(client: stripe.StripeClient) -> int:
    return len(client.v1.payment_intents.list().data)


def test_a_key_replays_the_first_answer(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    first, second = post(sandbox, "k1"), post(sandbox, "k1")

    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(client) == 1


def test_a_key_with_other_parameters_is_refused(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    post(sandbox, "k1")

    other = post(sandbox, "k1", amount="6000")

    assert other.status_code == 400
    assert other.json()["error"]["type"] == "idempotency_error"
    assert count(client) == 1


def test_a_key_belongs_to_one_account(sandbox: Sandbox, shop: Shop) -> None:
    seller = shop.seller()
    headers = {"Idempotency-Key": "k1"}
    path = "/v1/balance_settings"

    sandbox.raw("POST", path, headers=headers)
    theirs = sandbox.raw("POST", path, headers=headers | {"Stripe-Account": seller})

    assert "Idempotent-Replayed" not in theirs.headers


def test_a_refused_parameter_is_not_stored(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    refused = post(sandbox, "k1", invented="1")

    repaired = post(sandbox, "k1")

    assert refused.status_code == 400
    assert repaired.status_code == 200
    assert count(client) == 1


def test_a_declined_card_is_replayed(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    card = {"payment_method": "pm_card_visa_chargeDeclined", "confirm": "true"}

    first, second = post(sandbox, "k1", **card), post(sandbox, "k1", **card)

    assert (first.status_code, second.status_code) == (402, 402)
    assert first.json()["error"]["decline_code"] == "generic_decline"
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.charges.list().data) == 1


def test_a_key_is_forgotten_after_a_day(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    post(sandbox, "k1")
    shop.advance(DAY + 1)

    post(sandbox, "k1")

    assert count(client) == 2


def test_a_second_request_with_a_key_in_use_gets_a_conflict(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="slow", seconds=0.6)
    answers: list[int] = []

    def ask() -> None:
        answers.append(post(sandbox, "k1").status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 409]
    assert count(client) == 1


def test_eight_workers_with_one_key_make_one_transfer(
    sandbox: Sandbox, shop: Shop, client: stripe.StripeClient
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)
    patient = sandbox.client(retries=8)
    params = {"amount": 8800, "currency": "eur", "destination": seller}
    found: list[str] = []

    def send() -> None:
        transfer = patient.v1.transfers.create(
            params | {"source_transaction": charge}, {"idempotency_key": "transfer:1"}
        )
        found.append(transfer.id)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(client.v1.transfers.list().data) == 1


@pytest.mark.parametrize("kind", ["500_before", "500_after", "drop_after"])
def test_the_sdks_retry_heals_a_failure(
    sandbox: Sandbox, client: stripe.StripeClient, kind: str
) -> None:
    sandbox.control("POST", "faults", kind=kind, path="/v1/payment_intents")
    patient = sandbox.client(retries=2)

    intent = patient.v1.payment_intents.create(
        {"amount": 5000, "currency": "eur"}, {"idempotency_key": "k1"}
    )

    assert intent.amount == 5000
    assert count(client) == 1


def test_without_retries_a_cut_line_leaves_the_deed_done(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="drop_after")

    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create({"amount": 5000, "currency": "eur"})

    assert count(client) == 1


def test_a_failure_before_does_nothing(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="500_before")

    answer = post(sandbox, "k1")

    assert answer.status_code == 500
    assert count(client) == 0


def test_a_sticky_failure_is_replayed_though_the_deed_is_done(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="500_sticky")

    answers = [post(sandbox, "k1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert answers[2].headers["Idempotent-Replayed"] == "true"
    assert count(client) == 1


def test_too_many_requests_is_told_as_such(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="429")

    with pytest.raises(stripe.RateLimitError):
        client.v1.payment_intents.create({"amount": 5000, "currency": "eur"})

    assert count(client) == 0


def test_a_fault_strikes_its_path_as_often_as_told(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("POST", "faults", kind="500_before", path="/v1/refunds", count=2)

    spared = post(sandbox, "k1")
    struck = [sandbox.raw("POST", "/v1/refunds").status_code for _ in range(3)]

    assert spared.status_code == 200
    assert struck == [500, 500, 400]
    assert sandbox.control("GET", "faults") == {"data": []}


def test_an_unknown_fault_is_refused_with_the_list(sandbox: Sandbox) -> None:
    response = sandbox.control_response("POST", "faults", kind="fire")

    assert response.status_code == 400
    assert "500_sticky" in response.json()["error"]
