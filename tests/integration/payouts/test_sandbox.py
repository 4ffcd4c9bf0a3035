"""One sale, from the seller's account to their payout, over the real wire."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from payouts.models import MoneyCommand, PaymentAttempt, Settlement, VendorTransfer
from payouts.services import (
    accounts,
    commands,
    payment,
    reconciliation,
    refund,
    release,
    settlement,
)
from tests.integration.payouts.market import (
    Item,
    books,
    make_seller,
    place,
    request_payment,
    shipping,
)
from tests.servers import Sandbox
from vendors.models import Vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]


# The sandbox has a clock of its own, which is the machine's.
def clock() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


def onboard(vendor: Vendor, sandbox: Sandbox) -> str:
    accounts.request_account(
        request=accounts.AccountRequest(
            vendor_id=vendor.pk,
            name=vendor.name,
            email="seller@example.org",
            country="BE",
            is_company=True,
        ),
        now=clock(),
    )
    account = accounts.open_now(vendor_id=vendor.pk, now=clock())
    assert account.stripe_account_id is not None
    sandbox.post(f"onboarding/{account.stripe_account_id}", status="active")
    accounts.sync_account(stripe_account_id=account.stripe_account_id, now=clock())
    return account.stripe_account_id


def pay(vendor: Vendor, sandbox: Sandbox, card: str = "pm_card_visa") -> PaymentAttempt:
    opened = place({vendor: [Item(9500), shipping(500)]}, now=clock())
    attempt = request_payment(opened, now=clock())
    attempt = payment.start_session(attempt_id=attempt.pk, now=clock())
    assert attempt.status == "open"
    sandbox.post(f"pay/{attempt.session_id}", card=card)
    return payment.sync_payment(attempt_id=attempt.pk, now=clock())


def test_a_sale_is_paid_released_transferred_and_reconciled(sandbox: Sandbox) -> None:
    vendor = make_seller(account=None)
    onboard(vendor, sandbox)

    attempt = pay(vendor, sandbox)
    row = Settlement.objects.get()
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=clock())
    released = release.release(vendor_order_ids=[row.vendor_order_id], now=clock())
    commands.run_due_commands(now=clock())

    assert attempt.status == "succeeded"
    assert released == [row.vendor_order_id]
    row.refresh_from_db()
    assert row.state == "transferred"
    assert books() == {
        "commission_revenue": -1200,
        "processor_fees": 175,
        "stripe_balance": 1025,
    }
    assert VendorTransfer.objects.get().amount_minor == 8800
    assert sandbox.get("books")["equal"]
    assert reconciliation.reconcile(now=clock() + timedelta(seconds=1)) == []


def test_a_refund_after_the_transfer_takes_the_sellers_part_back(
    sandbox: Sandbox,
) -> None:
    vendor = make_seller(account=None)
    onboard(vendor, sandbox)
    pay(vendor, sandbox, card="pm_card_bypassPending")
    row = Settlement.objects.get()
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=clock())
    release.release(vendor_order_ids=[row.vendor_order_id], now=clock())
    commands.run_due_commands(now=clock())

    refund.request_refund_of_vendor_order(
        vendor_order_id=row.vendor_order_id, reason="Broken", token="one", now=clock()
    )
    commands.run_due_commands(now=clock())

    row.refresh_from_db()
    assert row.state == "reversed"
    assert books() == {"processor_fees": 175, "stripe_balance": -175}
    assert set(MoneyCommand.objects.values_list("state", flat=True)) == {"done"}
    assert reconciliation.reconcile(now=clock() + timedelta(seconds=1)) == []
