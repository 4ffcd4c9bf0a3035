"""Money leaves for the bank at midnight UTC, arrives, or comes back."""

import pytest
import stripe

from .sandbox import DAY, Sandbox, Shop


def test_available_money_of_a_seller_leaves_at_midnight_and_arrives(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(8800, seller, source_transaction=charge)
    other = {"stripe_account": seller}

    shop.advance(DAY)
    leaving = client.v1.payouts.list({}, other).data
    shop.advance(2 * DAY)

    arrived = client.v1.payouts.retrieve(leaving[0].id, {}, other)
    paid_out = client.v1.balance_transactions.list({"payout": arrived.id}, other).data
    assert [(payout.amount, payout.automatic) for payout in leaving] == [(8800, True)]
    assert arrived.status == "paid"
    assert {row.type for row in paid_out} == {"payment", "payout"}
    assert shop.balance(seller) == (0, 0)


def test_the_platform_keeps_its_money_until_told(
    client: stripe.StripeClient, shop: Shop
) -> None:
    shop.charge(10_000)

    shop.advance(9 * DAY)

    assert client.v1.payouts.list().data == []
    assert shop.balance() == (9825, 0)


def test_a_seller_on_manual_payouts_keeps_the_money(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    other = {"stripe_account": seller}
    client.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}, other
    )
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(8800, seller, source_transaction=charge)

    shop.advance(9 * DAY)

    settings = client.v1.balance_settings.retrieve({}, other)
    assert settings.payments.payouts.schedule.interval == "manual"
    assert shop.balance(seller) == (8800, 0)


def test_a_bank_that_refuses_sends_the_money_back(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    other = {"stripe_account": seller}
    sandbox.control("POST", f"onboarding/{seller}", bank_fail="account_closed")
    sandbox.control("POST", f"schedule/{seller}", interval="manual")
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(4000, seller, source_transaction=charge)
    payout = client.v1.payouts.create({"amount": 4000, "currency": "eur"}, other)

    shop.advance(3 * DAY)

    after = client.v1.payouts.retrieve(payout.id, {}, other)
    assert (after.status, after.failure_code) == ("failed", "account_closed")
    assert shop.balance(seller) == (4000, 0)


def test_a_restricted_account_pays_nothing_out(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    other = {"stripe_account": seller}
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(4000, seller, source_transaction=charge)
    sandbox.control("POST", f"onboarding/{seller}", status="restricted")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payouts.create({"amount": 100, "currency": "eur"}, other)
    shop.advance(3 * DAY)

    assert refusal.value.code == "payouts_not_allowed"
    assert client.v1.payouts.list({}, other).data == []
    assert shop.balance(seller) == (4000, 0)


def test_automatic_payouts_pause_until_the_bank_is_repaired(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    other = {"stripe_account": seller}
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(4000, seller, source_transaction=charge)
    sandbox.control("POST", f"onboarding/{seller}", bank_fail="account_closed")
    shop.advance(9 * DAY)
    paused = client.v1.payouts.list({}, other).data

    sandbox.control("POST", f"onboarding/{seller}", bank_fail=None)
    shop.advance(3 * DAY)

    found = client.v1.payouts.list({}, other).data
    assert [payout.status for payout in paused] == ["failed"]
    assert [payout.status for payout in found] == ["paid", "failed"]
