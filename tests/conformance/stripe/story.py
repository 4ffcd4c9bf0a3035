"""One of everything: a story that makes every kind of object in every state."""

from typing import Any

import stripe

from .sandbox import ACCOUNT, CARD, DAY, LINK, Sandbox, Shop, session_params

CARDS = [
    "pm_card_visa",
    "pm_card_bypassPending",
    "pm_card_createDispute",
    "pm_card_createDisputeProductNotReceived",
    "pm_card_createDisputeInquiry",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_card_threeDSecure2Required",
]
INCLUDE = [
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
]


def play(sandbox: Sandbox) -> dict[str, Any]:
    """Play the story and return the ids that later steps need."""
    client = sandbox.client()
    shop = Shop(sandbox, client)
    seller = shop.seller()
    _check_out(sandbox, client)
    charges = _charges(client, shop)
    transfer = _move(client, shop, seller, charges)
    _answer_disputes(client)
    _pay_out(sandbox, client, shop, seller)
    shop.advance(7 * DAY)
    return {"seller": seller, "transfer": transfer, "charges": charges}


def _check_out(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "anna@example.com", "name": "Anna"})
    sessions = client.v1.checkout.sessions
    paid = sessions.create(session_params(12_490))
    sandbox.control("POST", f"pay/{paid.id}", card="4000000000009995")
    sandbox.control("POST", f"pay/{paid.id}", card=CARD)
    asked = sessions.create(
        session_params(8000, customer=customer.id, customer_email="b@example.com")
    )
    told = sandbox.control("POST", f"pay/{asked.id}", card="4000000000003220")
    sandbox.control("POST", f"3ds/{told['payment_intent']}", outcome="fail")
    told = sandbox.control("POST", f"pay/{asked.id}", card="4000000000003220")
    sandbox.control("POST", f"3ds/{told['payment_intent']}", outcome="complete")
    left = sessions.create(session_params(500))
    sandbox.control("POST", f"pay/{left.id}", card="4000000000000002")
    sessions.expire(left.id)
    sessions.create(session_params(600))


def _charges(client: stripe.StripeClient, shop: Shop) -> dict[str, str]:
    charges = {card: shop.charge(20_000, card) for card in CARDS[:-1]}
    intents = client.v1.payment_intents
    waiting = {"amount": 5000, "currency": "eur", "payment_method": CARDS[-1]}
    intents.create(waiting | {"confirm": True, "return_url": "http://127.0.0.1:1/"})
    held = {"capture_method": "manual", "payment_method": "pm_card_visa"}
    first = intents.create({"amount": 700, "currency": "eur", "confirm": True, **held})
    intents.capture(first.id, {"amount_to_capture": 600})
    second = intents.create({"amount": 700, "currency": "eur", "confirm": True, **held})
    intents.cancel(second.id, {"cancellation_reason": "requested_by_customer"})
    bare = intents.create({"amount": 900, "currency": "eur", "description": "Bare"})
    intents.update(bare.id, {"metadata": {"a": "b"}, "transfer_group": "order:1"})
    client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    return charges


def _move(
    client: stripe.StripeClient, shop: Shop, seller: str, charges: dict[str, str]
) -> str:
    client.v1.topups.create({"amount": 100_000, "currency": "eur"})
    source = charges["pm_card_visa"]
    transfer = shop.transfer(
        9000, seller, source_transaction=source, transfer_group="order:1"
    )
    shop.transfer(4000, seller, description="From the balance")
    client.v1.transfers.update(transfer.id, {"metadata": {"a": "b"}})
    client.v1.transfers.reversals.create(transfer.id, {"amount": 1000})
    for card in ("pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefund"):
        client.v1.refunds.create({"charge": charges[card], "amount": 2500})
    return transfer.id


def _answer_disputes(client: stripe.StripeClient) -> None:
    disputes = client.v1.disputes.list().data
    texts = ["winning_evidence", "losing_evidence"]
    for dispute, text in zip(disputes, texts, strict=False):
        evidence = {"uncategorized_text": text}
        client.v1.disputes.update(dispute.id, {"evidence": evidence})


