"""Charges, refunds, transfers and disputes to the cent."""

from decimal import Decimal

import pytest
import stripe

from .sandbox import DAY, Sandbox, Shop


def test_a_charge_is_pending_until_midnight_after_the_settling_days(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(10_000)

    before = shop.balance()
    shop.advance(2 * DAY)
    after = shop.balance()

    assert before == (0, 9825)
    assert after == (9825, 0)


def test_a_card_that_bypasses_pending_is_available_at_once(shop: Shop) -> None:
    shop.charge(10_000, "pm_card_bypassPending")

    assert shop.balance() == (9825, 0)


def test_a_transfer_without_source_needs_an_available_balance(shop: Shop) -> None:
    seller = shop.seller()
    shop.charge(10_000)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.transfer(5000, seller)

    assert refusal.value.code == "balance_insufficient"
    assert shop.balance(seller) == (0, 0)


def test_a_transfer_out_of_a_charge_settles_with_it(shop: Shop) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)

    shop.transfer(8800, seller, source_transaction=charge)

    assert shop.balance() == (0, 1025)
    assert shop.balance(seller) == (0, 8800)


def test_transfers_out_of_a_charge_sum_to_at_most_the_charge(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)
    shop.transfer(8800, seller, source_transaction=charge)

    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source"):
        shop.transfer(1201, seller, source_transaction=charge)

    shop.transfer(1200, seller, source_transaction=charge)
    assert [row.amount for row in client.v1.transfers.list().data] == [1200, 8800]


def test_a_source_must_be_a_charge(shop: Shop, client: stripe.StripeClient) -> None:
    seller = shop.seller()
    shop.charge(10_000)
    intent = client.v1.payment_intents.list().data[0]

    with pytest.raises(stripe.InvalidRequestError, match="No such charge"):
        shop.transfer(100, seller, source_transaction=intent.id)


def test_an_account_that_is_not_active_receives_nothing(
    sandbox: Sandbox, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000)
    sandbox.control("POST", f"onboarding/{seller}", status="restricted")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.transfer(100, seller, source_transaction=charge)

    assert refusal.value.code == "insufficient_capabilities_for_transfer"
    assert shop.balance(seller) == (0, 0)


def test_a_transfer_is_in_the_currency_the_charge_settled_in(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    sandbox.control("POST", "fx", **{"from": "usd", "to": "eur", "rate": "0.92"})
    charge = shop.charge(10_000, currency="usd")

    with pytest.raises(
        stripe.InvalidRequestError, match=r"balance transaction \(eur\)"
    ):
        shop.transfer(100, seller, currency="usd", source_transaction=charge)
    shop.transfer(8096, seller, source_transaction=charge)

    row = client.v1.balance_transactions.list({"source": charge}).data[0]
    assert (row.amount, row.currency) == (9200, "eur")
    assert row.exchange_rate == pytest.approx(float(Decimal("0.92")))
    assert shop.balance(seller) == (0, 8096)


def test_a_refund_is_pending_with_its_charge(
    client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000)

    refund = client.v1.refunds.create({"charge": charge, "amount": 2500})

    row = client.v1.balance_transactions.retrieve(str(refund.balance_transaction))
    assert (row.type, row.net, row.status) == ("refund", -2500, "pending")
    assert shop.balance() == (0, 7325)


def test_no_more_is_refunded_than_was_paid(
    client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000)
    client.v1.refunds.create({"charge": charge, "amount": 6000})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"charge": charge, "amount": 6000})
    client.v1.refunds.create({"charge": charge})
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"charge": charge})

    assert again.value.code == "charge_already_refunded"
    assert [refund.amount for refund in client.v1.refunds.list().data] == [4000, 6000]


def test_a_refund_that_fails_later_brings_the_money_back(
    client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000, "pm_card_refundFail")
    refund = client.v1.refunds.create({"charge": charge})

    shop.advance(3600)

    after = client.v1.refunds.retrieve(
        refund.id, {"expand": ["failure_balance_transaction", "charge"]}
    )
    assert refund.status == "succeeded"
    assert after.status == "failed"
    assert after.failure_balance_transaction.type == "refund_failure"
    assert after.charge.amount_refunded == 0
    assert sum(shop.balance()) == 9825


