"""A shop that is suspended while its payment stands in a batch at the bank."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.flows import send_payouts
from payouts.models import AccountKind, BankBatch, VendorTransfer
from payouts.services import bank_payments
from payouts.services.bank_payments import BankPaymentRefusedError
from tests.integration.backoffice.conftest import SignedIn, as_operator
from tests.integration.payouts.market import (
    NOW,
    make_seller,
    posted,
    set_default_plan,
)
from tests.integration.payouts.test_adjustments import operator, unsound
from tests.integration.payouts.test_bank_batches import at_the_bank, released
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
__all__ = ["as_operator"]
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def at_once(settings) -> None:
    settings.TRANSFERS = "immediately"
    set_default_plan(bps=0)


def payable(minor: int) -> Vendor:
    """Return a shop whose sale waits to be paid at the bank."""
    vendor = make_seller(account=None)
    at_the_bank(vendor)
    released(vendor, minor)
    return vendor


def batch_of(*, by: str) -> BankBatch:
    return bank_payments.prepare_batch(currency="EUR", by=operator(by), now=LATER)


def stand(vendor: Vendor, state: Vendor.State) -> None:
    Vendor.objects.filter(pk=vendor.pk).update(state=state)


def confirm(batch: BankBatch, *, has_paid_suspended: bool = False) -> BankBatch:
    return bank_payments.confirm_batch(
        batch_id=batch.pk,
        reference="2026-331",
        by=operator("ines"),
        now=LATER,
        has_paid_suspended=has_paid_suspended,
    )


def test_a_batch_with_a_suspended_shop_is_not_booked_unseen() -> None:
    vendor = payable(10_000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    with pytest.raises(BankPaymentRefusedError, match="suspended"):
        confirm(batch)

    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 10_000
    assert VendorTransfer.objects.get().state == "requested"


def test_what_the_bank_had_paid_before_the_suspension_is_booked() -> None:
    vendor = payable(10_000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    confirm(batch, has_paid_suspended=True)

    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert unsound() == []


def test_a_suspended_shop_is_left_out_and_paid_once_it_opens() -> None:
    vendor, other = payable(10_000), payable(4000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    left = bank_payments.leave_suspended_out(
        batch_id=batch.pk, by=operator("ines"), now=LATER
    )
    confirm(batch)

    assert left == 1
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 10_000
    assert posted(other, AccountKind.VENDOR_PAYABLE) == 0
    stand(vendor, Vendor.State.OPEN)
    assert [row.amount_minor for row in batch_of(by="marc").transfers.all()] == [10_000]
    assert unsound() == []


def test_a_batch_that_paid_suspended_shops_alone_is_given_up() -> None:
    vendor = payable(10_000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    for _click in range(2):
        bank_payments.leave_suspended_out(
            batch_id=batch.pk, by=operator("ines"), now=LATER
        )

    batch.refresh_from_db()
    assert (batch.state, batch.transfers.count()) == ("cancelled", 0)


def test_what_is_booked_as_paid_is_not_left_out() -> None:
    vendor = payable(10_000)
    batch = confirm(batch_of(by="marc"))
    stand(vendor, Vendor.State.SUSPENDED)

    left = bank_payments.leave_suspended_out(
        batch_id=batch.pk, by=operator("ines"), now=LATER
    )

    assert (left, batch.transfers.count()) == (0, 1)


def test_a_sum_that_was_seen_before_a_shop_was_left_out_is_not_booked() -> None:
    vendor, _other = payable(10_000), payable(4000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)
    bank_payments.leave_suspended_out(batch_id=batch.pk, by=operator("ines"), now=LATER)

    with pytest.raises(BankPaymentRefusedError, match="Another sum"):
        bank_payments.confirm_batch(
            batch_id=batch.pk,
            reference="2026-331",
            by=operator("ines"),
            now=LATER,
            has_paid_suspended=True,
            seen_minor=14_000,
        )

    batch.refresh_from_db()
    assert batch.state == "prepared"


def test_where_nothing_is_left_out_the_page_says_so(as_operator: SignedIn):
    payable(10_000)
    batch = batch_of(by="marc")
    page = reverse("office-bank-batch", args=[batch.pk])

    answer = as_operator("finance").post(page, {"do": "leave-out"}, follow=True)

    assert "No suspended shop was in it any more." in answer.text
    assert 'name="seen_minor" value="10000"' in answer.text


def test_the_page_warns_and_leaves_the_suspended_shop_out(as_operator: SignedIn):
    vendor, _other = payable(10_000), payable(4000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)
    ines = as_operator("finance")
    page = reverse("office-bank-batch", args=[batch.pk])

    shown = ines.get(page).content.decode()
    unseen = ines.post(page, {"reference": "2026/331", "seen_minor": "14000"})
    batch.refresh_from_db()
    state = batch.state
    ines.post(page, {"do": "leave-out"})
    ines.post(page, {"reference": "2026/331", "seen_minor": "4000"})

    batch.refresh_from_db()
    assert "1 payment goes to a suspended shop" in shown
    assert (unseen.status_code, state) == (422, "prepared")
    assert (batch.state, batch.transfers.count()) == ("confirmed", 1)
    assert AuditEvent.objects.filter(action="batch.left_out").count() == 1


def test_who_says_that_a_suspended_shop_was_paid_is_kept() -> None:
    vendor = payable(10_000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    send_payouts.confirm_batch(
        batch_id=batch.pk,
        reference="2026-331",
        operator_id=operator("ines"),
        now=LATER,
        has_paid_suspended=True,
        seen_minor=10_000,
    )

    told = AuditEvent.objects.get(action="batch.confirmed")
    assert told.details == {"paid_suspended": True}


def test_a_batch_of_suspended_shops_alone_is_told_as_given_up() -> None:
    vendor = payable(10_000)
    batch = batch_of(by="marc")
    stand(vendor, Vendor.State.SUSPENDED)

    send_payouts.leave_suspended_out(
        batch=batch, operator_id=operator("ines"), now=LATER
    )

    told = AuditEvent.objects.filter(action__startswith="batch.").order_by("pk")
    assert [each.action for each in told] == ["batch.left_out", "batch.cancelled"]
