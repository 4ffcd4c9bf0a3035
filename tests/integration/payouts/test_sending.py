"""What leaves, when there is enough of it, and what stays due until then."""

from datetime import timedelta
from typing import Any

import pytest

from payouts.models import (
    AccountKind,
    MoneyCommand,
    Settlement,
    SettlementState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import ledger, release, sending, settlement
from payouts.services.due import payable_now
from payouts.services.ledger import Leg, Posting
from payouts.services.refund import RefundLineInput, request_refund
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    posted,
    set_default_plan,
)
from tests.integration.payouts.test_release import sold
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def receive(row: Settlement) -> None:
    """Confirm the receipt of a sale and release its money."""
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=NOW)
    release.release(vendor_order_ids=[row.vendor_order_id], now=NOW)
    row.refresh_from_db()


def credit(vendor: Vendor, minor: int, *, key: str = "credit:1") -> None:
    """Book something that the seller is due without a sale; negative is a fine."""
    ledger.post(
        Posting(
            key=key,
            kind="credit",
            currency="EUR",
            legs=[
                Leg(AccountKind.VENDOR_PAYABLE, -minor, vendor.pk),
                Leg(AccountKind.GOODWILL_EXPENSE, minor),
            ],
            booked_at=NOW,
        )
    )


def test_what_is_due_is_read_in_one_statement(django_assert_num_queries: Any) -> None:
    vendor = make_seller()
    receive(sold(vendor))

    with django_assert_num_queries(1):
        due = payable_now([vendor.pk])

    assert due[vendor.pk, "EUR"] == 0


def amounts() -> list[tuple[int, str]]:
    rows = VendorTransfer.objects.order_by("pk")
    return [(row.amount_minor, row.natural_key.split(":")[1]) for row in rows]


def test_less_than_the_minimum_waits_for_the_next_sale(
    settings,
) -> None:
    settings.MINIMUM_TRANSFER = {"EUR": 1000}
    set_default_plan(bps=0)
    vendor = make_seller()
    first, second = sold(vendor, Item(600)), sold(vendor, Item(400))

    receive(first)
    waits = (first.state, MoneyCommand.objects.count())
    receive(second)
    first.refresh_from_db()

    assert waits == ("released", 0)
    assert [row.amount_minor for row in VendorTransfer.objects.order_by("pk")] == [
        600,
        400,
    ]
    assert {first.state, second.state} == {SettlementState.TRANSFERRING}


def test_a_sweep_sends_no_less_than_the_minimum(settings) -> None:
    settings.MINIMUM_TRANSFER = {"EUR": 1000}
    set_default_plan(bps=0)
    row = sold(make_seller(), Item(999))
    receive(row)

    sending.sweep(now=LATER)
    sent = VendorTransfer.objects.count()
    settings.MINIMUM_TRANSFER = {"EUR": 999}
    sending.sweep(now=LATER)
    sending.sweep(now=LATER)

    assert sent == 0
    assert [each.amount_minor for each in VendorTransfer.objects.all()] == [999]


def test_in_runs_nothing_leaves_by_itself(settings) -> None:
    settings.TRANSFERS = "runs"
    row = sold(make_seller())
    receive(row)

    sending.sweep(now=LATER)
    by_itself = VendorTransfer.objects.count()
    sending.send_waiting(vendor_ids=[row.vendor_id], now=LATER)

    row.refresh_from_db()
    assert by_itself == 0
    assert row.state == "transferring"
    assert [each.amount_minor for each in VendorTransfer.objects.all()] == [8800]


def test_what_no_sale_brought_is_sent_once_from_the_balance() -> None:
    vendor = make_seller()
    credit(vendor, 500)

    sending.sweep(now=LATER)
    sending.sweep(now=LATER)

    command = MoneyCommand.objects.get()
    assert amounts() == [(500, "seller")]
    assert command.natural_key == f"transfer:seller:{vendor.pk}:EUR:1"
    assert "source_transaction" not in command.payload


def test_a_sweep_leaves_what_a_refund_on_its_way_will_take(settings) -> None:
    settings.TRANSFERS = "runs"
    row = sold(make_seller())
    receive(row)
    settings.TRANSFERS = "immediately"
    request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(row.lines.get().pk, 2500)],
        reason="One is broken",
        token="t",
        now=NOW,
    )

    sending.sweep(now=LATER)

    assert amounts() == [(6600, str(row.pk))]


def test_nothing_is_sent_into_an_account_in_the_red(settings) -> None:
    row = sold(make_seller())
    account = VendorPayoutAccount.objects.get(vendor=row.vendor)
    account.stripe_balances = {"EUR": -700}
    account.save()

    receive(row)
    for hour in range(5):
        sending.sweep(now=LATER + timedelta(hours=hour))
    waits = VendorTransfer.objects.count()
    VendorPayoutAccount.objects.update(is_paid_in_the_red=True)
    sending.sweep(now=LATER)

    assert waits == 0
    assert VendorTransfer.objects.count() == 1


def test_what_was_released_and_then_stopped_is_not_sent(
    settings,
) -> None:
    settings.TRANSFERS = "runs"
    row = sold(make_seller())
    receive(row)
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key="claim:1", reason="Broken", now=NOW
    )

    sending.send_waiting(vendor_ids=[row.vendor_id], now=LATER)

    assert VendorTransfer.objects.count() == 0


def test_a_debt_eats_up_a_sale_and_the_sale_is_done() -> None:
    vendor = make_seller()
    credit(vendor, -9000)
    row = sold(vendor)

    receive(row)

    assert row.state == "transferred"
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == -200
    assert VendorTransfer.objects.count() == 0


def test_forints_leave_in_whole_units_and_the_rest_stays_due() -> None:
    set_default_plan(bps=0)
    row = sold(make_seller(), Item(20_050), currency="HUF")

    receive(row)

    assert [each.amount_minor for each in VendorTransfer.objects.all()] == [20_000]
    assert posted(row.vendor, AccountKind.VENDOR_PAYABLE) == 20_050


def test_what_a_suspended_shop_is_due_waits_until_it_opens_again() -> None:
    set_default_plan(bps=0)
    vendor = make_seller()
    Vendor.objects.filter(pk=vendor.pk).update(state=Vendor.State.SUSPENDED)
    row = sold(vendor, Item(600))

    receive(row)
    credit(vendor, 250)
    sending.sweep(now=LATER)
    waits, due = amounts(), payable_now([vendor.pk])
    Vendor.objects.filter(pk=vendor.pk).update(state=Vendor.State.OPEN)
    sending.sweep(now=LATER)

    assert (row.state, waits) == ("released", [])
    assert due[vendor.pk, "EUR"] == 850
    assert sorted(minor for minor, _key in amounts()) == [250, 600]