def test_a_pending_refund_succeeds_later(
    client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000, "pm_card_pendingRefund")
    refund = client.v1.refunds.create({"charge": charge})

    shop.advance(3600)

    assert refund.status == "pending"
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_without_cover_waits_for_a_top_up_where_refunds_need_it(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    sandbox.control("POST", "refund_policy", needs_balance=True)
    seller = shop.seller()
    charge = shop.charge(10_000)
    shop.transfer(8800, seller, source_transaction=charge)
    refund = client.v1.refunds.create({"charge": charge})

    client.v1.topups.create({"amount": 20_000, "currency": "eur"})

    after = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    assert refund.balance_transaction is None
    assert after.status == "succeeded"
    assert sum(shop.balance()) == 1025 + 20_000 - 10_000


def test_a_reversal_needs_the_connected_balance(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    transfer = shop.transfer(
        8800, seller, source_transaction=shop.charge(10_000, "pm_card_bypassPending")
    )
    client.v1.payouts.create(
        {"amount": 8000, "currency": "eur"}, {"stripe_account": seller}
    )

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.reversals.create(transfer.id, {"amount": 801})
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 800})

    after = client.v1.transfers.retrieve(transfer.id)
    assert refusal.value.code == "balance_insufficient"
    assert reversal.amount == 800
    assert (after.amount_reversed, after.reversed) == (800, False)
    assert shop.balance(seller) == (0, 0)


def test_a_transfer_and_its_reversal_are_pairs_of_rows(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000, "pm_card_bypassPending")
    transfer = shop.transfer(8800, seller, source_transaction=charge)
    client.v1.transfers.reversals.create(transfer.id, {"amount": 2200})

    ours = client.v1.balance_transactions.list().data
    theirs = client.v1.balance_transactions.list({}, {"stripe_account": seller}).data
    assert [(row.type, row.net) for row in ours] == [
        ("transfer_refund", 2200),
        ("transfer", -8800),
        ("charge", 9825),
    ]
    assert [(row.type, row.net) for row in theirs] == [
        ("payment_refund", -2200),
        ("payment", 8800),
    ]


def test_a_dispute_takes_the_money_and_a_fee_and_winning_gives_the_money_back(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(8000, "pm_card_createDispute")
    dispute = client.v1.disputes.list().data[0]

    client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}
    )

    after = client.v1.disputes.retrieve(dispute.id)
    rows = [
        (row.type, row.reporting_category, row.amount, row.fee)
        for row in after.balance_transactions
    ]
    assert after.status == "won"
    assert rows == [
        ("adjustment", "dispute", -8000, 2000),
        ("adjustment", "dispute_reversal", 8000, 0),
    ]
    assert sum(shop.balance()) == 8000 - 145 - 2000


def test_a_lost_dispute_keeps_the_money(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(8000, "pm_card_createDispute")
    dispute = client.v1.disputes.list().data[0]

    closed = client.v1.disputes.close(dispute.id)

    assert closed.status == "lost"
    assert sum(shop.balance()) == -145 - 2000


def test_a_dispute_that_nobody_answers_is_lost(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(8000, "pm_card_createDisputeProductNotReceived")

    shop.advance(10 * DAY)

    dispute = client.v1.disputes.list().data[0]
    assert (dispute.reason, dispute.status) == ("product_not_received", "lost")


def test_an_inquiry_moves_no_money(client: stripe.StripeClient, shop: Shop) -> None:
    charge = shop.charge(8000, "pm_card_createDisputeInquiry")

    dispute = client.v1.disputes.list({"charge": charge}).data[0]

    assert dispute.status == "warning_needs_response"
    assert dispute.balance_transactions == []
    assert sum(shop.balance()) == 8000 - 145


def test_an_inquiry_may_be_refunded_and_a_chargeback_may_not(
    client: stripe.StripeClient, shop: Shop
) -> None:
    asked = shop.charge(8000, "pm_card_createDisputeInquiry")
    charged_back = shop.charge(8000, "pm_card_createDispute")

    refund = client.v1.refunds.create({"charge": asked})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"charge": charged_back})

    closed = client.v1.disputes.list({"charge": asked}).data[0]
    assert (refund.status, closed.status) == ("succeeded", "warning_closed")
    assert refusal.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (0, "eur", "parameter_invalid_integer"),
        (10_005, "kwd", None),
        (500, "xyz", None),
    ],
)
def test_amounts_that_cannot_be_charged_are_refused(
    client: stripe.StripeClient, amount: int, currency: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.create({"amount": amount, "currency": currency})

    assert refusal.value.code == code
    assert client.v1.payment_intents.list().data == []


def test_a_capture_may_take_less_and_lets_the_rest_go(
    client: stripe.StripeClient, shop: Shop
) -> None:
    charge = shop.charge(10_000, capture_method="manual")
    intent = client.v1.payment_intents.list().data[0]

    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 8000})

    after = client.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]})
    assert intent.status == "requires_capture"
    assert (after.amount, after.amount_captured) == (10_000, 8000)
    assert after.balance_transaction.net == 8000 - 145
