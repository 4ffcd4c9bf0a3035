"""Fines, credits and written-off debts: who may decide them, and what is booked."""

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from payouts.models import (
    AccountKind,
    Adjustment,
    AdjustmentKind,
    LedgerEntry,
    LedgerTransaction,
)
from payouts.selectors.invariants import violations_of_books
from payouts.services import adjustments
from payouts.services.adjustments import AdjustmentRefusedError, AdjustmentRequest
from tests.integration.beside import Beside
from tests.integration.payouts.market import NOW, books, make_seller, posted
from tests.integration.payouts.test_release import sold
from vendors.models import Vendor


def operator(name: str = "marc") -> int:
    user, _made = User.objects.get_or_create(email=f"{name}@example.org")
    return user.pk


def ask(
    vendor: Vendor,
    kind: AdjustmentKind = AdjustmentKind.FINE,
    minor: int = 2500,
    *,
    name: str = "t",
    by: int | None = None,
    **more: int,
) -> Adjustment:
    request = AdjustmentRequest(
        vendor_id=vendor.pk,
        currency="EUR",
        kind=kind,
        amount_minor=minor,
        reason="Sent twice the same parcel late",
        token=name,
        settlement_id=more.get("settlement_id"),
    )
    return adjustments.request_adjustment(request=request, by=by or operator(), now=NOW)


def unsound() -> list[str]:
    """Return what does not hold, but for what only Stripe's rows tell."""
    found = [row for row in violations_of_books() if row.code not in {"I2", "I7"}]
    return [str(row) for row in found]


pytestmark = pytest.mark.django_db


def test_one_may_not_approve_ones_own() -> None:
    row = ask(make_seller(), minor=5001)

    with pytest.raises(AdjustmentRefusedError, match="Somebody else"):
        adjustments.approve(adjustment_id=row.pk, by=operator(), now=NOW)

    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == ("requested", None)
    assert not LedgerTransaction.objects.exists()


@pytest.mark.parametrize("minor", [0, -1, 100_000_000])
def test_an_amount_that_is_none_is_refused(minor: int) -> None:
    with pytest.raises(AdjustmentRefusedError) as refusal:
        ask(make_seller(), minor=minor)

    assert refusal.value.field == "amount"
    assert not Adjustment.objects.exists()


def test_a_reason_is_needed_for_the_seller_reads_it() -> None:
    request = AdjustmentRequest(
        vendor_id=make_seller().pk,
        currency="EUR",
        kind=AdjustmentKind.CREDIT,
        amount_minor=100,
        reason="  ",
        token="t",
    )

    with pytest.raises(AdjustmentRefusedError) as refusal:
        adjustments.request_adjustment(request=request, by=operator(), now=NOW)

    assert refusal.value.field == "reason"


def test_the_sale_of_another_seller_is_refused() -> None:
    sale = sold(make_seller("Bindery"))

    with pytest.raises(AdjustmentRefusedError) as refusal:
        ask(make_seller("Bakery"), settlement_id=sale.pk)

    assert refusal.value.field == "order"


def test_more_than_is_owed_cannot_be_written_off() -> None:
    vendor = make_seller()
    ask(vendor, minor=1000, name="fine")

    with pytest.raises(AdjustmentRefusedError, match="owes less"):
        ask(vendor, AdjustmentKind.WRITE_OFF, 1001, name="off")

    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == -1000


def test_a_small_fine_is_booked_at_once(check_deferred) -> None:
    vendor = make_seller()

    row = ask(vendor, minor=5000)
    again = ask(vendor, minor=5000)

    check_deferred()
    assert row.pk == again.pk
    assert row.state == "booked"
    assert books() == {"adjustments": -5000, "vendor_payable": 5000}
    assert Outbox.objects.filter(topic="adjustment.booked").count() == 1
    assert unsound() == []


def test_above_the_limit_a_second_person_books_it_once(check_deferred) -> None:
    row = ask(make_seller(), AdjustmentKind.CREDIT, 5001)
    before = books()

    for _click in range(2):
        adjustments.approve(adjustment_id=row.pk, by=operator("ines"), now=NOW)

    check_deferred()
    assert before == {}
    assert books() == {"adjustments": 5001, "vendor_payable": -5001}
    assert unsound() == []


