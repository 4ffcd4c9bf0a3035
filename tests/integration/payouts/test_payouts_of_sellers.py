"""What happens behind the transfer: sellers’ banks, and balances below zero."""

import pytest

from marketplace.db.models import Outbox
from marketplace.jobs import nightly
from payouts.models import (
    BalanceTransactionMirror,
    LedgerTransaction,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import accounts, payout, sending
from tests.integration.payouts.market import Item, set_default_plan
from tests.integration.payouts.wire import Wire


def reserve_row(wire: Wire, kind: str, minor: int) -> BalanceTransactionMirror:
    return BalanceTransactionMirror.objects.create(
        stripe_id=f"txn_{kind}",
        type=kind,
        reporting_category=kind,
        source="",
        currency="EUR",
        amount_minor=minor,
        fee_minor=0,
        net_minor=minor,
        status="available",
        created_at=wire.now(),
        available_on=wire.now(),
        mirrored_at=wire.now(),
    )


def test_a_payout_that_the_bank_refuses_is_told_and_booked_nowhere(wire: Wire) -> None:
    """S64."""
    set_default_plan(bps=0)
    vendor = wire.seller()
    account_id = vendor.payout_account.stripe_account_id or ""
    wire.receive(wire.sell(vendor, Item(4000)))
    wire.work()
    booked = LedgerTransaction.objects.count()
    wire.sandbox.post(f"onboarding/{account_id}", bank_fail="account_closed")

    made = wire.client().v1.payouts.create(
        {"amount": 4000, "currency": "eur"}, {"stripe_account": account_id}
    )
    wire.advance(days=4)
    payout.sync_payout(payout_id=made.id, stripe_account_id=account_id, now=wire.now())

    row = VendorPayout.objects.get(stripe_id=made.id)
    assert (row.status, row.failure_code) == ("failed", "account_closed")
    assert wire.received_by(vendor) == 4000
    assert LedgerTransaction.objects.count() == booked
    told = Outbox.objects.filter(topic="payout.changed")
    assert [message.payload["status"] for message in told] == ["failed"]


def test_what_lies_in_a_sellers_account_is_fetched(wire: Wire) -> None:
    set_default_plan(bps=0)
    vendor = wire.seller()
    wire.receive(wire.sell(vendor, Item(4000)))
    wire.work()

    accounts.sync_balances()

    account = VendorPayoutAccount.objects.get(vendor=vendor)
    assert account.stripe_balances == {"EUR": 4000}
    assert not account.is_in_the_red


def test_what_became_of_accounts_and_payouts_unheard_is_fetched_at_night(
    wire: Wire,
) -> None:
    vendor = wire.seller()
    account_id = vendor.payout_account.stripe_account_id or ""
    wire.receive(wire.sell(vendor, Item(4000)))
    wire.work()
    wire.sandbox.post(f"onboarding/{account_id}", bank_fail="account_closed")
    made = wire.client().v1.payouts.create(
        {"amount": 3520, "currency": "eur"}, {"stripe_account": account_id}
    )
    wire.advance(days=4)
    wire.sandbox.post(f"onboarding/{account_id}", status="restricted")

    for _night in range(2):
        nightly.balances(wire.now())

    account = VendorPayoutAccount.objects.get(vendor=vendor)
    row = VendorPayout.objects.get(stripe_id=made.id)
    assert account.recipient_status == "restricted"
    assert (row.status, row.failure_code) == ("failed", "account_closed")
    assert Outbox.objects.filter(topic="payout.changed", key=str(row.pk)).count() == 1


@pytest.mark.parametrize("kind", ["reserve_transaction", "reserved_funds"])
def test_what_stripe_sets_aside_for_sellers_in_debt_is_no_difference(
    wire: Wire, kind: str
) -> None:
    wire.sell(wire.seller())
    wire.violations()
    reserve_row(wire, kind, -700)

    assert wire.violations() == []


def test_money_is_not_sent_in_a_loop_into_an_account_below_zero(wire: Wire) -> None:
    vendor = wire.seller()
    VendorPayoutAccount.objects.filter(vendor=vendor).update(
        stripe_balances={"EUR": -700}
    )
    row = wire.sell(vendor)

    wire.receive(row)
    for _minute in range(5):
        sending.sweep(now=wire.now())
        wire.work()

    row.refresh_from_db()
    assert row.state == "released"
    assert VendorTransfer.objects.count() == 0
    assert wire.violations() == []
