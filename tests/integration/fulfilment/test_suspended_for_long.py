"""Money that only a suspension keeps from its seller is told of as what is held."""

import pytest
from django.urls import reverse

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.models import Outbox
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.jobs import sweeps
from payouts.models import Settlement, VendorTransfer
from payouts.selectors.holds import long_holds
from payouts.services import bank_payments, sending
from tests.integration.backoffice.conftest import SignedIn, as_operator
from tests.integration.fulfilment.test_parcels_money import (
    DAY,
    answer,
    arrive,
    money,
    sell,
    send,
)
from tests.integration.payouts.test_bank_batches import at_the_bank
from tests.integration.sale import PLACED_AT, Sale
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
__all__ = ["as_operator"]
FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))
LONG = PLACED_AT + 75 * DAY


@pytest.fixture
def sale(db: None) -> Sale:
    """A table of 60.00 and a lamp of 40.00, delivered free; commission is 12 %."""
    return sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=0)


def stand(sale: Sale, state: Vendor.State) -> None:
    Vendor.objects.filter(pk=sale.part.vendor_id).update(state=state)


def suspend_and_release(sale: Sale) -> None:
    stand(sale, Vendor.State.SUSPENDED)
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    confirm_receipt(part=sale.part, now=PLACED_AT + 2 * DAY)


def waiting(at=LONG) -> list[int]:
    return [row.kept_minor for row in long_holds(FINANCE, now=at)]


def told() -> int:
    return Outbox.objects.filter(topic="mail", payload__kind="long_hold").count()


def test_what_a_suspension_keeps_is_listed_from_day_75_until_it_is_paid(
    sale: Sale,
) -> None:
    suspend_and_release(sale)
    sending.sweep(now=LONG)
    before, listed = waiting(LONG - DAY), waiting()

    stand(sale, Vendor.State.OPEN)
    opened = waiting()
    stand(sale, Vendor.State.SUSPENDED)
    again = waiting()
    stand(sale, Vendor.State.OPEN)
    sending.sweep(now=LONG)
    answer(LONG)
    stand(sale, Vendor.State.SUSPENDED)

    assert (before, listed, opened, again) == ([], [8800], [], [8800])
    assert waiting() == []


def test_of_a_sale_in_parcels_what_is_held_and_what_is_kept_is_one_sum(
    sale: Sale,
) -> None:
    stand(sale, Vendor.State.SUSPENDED)
    arrive(send(sale, 1, 0), PLACED_AT + DAY)
    arrive(send(sale, 0, 1), PLACED_AT + 70 * DAY)
    sweeps.releases(PLACED_AT + 60 * DAY)

    row = money(sale)
    (listed,) = long_holds(FINANCE, now=LONG)
    assert (row.state, listed.held_minor) == ("held", 3520)
    assert (listed.waiting_minor, listed.kept_minor) == (5280, 8800)


def test_what_waits_for_a_batch_at_the_bank_is_listed_too(sale: Sale) -> None:
    at_the_bank(sale.part.vendor)
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    confirm_receipt(part=sale.part, now=PLACED_AT + 2 * DAY)
    stand(sale, Vendor.State.SUSPENDED)

    assert VendorTransfer.objects.get().state == "requested"
    assert not bank_payments.waiting_payments().exists()
    assert waiting() == [8800]


def test_what_was_asked_of_stripe_before_the_suspension_is_not(sale: Sale) -> None:
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    confirm_receipt(part=sale.part, now=PLACED_AT + 2 * DAY)
    stand(sale, Vendor.State.SUSPENDED)

    assert waiting() == []


def test_operators_are_told_once_of_what_a_suspension_keeps(sale: Sale) -> None:
    suspend_and_release(sale)
    numbers = []
    for moment in (LONG - DAY, LONG, LONG + DAY):
        sweeps.long_holds(moment)
        numbers.append(told())

    assert numbers == [0, 1, 1]


def test_operators_told_of_the_hold_are_told_that_its_release_paid_nobody(
    sale: Sale,
) -> None:
    stand(sale, Vendor.State.SUSPENDED)
    arrive(send(sale, 1, 1), PLACED_AT + 74 * DAY)
    sweeps.long_holds(LONG)
    first = told()

    for days in (85, 86, 87):
        sweeps.long_holds(PLACED_AT + days * DAY)

    assert money(sale).state == "released"
    assert (first, told()) == (1, 2)


def test_the_page_of_held_money_says_what_to_do_about_a_suspended_shop(
    sale: Sale, as_operator: SignedIn
) -> None:
    suspend_and_release(sale)
    Settlement.objects.update(paid_at=PLACED_AT - 80 * DAY)
    finance = as_operator("finance")

    shown = finance.get(reverse("office-holds")).content.decode()
    narrowed = finance.get(reverse("office-holds"), {"why": "suspended"})

    assert sale.part.number in shown
    assert "Shop suspended" in shown
    assert "Open the shop again to pay it, or refund the buyer." in shown
    assert "Not by itself" in shown
    assert sale.part.number in narrowed.content.decode()
