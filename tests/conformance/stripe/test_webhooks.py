"""Events reach three kinds of endpoint, signed, at least once."""

import stripe

from .sandbox import ACCOUNT, Listener, Sandbox, Shop, eventually


def test_each_kind_of_endpoint_gets_its_events(
    sandbox: Sandbox, shop: Shop, listener: Listener
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)
    shop.transfer(8800, seller, source_transaction=charge)

    left = sandbox.control("POST", "deliveries/drain")

    assert left == {"waiting": 0}
    assert sorted(listener.types("platform")) == [
        "charge.succeeded",
        "charge.updated",
        "payment_intent.created",
        "payment_intent.succeeded",
        "transfer.created",
    ]
    assert sorted(listener.types("connect")) == [
        "account.external_account.created",
        "charge.succeeded",
    ]
    assert sorted(listener.types("thin")) == [
        "v2.core.account.created",
        "v2.core.account[configuration.recipient].capability_status_updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
        "v2.core.account[requirements].updated",
        "v2.core.account[requirements].updated",
    ]


def test_a_thin_event_leads_to_its_account(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT)
    sandbox.control("POST", "deliveries/drain")
    _path, payload, signature = listener.received[0]

    notification = client.parse_event_notification(payload, signature, "whsec_thin")

    assert notification.fetch_event().id == notification.id
    assert notification.fetch_related_object().id == account.id


def test_what_an_endpoint_refuses_comes_again(
    sandbox: Sandbox, shop: Shop, client: stripe.StripeClient, listener: Listener
) -> None:
    listener.answers += [500, 302]
    client.v1.customers.create({"email": "anna@example.com"})

    left = sandbox.control("POST", "deliveries/drain")

    delivery = sandbox.control("GET", "deliveries")["data"][0]
    assert left == {"waiting": 0}
    assert listener.types("platform") == ["customer.created"] * 3
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)


def test_events_without_success_are_listed_until_they_are_taken(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    listener.answers += [500]
    client.v1.customers.create({"email": "anna@example.com"})

    eventually(lambda: listener.received)
    waiting = client.v1.events.list({"delivery_success": False}).data
    sandbox.control("POST", "deliveries/drain")

    assert [event.type for event in waiting] == ["customer.created"]
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert (
        client.v1.events.list({"delivery_success": True}).data[0].pending_webhooks == 0
    )


def test_a_delivery_is_sent_again_on_demand(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    client.v1.customers.create({"email": "anna@example.com"})
    sandbox.control("POST", "deliveries/drain")
    delivery = sandbox.control("GET", "deliveries")["data"][0]

    sandbox.control("POST", f"deliveries/{delivery['id']}/resend")
    sandbox.control("POST", "deliveries/drain")

    assert listener.types("platform") == ["customer.created"] * 2
    assert listener.received[0][1] == listener.received[1][1]


def test_a_dropped_event_never_arrives_and_a_doubled_one_comes_twice(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    for kind in ("drop", "duplicate"):
        sandbox.control("POST", "webhook_faults", kind=kind)
        client.v1.customers.create({"email": f"{kind}@example.com"})
        sandbox.control("POST", "deliveries/drain")

    counts = sandbox.control("GET", "deliveries")["counts"]
    bodies = [payload for _path, payload, _signature in listener.received]
    assert len(bodies) == 2
    assert all(b"duplicate@example.com" in body for body in bodies)
    assert (counts["dropped"], counts["delivered"]) == (1, 1)


def test_a_held_event_is_overtaken(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    sandbox.control(
        "POST", "webhook_faults", kind="reorder", types=["customer.created"]
    )
    client.v1.customers.create({"email": "anna@example.com"})
    client.v1.payment_intents.create({"amount": 500, "currency": "eur"})

    sandbox.control("POST", "deliveries/drain")

    assert listener.types("platform") == ["payment_intent.created", "customer.created"]


def test_an_endpoint_gets_only_the_types_it_asked_for(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop, listener: Listener
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": f"{listener.url}/few", "enabled_events": ["charge.succeeded"]}
    )
    shop.charge(10_000)
    sandbox.control("POST", "deliveries/drain")

    got = [entry for entry in listener.received if entry[0] == "/few"]

    event = client.construct_event(got[0][1], got[0][2], str(endpoint.secret))
    assert len(got) == 1
    assert event.type == "charge.succeeded"


def test_whoever_follows_the_clock_is_told(
    sandbox: Sandbox, shop: Shop, listener: Listener
) -> None:
    shop.advance(3600)
    sandbox.control("POST", "deliveries/drain")

    told = [entry for entry in listener.received if entry[0] == "/clock"]

    stripe.WebhookSignature.verify_header(
        told[0][1].decode(), told[0][2], "whsec_clock"
    )
    assert b'"offset":3600' in told[0][1]
    assert len(told) == 1


def test_a_change_that_was_refused_tells_nobody(
    sandbox: Sandbox, shop: Shop, listener: Listener
) -> None:
    sandbox.raw("POST", "/v1/refunds", data={"charge": "ch_none"})
    sandbox.control("POST", "deliveries/drain")

    assert listener.received == []
