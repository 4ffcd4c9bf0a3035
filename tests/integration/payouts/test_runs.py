"""Runs and bank payments: what two people approve is what leaves, and once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from payouts.models import (
    PayoutRun,
    Settlement,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import runs, sending
from payouts.services.runs import RunRefusedError
from tests.integration.beside import Beside
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    set_default_plan,
)
from tests.integration.payouts.test_adjustments import operator
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


def test_nothing_to_send_is_no_run(settings) -> None:
    with pytest.raises(RunRefusedError, match=r"Nothing is due in EUR\.$"):
        prepare()
    settings.TRANSFERS = "immediately"
    with pytest.raises(RunRefusedError, match="leaves by itself within a minute"):
        prepare()

    assert not PayoutRun.objects.exists()


def test_who_is_due_and_cannot_be_sent_anything_is_named_with_the_reason() -> None:
    names = ["Tinello", "Ab", "Bc", "Cd", "De", "Ef"]
    for minor, name in enumerate(names):
        closed = make_seller(name, account="restricted")
        credit(closed, 1234 - minor, key=name)
    credit(make_seller("Owes"), -100, key="debt")

    with pytest.raises(RunRefusedError) as refusal:
        prepare()

    assert refusal.value.message == (
        "Nobody can be paid just now: Tinello waits for €12.34 (Stripe asks for more); "
        "Ab waits for €12.33 (Stripe asks for more); "
        "Bc waits for €12.32 (Stripe asks for more); "
        "Cd waits for €12.31 (Stripe asks for more); "
        "De waits for €12.30 (Stripe asks for more); and 2 others."
    )
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
    item = run.items.get()
    assert (item.paid_minor, item.unpaid_because) == (600, "less")


def test_who_cannot_be_paid_any_more_is_sent_nothing_and_the_run_says_why() -> None:
    ready, closed = make_seller("Bakery"), make_seller("Tinello")
    credit(ready, 500, key="ready")
    credit(closed, 1234)
    run = prepare()
    approve(run, "marc", 17)

    account = VendorPayoutAccount.objects.filter(vendor=closed)
    account.update(recipient_status="restricted")
    approve(run, "ines", 17)

    assert sent() == [500]
    found = run.items.values_list("vendor_id", "paid_minor", "unpaid_because")
    assert set(found) == {(ready.pk, 500, ""), (closed.pk, 0, "not_payable")}


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


def test_a_run_sends_nothing_to_a_shop_that_is_suspended_meanwhile() -> None:
    ready, bad = make_seller("Ab"), make_seller("Bc")
    credit(ready, 500)
    credit(bad, 700, key="credit:2")
    run = prepare()
    approve(run, "marc", 12)

    Vendor.objects.filter(pk=bad.pk).update(state=Vendor.State.SUSPENDED)
    approve(run, "ines", 12)

    assert sent() == [500]
    found = run.items.values_list("vendor_id", "paid_minor", "unpaid_because")
    assert set(found) == {(ready.pk, 500, ""), (bad.pk, 0, "suspended")}
    with pytest.raises(RunRefusedError, match=r"€7\.00 \(Suspended: waits"):
        prepare()
