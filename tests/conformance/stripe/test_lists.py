"""Lists, cursors, filters and expansion."""

import pytest
import stripe

from .sandbox import Sandbox, Shop


def test_pages_follow_each_other_and_back(client: stripe.StripeClient) -> None:
    made = [
        client.v1.payment_intents.create({"amount": 500 + n, "currency": "eur"}).id
        for n in range(7)
    ][::-1]
    intents = client.v1.payment_intents

    first = intents.list({"limit": 3})
    second = intents.list({"limit": 3, "starting_after": made[2]})
    last = intents.list({"limit": 3, "starting_after": made[5]})
    back = intents.list({"limit": 3, "ending_before": made[4]})

    assert [intent.id for intent in first.data] == made[:3]
    assert [intent.id for intent in second.data] == made[3:6]
    assert [intent.id for intent in last.data] == made[6:]
    assert [intent.id for intent in back.data] == made[1:4]
    assert [first.has_more, second.has_more, last.has_more, back.has_more] == [
        True,
        True,
        False,
        True,
    ]


def test_the_sdk_pages_by_itself(client: stripe.StripeClient) -> None:
    made = {
        client.v1.payment_intents.create({"amount": 500, "currency": "eur"}).id
        for _ in range(5)
    }

    found = client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()

    assert {intent.id for intent in found} == made


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "starting_after=pi_none", "limit=x"]
)
def test_a_page_that_cannot_be_is_refused(sandbox: Sandbox, query: str) -> None:
    response = sandbox.raw("GET", f"/v1/payment_intents?{query}")

    assert response.status_code == 400
    assert response.json()["error"]["param"] == query.split("=", maxsplit=1)[0]


def test_rows_are_filtered_by_type_source_and_time(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000)
    shop.advance(100)
    refund = client.v1.refunds.create({"charge": charge, "amount": 100})
    rows = client.v1.balance_transactions

    now = sandbox.control("GET", "clock")["now"]

    assert [row.net for row in rows.list({"type": "charge"}).data] == [9825]
    assert [row.net for row in rows.list({"source": refund.id}).data] == [-100]
    assert [row.net for row in rows.list({"created": {"gte": now - 50}}).data] == [-100]
    assert [row.net for row in rows.list({"created": {"lt": now - 50}}).data] == [9825]
    assert rows.list({"currency": "usd"}).data == []


def test_transfers_are_found_by_their_group(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)
    for group in ("order:1", "order:2", "order:1"):
        shop.transfer(100, seller, source_transaction=charge, transfer_group=group)

    found = client.v1.transfers.list({"transfer_group": "order:1"})

    assert [transfer.transfer_group for transfer in found.data] == ["order:1"] * 2


def test_events_are_found_by_their_types(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(10_000)

    found = client.v1.events.list({"types": ["charge.succeeded", "charge.updated"]})
    like = client.v1.events.list({"type": "payment_intent.*"})

    assert [event.type for event in found.data] == [
        "charge.updated",
        "charge.succeeded",
    ]
    assert [event.type for event in like.data] == [
        "payment_intent.succeeded",
        "payment_intent.created",
    ]


def test_nested_objects_are_expanded(client: stripe.StripeClient, shop: Shop) -> None:
    charge = shop.charge(10_000)
    client.v1.refunds.create({"charge": charge, "amount": 100})

    intent = client.v1.payment_intents.list(
        {"expand": ["data.latest_charge.refunds.data.balance_transaction"]}
    ).data[0]

    assert intent.latest_charge.refunds.data[0].balance_transaction.net == -100


@pytest.mark.parametrize("path", ["amount", "nothing", "latest_charge.amount"])
def test_what_cannot_be_expanded_is_refused(
    client: stripe.StripeClient, shop: Shop, path: str
) -> None:
    shop.charge(10_000)
    intent = client.v1.payment_intents.list().data[0]

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(intent.id, {"expand": [path]})


def test_metadata_is_merged_and_unset(client: stripe.StripeClient) -> None:
    intents = client.v1.payment_intents
    intent = intents.create(
        {"amount": 500, "currency": "eur", "metadata": {"a": "1", "b": "2"}}
    )

    merged = intents.update(intent.id, {"metadata": {"b": "", "c": "3"}})
    emptied = intents.update(intent.id, {"metadata": ""})

    assert merged.metadata.to_dict() == {"a": "1", "c": "3"}
    assert emptied.metadata.to_dict() == {}


def test_accounts_are_paged_by_token(client: stripe.StripeClient, shop: Shop) -> None:
    made = [shop.seller() for _ in range(3)][::-1]

    found = client.v2.core.accounts.list({"limit": 2}).auto_paging_iter()

    assert [account.id for account in found] == made