def test_a_debt_is_written_off_to_bad_debt(check_deferred) -> None:
    """J19."""
    vendor = make_seller()
    fine = ask(vendor, minor=5800, name="fine")
    adjustments.approve(adjustment_id=fine.pk, by=operator("ines"), now=NOW)
    row = ask(vendor, AdjustmentKind.WRITE_OFF, 5800, name="off")

    adjustments.approve(adjustment_id=row.pk, by=operator("ines"), now=NOW)

    check_deferred()
    assert books() == {"adjustments": -5800, "bad_debt": 5800}
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert unsound() == []


def test_what_is_taken_back_is_the_opposite_and_only_once() -> None:
    row = ask(make_seller(), minor=2500)

    back = adjustments.take_back(
        adjustment_id=row.pk, reason="The carrier was late", by=operator(), now=NOW
    )

    assert (back.amount_minor, back.kind, back.reverses_id) == (
        2500,
        "reversal",
        row.pk,
    )
    assert books() == {}
    with pytest.raises(AdjustmentRefusedError, match="already"):
        adjustments.take_back(
            adjustment_id=row.pk, reason="Again", by=operator(), now=NOW
        )
    with pytest.raises(AdjustmentRefusedError, match="Only what was booked"):
        adjustments.take_back(
            adjustment_id=back.pk, reason="Again", by=operator(), now=NOW
        )


def test_what_nobody_agreed_to_take_back_may_be_asked_for_again() -> None:
    row = ask(make_seller(), minor=9000)
    adjustments.approve(adjustment_id=row.pk, by=operator("ines"), now=NOW)
    first = adjustments.take_back(
        adjustment_id=row.pk, reason="A mistake", by=operator(), now=NOW
    )
    with pytest.raises(AdjustmentRefusedError, match="already"):
        adjustments.take_back(
            adjustment_id=row.pk, reason="Again", by=operator(), now=NOW
        )
    adjustments.refuse(
        adjustment_id=first.pk, reason="Why?", by=operator("ines"), now=NOW
    )

    second = adjustments.take_back(
        adjustment_id=row.pk, reason="The carrier was late", by=operator(), now=NOW
    )
    adjustments.approve(adjustment_id=second.pk, by=operator("ines"), now=NOW)

    assert first.pk != second.pk
    assert books() == {}
    assert unsound() == []


def test_a_refused_one_is_closed_for_good() -> None:
    row = ask(make_seller(), minor=9000)
    adjustments.refuse(
        adjustment_id=row.pk, reason="Too much", by=operator("ines"), now=NOW
    )

    with pytest.raises(AdjustmentRefusedError, match="decided meanwhile"):
        adjustments.approve(adjustment_id=row.pk, by=operator("ines"), now=NOW)

    assert books() == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_adjustment SET amount_minor = -1",
        "UPDATE payouts_adjustment SET reason = 'x'",
        "UPDATE payouts_adjustment SET vendor_id = vendor_id + 1",
        "UPDATE payouts_adjustment SET state = 'refused'",
        "DELETE FROM payouts_adjustment",
    ],
)
def test_the_database_refuses_to_change_a_decision(statement: str) -> None:
    ask(make_seller())

    with pytest.raises(IntegrityError, match="What was decided stays"):  # noqa: SIM117
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_refuses_one_person_where_two_are_needed() -> None:
    row = ask(make_seller(), minor=9000)

    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Adjustment.objects.filter(pk=row.pk).update(
            state="booked", decided_by=operator(), decided_at=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_book_it_once(committing_db: None) -> None:
    row = ask(make_seller(), AdjustmentKind.CREDIT, 9000)
    first, second = operator("ines"), operator("nora")

    with transaction.atomic():
        adjustments.approve(adjustment_id=row.pk, by=first, now=NOW)
        beside = Beside(
            lambda: adjustments.approve(adjustment_id=row.pk, by=second, now=NOW)
        )
        assert beside.waits()

    with pytest.raises(AdjustmentRefusedError, match="decided meanwhile"):
        beside.result()
    assert LedgerEntry.objects.count() == 2
