"""A past is imported: the same objects, the same books, no webhooks."""

from typing import Any

import stripe

from .sandbox import DAY, Listener, Sandbox

CENTS = 10_000


def past(now: int) -> list[dict[str, Any]]:
    """Return a small past that has one of each operation."""
    ago = now - 60 * DAY
    return [*sale(ago), *payouts(ago), *dispute(ago)]


def sale(ago: int) -> list[dict[str, Any]]:
    """Return a sale, the seller's part and what was given back."""
    euro = {"currency": "eur"}
    return [
        {
            "op": "account",
            "at": ago,
            "id": "acct_1Bakery",
            "country": "FR",
            "email": "bakery@example.com",
        },
        {
            "op": "payment",
            "at": ago + DAY,
            "session": "cs_test_first",
            "payment_intent": "pi_first",
            "charge": "ch_first",
            "amount": CENTS,
            "transfer_group": "order:1",
            "metadata": {"order": "1"},
            **euro,
        },
        {
            "op": "transfer",
            "at": ago + 8 * DAY,
            "id": "tr_first",
            "amount": 8800,
            "destination": "acct_1Bakery",
            "source_transaction": "ch_first",
            **euro,
        },
        {"op": "refund", "at": ago + 9 * DAY, "charge": "ch_first", "amount": 2500},
        {
            "op": "reversal",
            "at": ago + 9 * DAY,
            "transfer": "tr_first",
            "amount": 2200,
        },
    ]


def payouts(ago: int) -> list[dict[str, Any]]:
    """Return a payout that failed and one that arrived."""
    euro = {"currency": "eur"}
    return [
        {
            "op": "payout",
            "at": ago + 10 * DAY,
            "account": "acct_1Bakery",
            "amount": 6600,
            "status": "failed",
            **euro,
        },
        {
            "op": "payout",
            "at": ago + 14 * DAY,
            "account": "acct_1Bakery",
            "amount": 6600,
            **euro,
        },
    ]


def dispute(ago: int) -> list[dict[str, Any]]:
    """Return a dispute that was won, and money of our own."""
    euro = {"currency": "eur"}
    return [
        {"op": "topup", "at": ago, "amount": 50_000, **euro},
        {
            "op": "payment",
            "at": ago + 20 * DAY,
            "charge": "ch_second",
            "amount": 8000,
            **euro,
        },
        {
            "op": "dispute",
            "at": ago + 25 * DAY,
            "charge": "ch_second",
            "outcome": "won",
        },
    ]


def import_past(sandbox: Sandbox) -> list[dict[str, Any]]:
    now = sandbox.control("GET", "clock")["now"]
    told = sandbox.control("POST", "import", operations=past(now))
    results: list[dict[str, Any]] = told["results"]
    return results


def test_every_operation_answers_with_what_it_booked(sandbox: Sandbox) -> None:
    results = import_past(sandbox)

    amounts = [(row["op"], row.get("fee"), row.get("net")) for row in results]
    assert amounts == [
        ("account", None, None),
        ("payment", 175, 9825),
        ("transfer", 0, -8800),
        ("refund", 0, -2500),
        ("reversal", 0, 2200),
        ("payout", 0, -6600),
        ("payout", 0, -6600),
        ("topup", 0, 50_000),
        ("payment", 145, 7855),
        ("dispute", 2000, None),
    ]
    assert [row["status"] for row in results if row["op"] == "payout"] == [
        "failed",
        "paid",
    ]
    assert [row["net"] for row in results[9]["balance_transactions"]] == [-10_000, 8000]


def test_what_was_imported_is_what_the_api_shows(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    results = import_past(sandbox)

    session = client.v1.checkout.sessions.retrieve(
        "cs_test_first",
        {"expand": ["payment_intent.latest_charge.balance_transaction"]},
    )
    charge = session.payment_intent.latest_charge
    other = {"stripe_account": "acct_1Bakery"}
    payouts = client.v1.payouts.list({}, other).data
    assert session.payment_status == "paid"
    assert (charge.id, charge.amount_refunded) == ("ch_first", 2500)
    assert charge.balance_transaction.id == results[1]["balance_transaction"]
    assert charge.balance_transaction.created == charge.created
    assert charge.balance_transaction.status == "available"
    assert client.v1.transfers.retrieve("tr_first").amount_reversed == 2200
    assert [payout.status for payout in payouts] == ["paid", "failed"]
    assert sandbox.control("GET", "books")["equal"]


def test_no_webhook_tells_of_the_past(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    import_past(sandbox)
    sandbox.control("POST", "deliveries/drain")

    events = client.v1.events.list({"limit": 100})

    assert listener.received == []
    assert len(events.data) > 20
    assert client.v1.events.list({"delivery_success": False}).data == []


def test_one_bad_operation_refuses_the_whole_import(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    now = sandbox.control("GET", "clock")["now"]
    bad = {"op": "refund", "at": now - DAY, "charge": "ch_first", "amount": 9999}

    response = sandbox.control_response("POST", "import", operations=[*past(now), bad])

    assert response.status_code == 400
    assert response.json()["error"].startswith("operations[10] (refund ch_first):")
    assert client.v1.charges.list().data == []
    assert client.v1.balance_transactions.list().data == []


def test_a_field_nobody_knows_is_refused(sandbox: Sandbox) -> None:
    now = sandbox.control("GET", "clock")["now"]
    operation = {"op": "topup", "at": now, "amount": 5, "currency": "eur", "colour": 1}

    response = sandbox.control_response("POST", "import", operations=[operation])

    assert response.status_code == 400
    assert "unknown field colour" in response.json()["error"]


def test_automatic_payouts_begin_at_the_next_midnight(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    now = sandbox.control("GET", "clock")["now"]
    sandbox.control("POST", "import", operations=past(now)[:3])
    other = {"stripe_account": "acct_1Bakery"}
    before = client.v1.payouts.list({}, other).data

    sandbox.control("POST", "clock", advance=DAY)

    assert before == []
    assert [payout.amount for payout in client.v1.payouts.list({}, other).data] == [
        8800
    ]


def market(now: int) -> list[dict[str, Any]]:
    """Return ninety days of six hundred orders of twelve sellers."""
    ago = now - 90 * DAY
    operations: list[dict[str, Any]] = [
        {"op": "account", "at": ago, "id": f"acct_1Seller{n}", "country": "FR"}
        for n in range(12)
    ]
    for n in range(600):
        at = ago + n * 8000
        charge = {"charge": f"ch_{n}", "amount": CENTS, "currency": "eur"}
        operations.append({"op": "payment", "at": at, **charge})
        operations += [
            {
                "op": "transfer",
                "at": at + 10 * DAY,
                "amount": 4000,
                "currency": "eur",
                "destination": f"acct_1Seller{(n + part) % 12}",
                "source_transaction": f"ch_{n}",
            }
            for part in range(2)
        ]
    return operations


def test_six_hundred_orders_are_imported_exactly(sandbox: Sandbox) -> None:
    now = sandbox.control("GET", "clock")["now"]
    operations = market(now)

    results = sandbox.control("POST", "import", operations=operations)["results"]

    books = sandbox.control("GET", "books")
    platform = books["accounts"][books["platform"]]["eur"]
    assert len(results) == 12 + 600 * 3
    assert books["equal"]
    assert platform["sum"] == 600 * (CENTS - 175 - 8000)
