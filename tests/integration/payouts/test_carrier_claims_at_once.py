"""Two who close a claim at once book it once; who dies in between has done nothing."""

import pytest
from django.db import transaction

from payouts.models import CarrierClaim, LedgerTransaction
from payouts.selectors.carrier_claims import claims_about
from payouts.services.carrier_claims import CarrierClaimRefusedError
from tests.factories import UserFactory
from tests.integration.beside import Beside
from tests.integration.payouts.test_carrier_claims import (
    claim,
    close,
    paid,
    reopen,
    sell,
)

pytestmark = pytest.mark.usefixtures("committing_db")


@pytest.fixture
def ines(committing_db: None) -> int:
    return int(UserFactory.create(is_staff=True).pk)


@pytest.fixture
def row(ines: int) -> CarrierClaim:
    return claim(sell(), 640, by=ines)


def bookings() -> int:
    return LedgerTransaction.objects.filter(kind="carrier_paid").count()


def test_the_second_click_waits_for_the_first_and_books_nothing(
    row: CarrierClaim, ines: int
):
    with transaction.atomic():
        first = close(row, paid(640), by=ines)
        second = Beside(lambda: close(row, paid(640), by=ines))
        waited = second.waits()

    assert (first, waited, second.result()) == (True, True, False)
    assert bookings() == 1


def test_another_sum_at_the_same_time_is_refused(row: CarrierClaim, ines: int):
    with transaction.atomic():
        close(row, paid(640), by=ines)
        second = Beside(lambda: close(row, paid(1), by=ines))
        waited = second.waits()

    with pytest.raises(CarrierClaimRefusedError, match="closed already"):
        second.result()
    assert waited
    row.refresh_from_db()
    assert (row.received_minor, bookings()) == (640, 1)


def test_an_end_that_is_taken_back_twice_at_once_is_booked_back_once(
    row: CarrierClaim, ines: int
):
    close(row, paid(640), by=ines)

    with transaction.atomic():
        first = reopen(row, 0)
        second = Beside(lambda: reopen(row, 0))
        waited = second.waits()

    assert (first, waited, second.result()) == (paid(640), True, None)
    assert LedgerTransaction.objects.filter(kind="carrier_paid_back").count() == 1


def test_who_dies_before_the_end_leaves_the_claim_open(row: CarrierClaim, ines: int):
    with transaction.atomic():
        close(row, paid(640), by=ines)
        transaction.set_rollback(True)

    row.refresh_from_db()
    assert (row.state, row.received_minor, bookings()) == ("open", 0, 0)
    assert close(row, paid(640), by=ines)
    assert bookings() == 1


def test_a_claim_that_is_asked_for_twice_at_once_is_one(ines: int):
    sale = sell()

    with transaction.atomic():
        first = claim(sale, 640, by=ines)
        second = Beside(lambda: claim(sale, 640, by=ines))
        waited = second.waits()

    assert waited
    assert second.result() == first
    assert list(claims_about(sale.part.pk)) == [first]
