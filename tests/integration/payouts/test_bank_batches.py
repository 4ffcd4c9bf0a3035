"""Payments at the bank: a batch is what is due, and a second person confirms it."""

from datetime import timedelta

import pytest

from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.gateway import AccountFacts, GatewayRefusedError, Requirement
from payouts.models import (
    AccountKind,
    LedgerTransaction,
    MoneyCommand,
    Settlement,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.selectors.runs import waiting_at_the_bank
from payouts.services import bank_payments, commands, sending, settlement
from payouts.services.account_commands import apply_account
from payouts.services.bank_payments import BankPaymentRefusedError
from payouts.services.commands import NotRetryableError
from payouts.services.refund import RefundLineInput, request_refund
from payouts.services.refund_booking import book_refund
from payouts.services.transfer_commands import MakeTransfer
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    posted,
    set_default_plan,
)
from tests.integration.payouts.test_adjustments import operator, unsound
from tests.integration.payouts.test_release import sold
from tests.integration.payouts.test_sending import receive
from vendors.models import Vendor

FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))
pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
IBAN = "BE68539007547034"


@pytest.fixture(autouse=True)
def in_runs(settings) -> None:
    settings.TRANSFERS = "runs"
    set_default_plan(bps=0)


def released(vendor: Vendor, minor: int) -> Settlement:
    row = sold(vendor, Item(minor))
    receive(row)
    return row


def at_the_bank(vendor: Vendor) -> None:
    bank_payments.set_bank_account(
        vendor_id=vendor.pk,
        holder="Boulangerie Ngoma",
        iban="be68 5390 0754 7034",
        bic="",
        country="SN",
        now=NOW,
    )


@pytest.mark.parametrize("iban", ["", "BE68539007547035", "12345678901234567"])
def test_an_iban_whose_digits_do_not_fit_is_refused(iban: str) -> None:
    vendor = make_seller(account=None)

    with pytest.raises(BankPaymentRefusedError) as refusal:
        bank_payments.set_bank_account(
            vendor_id=vendor.pk, holder="N", iban=iban, bic="", country="SN", now=NOW
        )

    assert refusal.value.field == "iban"
    assert not VendorPayoutAccount.objects.exists()


def test_a_seller_paid_at_the_bank_needs_no_stripe(settings, check_deferred) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    row = released(vendor, 10_000)
    batch = bank_payments.prepare_batch(currency="EUR", by=operator("marc"), now=LATER)

    for _click in range(2):
        bank_payments.confirm_batch(
            batch_id=batch.pk, reference="2026-331", by=operator("ines"), now=LATER
        )

    check_deferred()
    row.refresh_from_db()
    assert row.state == "transferred"
    assert MoneyCommand.objects.count() == 0
    assert VendorPayoutAccount.objects.get().iban == IBAN
    assert books() == {"bank": -10_000, "stripe_balance": 10_000}
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert unsound() == []


def test_who_prepared_a_batch_does_not_confirm_it(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    released(vendor, 10_000)
    batch = bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)

    with pytest.raises(BankPaymentRefusedError, match="Somebody else"):
        bank_payments.confirm_batch(
            batch_id=batch.pk, reference="x", by=operator(), now=LATER
        )
    with pytest.raises(BankPaymentRefusedError, match="reference"):
        bank_payments.confirm_batch(
            batch_id=batch.pk, reference=" ", by=operator("ines"), now=LATER
        )

    assert not LedgerTransaction.objects.filter(kind="bank_payment").exists()


def test_a_batch_given_up_goes_into_the_next_one(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    released(vendor, 10_000)
    first = bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)

    bank_payments.cancel_batch(batch_id=first.pk, by=operator(), now=LATER)
    second = bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)

    assert [row.amount_minor for row in second.transfers.all()] == [10_000]
    with pytest.raises(BankPaymentRefusedError, match="Nothing waits"):
        bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)


