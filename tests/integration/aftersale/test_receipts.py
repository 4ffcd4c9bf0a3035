"""What a receipt does to the money, the points and the note, to the cent."""

from datetime import timedelta

import pytest

from loyalty.models import PointsAccount
from loyalty.selectors import worth_outstanding
from marketplace.accounts.models import User
from marketplace.core.errors import ReasonMissingError
from marketplace.db.models import AuditEvent
from marketplace.flows.confirm_receipt import (
    ProblemOpenError,
    confirm_receipt,
    give_note,
    receive_by_timer,
)
from marketplace.flows.earn_points import parts_to_vest, vest_points
from marketplace.flows.recount_standing import recount_standing
from marketplace.flows.release_payment import release_payment
from payouts.models import LedgerEntry
from reviews.services import Note, NoteGivenError
from tests.integration.aftersale.steps import (
    ARRIVED_AT,
    FRIDAY,
    arrive,
    ledger,
    payable,
    report,
    ship,
)
from tests.integration.payouts.market import set_default_plan
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.models import Vendor, VendorOrder
from vendors.services import fulfilment


def test_receipt_releases_the_money_and_earns_points(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)
    kept = sale.part.settlement.payable_minor

    confirm_receipt(part=sale.part, note=Note(score=5), now=FRIDAY)

    settlement = sale.part.settlement
    assert settlement.state == "transferring"
    assert (ledger("vendor_held"), ledger("vendor_payable")) == (0, -kept)
    account = PointsAccount.objects.get(user=anna)
    assert (account.pending, account.available) == (16, 0)
    assert ledger("points_liability") == -16
    assert worth_outstanding() == {"EUR": 16}


def test_a_second_receipt_moves_nothing(sale: Sale):
    payable(sale.part)
    ship(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    before = LedgerEntry.objects.count()

    with pytest.raises(fulfilment.NotReceivableError):
        confirm_receipt(part=sale.part, now=FRIDAY)

    assert LedgerEntry.objects.count() == before


def test_money_of_a_seller_without_an_account_stays_held(sale: Sale):
    ship(sale)

    confirm_receipt(part=sale.part, now=FRIDAY)

    assert sale.part.state == VendorOrder.State.RECEIVED
    assert sale.part.settlement.state == "held"


def test_a_sale_of_which_the_seller_gets_nothing_is_received_by_timer(
    anna: User, bakery: Vendor
):
    set_default_plan(bps=10_000, charge_vat=False)
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=anna)
    payable(sale.part)
    arrive(sale)

    received = receive_by_timer(part=sale.part, now=FRIDAY)

    assert sale.part.settlement.payable_minor == 0
    assert received
    assert sale.part.state == VendorOrder.State.RECEIVED
    assert sale.part.settlement.state == "transferred"
    assert PointsAccount.objects.get(user=anna).pending == 5


@pytest.mark.parametrize(("promised", "days"), [(None, 14), (30, 30)])
def test_points_vest_when_money_is_released_and_returns_are_over(
    sale: Sale, anna: User, promised: int | None, days: int
):
    VendorOrder.objects.filter(pk=sale.part.pk).update(returns_days=promised)
    sale.part.refresh_from_db()
    payable(sale.part)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    end = ARRIVED_AT + timedelta(days=days)

    too_early = vest_points(part=sale.part, now=end - timedelta(seconds=1))
    in_time = vest_points(part=sale.part, now=end)

    account = PointsAccount.objects.get(user=anna)
    assert too_early is None
    assert in_time is not None
    assert (account.pending, account.available) == (0, 16)


def test_points_do_not_vest_before_the_seller_is_paid(sale: Sale):
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)

    assert vest_points(part=sale.part, now=FRIDAY + timedelta(days=60)) is None


def test_points_of_money_that_is_held_do_not_keep_others_waiting(
    sale: Sale, anna: User
):
    # An older sale of a seller whom Stripe cannot pay yet.
    ship(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    bindery = make_seller("Bindery")
    later = pay_for({bindery: {make_offer(bindery, "Book", cents=900): 1}}, user=anna)
    payable(later.part)
    ship(later)
    confirm_receipt(part=later.part, now=FRIDAY)

    due = parts_to_vest(now=FRIDAY + timedelta(days=60), limit=1)

    assert due == [later.part.pk]


def test_a_note_counts_for_the_seller(sale: Sale, bakery: Vendor):
    ship(sale)

    confirm_receipt(part=sale.part, note=Note(score=4, text="Crisp."), now=FRIDAY)

    bakery.partner.refresh_from_db()
    assert str(bakery.partner.note_mean) == "4.00"
    assert bakery.partner.note_count == 1
    with pytest.raises(NoteGivenError):
        give_note(part=sale.part, note=Note(score=1), now=FRIDAY)
    bakery.standing.refresh_from_db()
    assert (bakery.standing.note_sum, bakery.standing.note_count) == (4, 1)


def test_counters_can_be_counted_anew(sale: Sale, bakery: Vendor):
    ship(sale)
    confirm_receipt(part=sale.part, note=Note(score=4), now=FRIDAY)
    bakery.standing.refresh_from_db()
    kept = {
        name: value
        for name, value in vars(bakery.standing).items()
        if not name.startswith("_")
    }

    recount_standing(vendor=bakery, now=FRIDAY)

    bakery.standing.refresh_from_db()
    # The fixture pays behind the flow that counts orders.
    assert bakery.standing.orders == 1
    assert {**kept, "orders": 1} == {
        name: value
        for name, value in vars(bakery.standing).items()
        if not name.startswith("_")
    }


def test_an_operator_releases_by_hand_with_a_reason(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)

    with pytest.raises(ReasonMissingError):
        release_payment(part=sale.part, reason="", operator_id=anna.pk, now=FRIDAY)
    release_payment(
        part=sale.part, reason="The buyer rang.", operator_id=anna.pk, now=FRIDAY
    )

    assert sale.part.settlement.state == "transferring"
    event = AuditEvent.objects.get(action="order.released")
    assert (event.actor, event.reason) == (anna, "The buyer rang.")


def test_a_hand_does_not_pass_over_a_report(sale: Sale, anna: User):
    arrive(sale)
    report(sale)

    with pytest.raises(ProblemOpenError):
        release_payment(
            part=sale.part, reason="In a hurry.", operator_id=anna.pk, now=FRIDAY
        )

    assert sale.part.settlement.state == "frozen"
