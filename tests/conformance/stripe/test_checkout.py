"""Checkout sessions: paid once, refused, challenged, expired, never two of these."""

import threading
from collections import Counter

import pytest
import requests
import stripe

from .sandbox import CARD, Sandbox, Shop, session_params

HALF_HOUR = 1800


def post_page(url: str, number: str) -> requests.Response:
    return requests.post(
        url, data={"number": number}, allow_redirects=False, timeout=20
    )


def test_a_working_card_pays_and_leads_back_to_the_shop(
    client: stripe.StripeClient,
) -> None:
    session = client.v1.checkout.sessions.create(session_params(12_490))

    response = post_page(str(session.url), "4242 4242 4242 4242")

    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    assert response.status_code == 303
    assert response.headers["Location"] == (
        f"http://127.0.0.1:1/done?session={session.id}"
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.payment_intent.metadata["order"] == "100042"
    assert paid.payment_intent.transfer_group == "order:100042"
    assert paid.payment_intent.latest_charge.balance_transaction.fee == 212


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000000002", "card_declined / generic_decline"),
        ("4000000000009995", "card_declined / insufficient_funds"),
        ("4000000000000069", "expired_card"),
    ],
)
def test_a_refused_card_is_told_on_the_page_and_another_pays(
    client: stripe.StripeClient, number: str, code: str
) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))

    refused = requests.post(str(session.url), data={"number": number}, timeout=20)
    after_refusal = client.v1.checkout.sessions.retrieve(session.id)
    post_page(str(session.url), CARD)

    paid = client.v1.checkout.sessions.retrieve(session.id)
    charges = client.v1.charges.list({"payment_intent": str(paid.payment_intent)}).data
    assert 'role="alert"' in refused.text
    assert code in refused.text
    assert (after_refusal.status, after_refusal.payment_status) == ("open", "unpaid")
    assert paid.payment_status == "paid"
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


def test_only_published_test_numbers_are_taken(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))

    response = post_page(str(session.url), "4111111111111111")

    assert response.status_code == 422
    assert client.v1.payment_intents.list().data == []


def test_a_passed_challenge_pays(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))

    challenge = post_page(str(session.url), "4000000000003220").headers["Location"]
    waiting = client.v1.checkout.sessions.retrieve(session.id)
    answer = requests.post(
        challenge, data={"outcome": "complete"}, allow_redirects=False, timeout=20
    )

    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert waiting.payment_status == "unpaid"
    assert answer.headers["Location"].startswith("http://127.0.0.1:1/done")
    assert paid.payment_status == "paid"


def test_a_failed_challenge_charges_nothing(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))
    challenge = post_page(str(session.url), "4000000000003220").headers["Location"]

    page = requests.post(challenge, data={"outcome": "refused"}, timeout=20)

    intent = client.v1.payment_intents.list().data[0]
    assert "The bank did not confirm the payment." in page.text
    assert intent.status == "requires_payment_method"
    assert client.v1.charges.list().data == []


def test_twenty_clicks_make_one_charge(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))
    answers: list[str] = []

    def click() -> None:
        answers.append(post_page(str(session.url), CARD).headers["Location"])

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) == {f"http://127.0.0.1:1/done?session={session.id}"}
    assert len(answers) == 20
    assert len(client.v1.charges.list().data) == 1


def test_a_session_expires_by_the_sandboxs_clock(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    now = sandbox.control("GET", "clock")["now"]
    params = session_params(5000, expires_at=now + HALF_HOUR)
    session = client.v1.checkout.sessions.create(params)
    shop.advance(HALF_HOUR)

    page = requests.get(f"{sandbox.url}/c/pay/{session.id}", timeout=20)
    late = post_page(f"{sandbox.url}/c/pay/{session.id}", CARD)

    expired = client.v1.checkout.sessions.retrieve(session.id)
    assert "This payment session has expired" in page.text
    assert late.headers["Location"] == f"/c/pay/{session.id}"
    assert (expired.status, expired.payment_status) == ("expired", "unpaid")
    assert client.v1.charges.list().data == []


def test_paying_at_the_second_of_expiry_is_either_paid_or_expired(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    outcomes: Counter[tuple[str, int]] = Counter()

    for _ in range(12):
        session = client.v1.checkout.sessions.create(session_params(5000))
        url = str(session.url)
        threads = [
            threading.Thread(target=post_page, args=(url, CARD)),
            threading.Thread(
                target=sandbox.raw,
                args=("POST", f"/v1/checkout/sessions/{session.id}/expire"),
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = client.v1.checkout.sessions.retrieve(session.id)
        intent = after.payment_intent
        found = (
            client.v1.charges.list({"payment_intent": intent}).data if intent else []
        )
        outcomes[str(after.status), len(found)] += 1

    assert set(outcomes) <= {("complete", 1), ("expired", 0)}
    assert outcomes.total() == 12


def test_a_challenge_finished_after_expiry_charges_nothing(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    now = sandbox.control("GET", "clock")["now"]
    params = session_params(5000, expires_at=now + HALF_HOUR)
    session = client.v1.checkout.sessions.create(params)
    challenge = post_page(str(session.url), "4000000000003220").headers["Location"]
    shop.advance(HALF_HOUR)

    requests.post(challenge, data={"outcome": "complete"}, timeout=20)

    after = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent"]}
    )
    assert after.status == "expired"
    assert after.payment_intent.status == "canceled"
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize("seconds", [1700, 90_000])
def test_a_session_lasts_half_an_hour_to_a_day(
    sandbox: Sandbox, client: stripe.StripeClient, seconds: int
) -> None:
    now = sandbox.control("GET", "clock")["now"]

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(
            session_params(5000, expires_at=now + seconds)
        )

    assert refusal.value.param == "expires_at"
    assert client.v1.checkout.sessions.list().data == []


def test_a_paid_session_cannot_be_expired(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))
    sandbox.control("POST", f"pay/{session.id}", card=CARD)

    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(session.id)

    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


@pytest.mark.parametrize("mode", ["hosted", "embedded", "custom"])
def test_ui_modes_of_older_versions_are_refused(
    client: stripe.StripeClient, mode: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid ui_mode"):
        client.v1.checkout.sessions.create(session_params(5000, ui_mode=mode))


def test_the_page_lets_forms_lead_to_the_shop_and_nowhere_else(
    client: stripe.StripeClient,
) -> None:
    session = client.v1.checkout.sessions.create(session_params(5000))

    policy = requests.get(str(session.url), timeout=20).headers[
        "Content-Security-Policy"
    ]

    assert policy == (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self' http://127.0.0.1:1; base-uri 'none'; frame-ancestors 'none'"
    )