def test_stripe_does_not_decide_whether_a_seller_is_paid_at_the_bank(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller()
    account = vendor.payout_account
    account.stripe_balances = {"EUR": -700}
    account.save()
    at_the_bank(vendor)
    account.refresh_from_db()

    apply_account(
        account=account,
        facts=AccountFacts(
            account_id=account.stripe_account_id,
            status="restricted",
            requirements=(Requirement(what="document"),),
        ),
        now=LATER,
    )
    released(vendor, 10_000)

    assert account.is_payable
    assert [row.amount_minor for row in bank_payments.waiting_payments()] == [10_000]


def test_a_refund_before_the_batch_leaves_only_the_rest_to_be_paid(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    row = released(vendor, 10_000)

    give_back(row, 2500)
    sending.sweep(now=LATER)

    row.refresh_from_db()
    assert [each.amount_minor for each in bank_payments.waiting_payments()] == [7500]
    assert row.state == "transferring"
    batch = bank_payments.prepare_batch(currency="EUR", by=operator("marc"), now=LATER)
    bank_payments.confirm_batch(
        batch_id=batch.pk, reference="2026-331", by=operator("ines"), now=LATER
    )
    row.refresh_from_db()
    assert row.state == "transferred"
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert unsound() == []


def test_a_whole_refund_before_the_batch_leaves_nothing_to_be_paid(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    row = released(vendor, 10_000)

    give_back(row, 10_000)
    sending.sweep(now=LATER)

    row.refresh_from_db()
    assert not bank_payments.waiting_payments().exists()
    assert row.state == "transferred"
    assert unsound() == []


def test_what_a_claim_stops_goes_into_no_batch(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    row = released(vendor, 10_000)
    key = "problem:1"
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key=key, reason="Broken", now=NOW
    )

    with pytest.raises(BankPaymentRefusedError, match="Nothing waits"):
        bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)
    settlement.unfreeze(vendor_order_id=row.vendor_order_id, key=key, now=LATER)
    batch = bank_payments.prepare_batch(currency="EUR", by=operator(), now=LATER)

    assert [each.amount_minor for each in batch.transfers.all()] == [10_000]


def test_a_transfer_that_failed_is_paid_at_the_bank_once_its_seller_is(
    settings,
) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller()
    row = released(vendor, 10_000)
    command = MoneyCommand.objects.get(kind="transfer")
    command.state = "failed"
    command.save()
    MakeTransfer().refuse(command, GatewayRefusedError("The account is closed."), NOW)
    give_back(row, 2500)
    at_the_bank(vendor)

    commands.retry(command_id=command.pk, now=LATER)
    sending.sweep(now=LATER)

    command.refresh_from_db()
    assert command.state == "withdrawn"
    rows = VendorTransfer.objects.order_by("pk")
    assert list(rows.values_list("funding", "amount_minor", "state")) == [
        ("charge", 10_000, "withdrawn"),
        ("bank", 7500, "requested"),
    ]
    with pytest.raises(NotRetryableError):
        commands.retry(command_id=command.pk, now=LATER)
    assert unsound() == []


def give_back(row: Settlement, gross: int) -> None:
    """Refund a part of a sale, and let Stripe have done it."""
    request = request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(row.lines.get().pk, gross)],
        reason="Broken",
        token=f"back:{row.pk}",
        now=NOW,
    )
    book_refund(request=request, now=NOW)


def test_what_waits_at_the_bank_for_a_suspended_shop_is_in_no_batch(settings) -> None:
    settings.TRANSFERS = "immediately"
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    released(vendor, 10_000)
    Vendor.objects.filter(pk=vendor.pk).update(state=Vendor.State.SUSPENDED)

    with pytest.raises(BankPaymentRefusedError, match="Nothing waits"):
        bank_payments.prepare_batch(currency="EUR", by=operator("marc"), now=LATER)

    assert waiting_at_the_bank(FINANCE) == []
    Vendor.objects.filter(pk=vendor.pk).update(state=Vendor.State.OPEN)
    batch = bank_payments.prepare_batch(currency="EUR", by=operator("marc"), now=LATER)
    assert [each.amount_minor for each in batch.transfers.all()] == [10_000]
