"""Runs and bank payments: what two people approve is what leaves, and once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from payouts.gateway import AccountFacts, GatewayRefusedError
from payouts.models import (
    AccountKind,
    LedgerTransaction,
    MoneyCommand,
    PayoutRun,
    Settlement,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import bank_payments, commands, runs, sending, settlement
from payouts.services.account_commands import apply_account
from payouts.services.bank_payments import BankPaymentRefusedError
from payouts.services.commands import NotRetryableError
from payouts.services.refund import RefundLineInput, request_refund
from payouts.services.refund_booking import book_refund
from payouts.services.runs import RunRefusedError
from payouts.services.transfer_commands import MakeTransfer
from tests.integration.beside import Beside
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
from tests.integration.payouts.test_sending import credit, receive
from vendors.models import Vendor

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


def prepare() -> PayoutRun:
    return runs.prepare(currency="EUR", by=operator("marc"), now=LATER)


def approve(run: PayoutRun, name: str, whole: int) -> PayoutRun:
    return runs.approve(run_id=run.pk, whole=whole, by=operator(name), now=LATER)


def sent() -> list[int]:
    rows = VendorTransfer.objects.order_by("vendor_id", "pk")
    return [row.amount_minor for row in rows]


def test_nothing_to_send_is_no_run() -> None:
    with pytest.raises(RunRefusedError, match="Nothing is due"):
        prepare()

    assert not PayoutRun.objects.exists()


def test_one_person_cannot_approve_twice() -> None:
    released(make_seller(), 12_345)
    run = prepare()
    approve(run, "marc", 123)

    with pytest.raises(RunRefusedError, match="second person"):
        approve(run, "marc", 123)

    assert sent() == []


def test_another_total_than_that_of_the_run_is_refused() -> None:
    released(make_seller(), 12_345)

    with pytest.raises(RunRefusedError, match="not the total"):
        approve(prepare(), "marc", 124)

    assert PayoutRun.objects.get().state == "prepared"


def test_what_left_at_the_same_moment_by_itself_is_not_counted_as_the_run_s(
    settings,
) -> None:
    vendor = make_seller()
    earlier = released(vendor, 800)
    settings.TRANSFERS = "immediately"
    sending.send_waiting(vendor_ids=[vendor.pk], now=LATER)
    settings.TRANSFERS = "runs"
    released(vendor, 500)
    run = prepare()

    approve(run, "marc", 5)
    approve(run, "ines", 5)

    assert earlier.vendor_id == vendor.pk
    assert sent() == [800, 500]
    assert run.items.get().paid_minor == 500
    assert [row.run_id for row in VendorTransfer.objects.order_by("pk")] == [
        None,
        run.pk,
    ]


def test_two_people_send_each_seller_what_the_preview_says_once() -> None:
    first, second = make_seller("Bakery"), make_seller("Bindery")
    rows = [released(first, 12_345), released(first, 655), released(second, 500)]
    credit(second, 250)
    run = prepare()

    approve(run, "marc", 137)
    for _click in range(2):
        run = approve(run, "ines", 137)

    assert run.state == "executed"
    assert sent() == [12_345, 655, 500, 250]
    assert {row.run_id for row in VendorTransfer.objects.all()} == {run.pk}
    paid = run.items.order_by("paid_minor")
    assert [item.paid_minor for item in paid] == [750, 13_000]
    for row in rows:
        row.refresh_from_db()
        assert row.state == "transferring"


def test_what_was_released_after_the_preview_waits_for_the_next_run() -> None:
    vendor = make_seller()
    released(vendor, 1000)
    run = prepare()
    late = released(vendor, 700)

    approve(run, "marc", 10)
    approve(run, "ines", 10)

    late.refresh_from_db()
    assert sent() == [1000]
    assert late.state == "released"
    assert [item.due_minor for item in prepare().items.all()] == [700]


def test_a_debt_that_came_after_the_preview_is_kept_back() -> None:
    vendor = make_seller()
    released(vendor, 1000)
    run = prepare()
    credit(vendor, -400)

    approve(run, "marc", 10)
    approve(run, "ines", 10)

    assert sent() == [600]
    assert run.items.get().paid_minor == 600


def test_who_owes_or_cannot_be_paid_is_in_the_run_with_the_obstacle(settings) -> None:
    settings.MINIMUM_TRANSFER = {"EUR": 500}
    ready, owes, small = (make_seller(name) for name in ("Ab", "Bc", "Cd"))
    closed, red = make_seller("De", account="restricted"), make_seller("Ef")
    VendorPayoutAccount.objects.filter(vendor=red).update(stripe_balances={"EUR": -1})
    for vendor, minor in ((ready, 900), (small, 499), (closed, 600), (red, 700)):
        credit(vendor, minor, key=f"credit:{vendor.pk}")
    credit(owes, -100, key="debt")

    run = prepare()

    assert dict(run.items.values_list("vendor_id", "obstacle")) == {
        ready.pk: "",
        small.pk: "too_little",
        closed.pk: "not_payable",
        red.pk: "red",
        owes.pk: "debt",
    }
    assert [item.vendor_id for item in run.items.filter(is_included=True)] == [ready.pk]


def test_sellers_left_out_are_not_paid_and_an_approved_run_is_not_changed() -> None:
    first, second = make_seller("Bakery"), make_seller("Bindery")
    released(first, 1000)
    released(second, 500)
    run = prepare()

    both = [first.pk, second.pk]
    runs.choose(run_id=run.pk, vendor_ids=[first.pk], among=both)
    approve(run, "marc", 10)
    with pytest.raises(RunRefusedError, match="Calculate it again"):
        runs.choose(run_id=run.pk, vendor_ids=[second.pk], among=both)
    approve(run, "ines", 10)

    assert sent() == [1000]


def test_calculating_again_forgets_the_first_approval() -> None:
    released(make_seller(), 1000)
    run = prepare()
    approve(run, "marc", 10)

    again = prepare()

    run.refresh_from_db()
    assert (run.state, again.state) == ("cancelled", "prepared")
    with pytest.raises(RunRefusedError, match="closed"):
        approve(run, "ines", 10)


def test_the_database_wants_two_people() -> None:
    released(make_seller(), 1000)
    run = approve(prepare(), "marc", 10)

    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        PayoutRun.objects.filter(pk=run.pk).update(
            state="executed", second_by=operator("marc"), second_at=LATER
        )


@pytest.mark.django_db(transaction=True)
def test_two_second_people_at_once_send_it_once(committing_db: None) -> None:
    released(make_seller(), 1000)
    run = approve(prepare(), "marc", 10)
    late = operator("nora")

    with transaction.atomic():
        approve(run, "ines", 10)
        beside = Beside(
            lambda: runs.approve(run_id=run.pk, whole=10, by=late, now=LATER)
        )
        assert beside.waits()

    with pytest.raises(RunRefusedError, match="closed"):
        beside.result()
    assert sent() == [1000]


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
            requirements=("document",),
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
