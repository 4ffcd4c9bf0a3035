"""One sale, from the seller's account to their bank, over the real wire."""

import pytest

from payouts.models import (
    MoneyCommand,
    PaymentAttempt,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import accounts, payout, refund
from payouts.services.payment import NotPayableError
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    place,
    request_payment,
    shipping,
)
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def test_a_sale_is_paid_released_transferred_and_reconciled(wire: Wire) -> None:
    vendor = wire.seller()

    row = wire.sell(vendor, Item(9500), shipping(500))
    released = wire.receive(row)
    wire.work()

    row.refresh_from_db()
    attempt = PaymentAttempt.objects.get()
    assert attempt.status == "succeeded"
    assert (attempt.amount_minor, attempt.fee_minor) == (10_000, 175)
    assert released == [row.vendor_order_id]
    assert row.state == "transferred"
    assert books() == {
        "commission_revenue": -1200,
        "processor_fees": 175,
        "stripe_balance": 1025,
    }
    assert VendorTransfer.objects.get().amount_minor == 8800
    assert wire.received_by(vendor) == 8800
    assert wire.sandbox.get("books")["equal"]
    assert wire.violations() == []


def test_the_sellers_payout_is_mirrored_and_not_booked(wire: Wire) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    wire.work()
    before = books()

    wire.advance(days=4)
    account_id = vendor.payout_account.stripe_account_id
    made = wire.client().v1.payouts.list({}, {"stripe_account": account_id})
    payout.sync_payout(
        payout_id=made.data[0].id, stripe_account_id=account_id, now=wire.now()
    )

    row = VendorPayout.objects.get()
    assert (row.vendor, row.amount_minor, row.status) == (vendor, 8800, "paid")
    assert books() == before
    assert wire.violations() == []


def test_a_refund_after_the_transfer_takes_the_sellers_part_back(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()

    refund.request_refund_of_vendor_order(
        vendor_order_id=row.vendor_order_id, reason="Broken", token="1", now=wire.now()
    )
    wire.work()

    row.refresh_from_db()
    assert row.state == "reversed"
    assert books() == {"processor_fees": 175, "stripe_balance": -175}
    assert wire.received_by(vendor) == 0
    assert set(MoneyCommand.objects.values_list("state", flat=True)) == {"done"}
    assert wire.violations() == []


def test_a_declined_card_leaves_the_order_unpaid(wire: Wire) -> None:
    vendor = wire.seller()
    opened = place({vendor: [Item(10_000)]}, now=wire.now())

    attempt = wire.pay(opened, card="pm_card_visa_chargeDeclined")

    assert attempt.status == "open"
    assert books() == {}


def test_asking_twice_for_an_account_opens_one(wire: Wire) -> None:
    vendor = wire.seller()
    request = accounts.AccountRequest(
        vendor_id=vendor.pk,
        name="Bakery",
        email="seller@example.org",
        country="BE",
        is_company=True,
    )

    account = accounts.request_account(request=request, now=wire.now())

    assert account.is_payable
    assert MoneyCommand.objects.count() == 1


def test_a_seller_is_onboarded_on_a_page_of_stripe(wire: Wire) -> None:
    vendor = wire.seller()

    found = accounts.onboarding_url(
        vendor_id=vendor.pk,
        refresh_url="http://127.0.0.1/again",
        return_url="http://127.0.0.1/back",
    )

    assert found.startswith(f"{wire.sandbox.url}/setup/")


@pytest.mark.django_db
def test_a_seller_in_an_unsupported_country_is_refused() -> None:
    request = accounts.AccountRequest(
        vendor_id=1,
        name="Bakery",
        email="seller@example.org",
        country="KP",
        is_company=True,
    )

    with pytest.raises(accounts.AccountRefusedError, match="KP"):
        accounts.request_account(request=request, now=NOW)

    assert VendorPayoutAccount.objects.count() == 0


def test_the_payout_interval_is_set_at_stripe(wire: Wire) -> None:
    vendor = wire.seller()

    accounts.set_payout_interval(vendor_id=vendor.pk, interval="weekly")

    vendor.payout_account.refresh_from_db()
    assert vendor.payout_account.payout_interval == "weekly"


def test_a_payment_below_what_stripe_charges_is_refused(wire: Wire) -> None:
    opened = place({make_seller(): [Item(49)]})

    with pytest.raises(NotPayableError, match="too small"):
        request_payment(opened)

    assert MoneyCommand.objects.count() == 0