def _pay_out(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop, seller: str
) -> None:
    payouts = client.v1.payouts
    other = {"stripe_account": seller}
    first = payouts.create({"amount": 1000, "currency": "eur"}, other)
    payouts.cancel(first.id, {}, other)
    shop.advance(4 * DAY)
    second = payouts.create({"amount": 2000, "currency": "eur"})
    sandbox.control("POST", f"payouts/{second.id}", status="failed")
    third = payouts.create({"amount": 3000, "currency": "eur"})
    sandbox.control("POST", f"payouts/{third.id}", status="paid")
    payouts.reverse(third.id)


LISTS = [
    "/v1/payment_intents",
    "/v1/charges",
    "/v1/refunds",
    "/v1/transfers",
    "/v1/payouts",
    "/v1/disputes",
    "/v1/balance_transactions",
    "/v1/checkout/sessions",
    "/v1/webhook_endpoints",
    "/v1/events",
]
EXPANDED = [
    "/v1/charges?expand[]=data.balance_transaction&expand[]=data.refunds"
    "&expand[]=data.payment_intent",
    "/v1/payment_intents?expand[]=data.latest_charge.balance_transaction"
    "&expand[]=data.payment_method",
    "/v1/transfers?expand[]=data.balance_transaction&expand[]=data.source_transaction"
    "&expand[]=data.destination_payment",
    "/v1/checkout/sessions?expand[]=data.line_items&expand[]=data.payment_intent",
    "/v1/refunds?expand[]=data.charge&expand[]=data.balance_transaction",
    "/v1/balance_transactions?expand[]=data.source",
    "/v1/disputes?expand[]=data.charge",
    "/v1/payouts?expand[]=data.balance_transaction",
]
SELLER_LISTS = ["/v1/charges", "/v1/refunds", "/v1/payouts", "/v1/balance_transactions"]


def everything(sandbox: Sandbox, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every object the sandbox shows, as raw JSON."""
    seller = told["seller"]
    bodies: list[dict[str, Any]] = []
    for path in LISTS + EXPANDED:
        mark = "&" if "?" in path else "?"
        bodies += _all(sandbox, f"{path}{mark}limit=100")
    for path in SELLER_LISTS:
        bodies += _all(sandbox, f"{path}?limit=100", {"Stripe-Account": seller})
    bodies += _all(sandbox, f"/v1/transfers/{told['transfer']}/reversals?limit=100")
    bodies += [
        _get(sandbox, "/v1/balance"),
        _get(sandbox, "/v1/balance", {"Stripe-Account": seller}),
        _get(sandbox, "/v1/balance_settings"),
        _post(sandbox, f"/v1/accounts/{seller}/login_links"),
        _post(
            sandbox,
            "/v1/webhook_endpoints",
            data={
                "url": "http://127.0.0.1:1/x",
                "enabled_events[]": "charge.succeeded",
            },
        ),
    ]
    return bodies + _second_version(sandbox, seller)


def _second_version(sandbox: Sandbox, seller: str) -> list[dict[str, Any]]:
    query = "&".join(f"include[{index}]={name}" for index, name in enumerate(INCLUDE))
    fresh = _post(sandbox, "/v2/core/accounts", json=ACCOUNT | {"include": INCLUDE})
    return [
        fresh,
        _get(sandbox, f"/v2/core/accounts/{seller}"),
        _get(sandbox, f"/v2/core/accounts/{seller}?{query}"),
        _post(
            sandbox,
            "/v2/core/account_links",
            json={"account": seller, "use_case": LINK},
        ),
        *_get(sandbox, "/v2/core/accounts")["data"],
        *_get(sandbox, "/v2/core/events?limit=100")["data"],
    ]


def _all(
    sandbox: Sandbox, path: str, headers: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return all of a list, page by page."""
    bodies: list[dict[str, Any]] = []
    cursor = ""
    while True:
        body = _get(sandbox, f"{path}{cursor}", headers)
        bodies += body["data"]
        if not body["has_more"]:
            return bodies
        cursor = f"&starting_after={body['data'][-1]['id']}"


def _get(
    sandbox: Sandbox, path: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    response = sandbox.raw("GET", path, headers=headers or {})
    assert response.status_code == 200, f"{path}: {response.text}"
    body: dict[str, Any] = response.json()
    return body


def _post(sandbox: Sandbox, path: str, **more: Any) -> dict[str, Any]:
    response = sandbox.raw("POST", path, **more)
    assert response.status_code == 200, f"{path}: {response.text}"
    body: dict[str, Any] = response.json()
    return body
