"""Pieces that were never sent, and money that Stripe or a bank did not let go back."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.long_holds import end_long_hold
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.release_payment import release_payment
from marketplace.jobs import topics
from payouts.models import RefundRequest, Settlement
from payouts.selectors.disputes import open_holds
from payouts.selectors.invariants import violations_of_books
from payouts.services import release
from payouts.services.dispute_allocation import Share, allocate
from payouts.services.refund_booking import undo_refund
from tests.integration.aftersale.steps import (
    ARRIVED_AT,
    FRIDAY,
    GROSS,
    SHIPPED_AT,
    answer_refunds,
    payable,
)
from tests.integration.aftersale.test_given_back_unsent import (
    LATER,
    State,
    left,
    send,
    thread,
)
from tests.integration.disputed import charge_back
from tests.integration.sale import PLACED_AT, Sale
from vendors.services.fulfilment import CancelReason


def refused_unsent(sale: Sale) -> RefundRequest:
    """Of two loaves one arrives; the other is given back, and Stripe refuses that."""
    payable(sale.part)
    loaf, jam = sale.lines
    send(sale, {loaf.pk: 1, jam.pk: 1})
    parcel = sale.part.parcels.get()
    deliver_parcel(parcel=parcel, delivered_at=ARRIVED_AT, now=ARRIVED_AT)
    release.release_due(now=LATER)
    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="Late.", token="1", now=LATER
    )
    request = RefundRequest.objects.get()
    undo_refund(request=request, why="charge_disputed", now=LATER)
    release.release_due(now=LATER + timedelta(days=30))
    return request


def paid_out(sale: Sale) -> int:
    settlement = Settlement.objects.get(vendor_order=sale.part)
    return settlement.released_minor - settlement.taken_minor


def test_a_piece_that_was_never_sent_is_not_paid_when_stripe_refuses_its_refund(
    sale: Sale,
):
    request = refused_unsent(sale)

    # Of 9.00 the seller's part is 7.69: 3.85 of it for the first, 3.84 are held.
    settlement = sale.part.settlement
    assert (settlement.state, settlement.held_minor) == ("frozen", 384)
    assert paid_out(sale) == settlement.payable_minor - 384
    assert [hold.key for hold in open_holds(order_id=sale.order.pk)] == [
        f"unrefunded:{request.pk}"
    ]
    assert broken() == []


def test_its_money_goes_back_when_it_can(sale: Sale):
    refused_unsent(sale)
    loaf, _jam = sale.lines

    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="Late.", token="2", now=LATER
    )
    answer_refunds(LATER)
    release.release_due(now=LATER)

    settlement = sale.part.settlement
    assert open_holds(order_id=sale.order.pk) == []
    assert (settlement.state, settlement.held_minor) == ("transferring", 0)
    assert paid_out(sale) == settlement.payable_minor - 385
    assert broken() == []


def test_only_a_person_lets_the_seller_have_it(sale: Sale, anna: User):
    refused_unsent(sale)

    release_payment(
        part=sale.part, reason="Paid at the till.", operator_id=anna.pk, now=LATER
    )

    settlement = sale.part.settlement
    assert (paid_out(sale), settlement.held_minor) == (settlement.payable_minor, 0)
    assert broken() == []


def test_what_is_held_for_long_is_given_back_again_not_paid(sale: Sale):
    refused_unsent(sale)

    for days in (86, 90):
        late = PLACED_AT + timedelta(days=days)
        end_long_hold(part=sale.part, now=late)
        undo_refund(request=RefundRequest.objects.latest("pk"), why="refused", now=late)

    assert [each.cash_minor for each in RefundRequest.objects.order_by("pk")] == [
        450,
        450,
        450,
    ]
    assert sale.part.settlement.held_minor == 384


def broken() -> list[str]:
    """What does not hold of refunds and of settlements."""
    found = violations_of_books()
    return [str(each) for each in found if each.code in {"I3", "I4", "I6", "I10"}]


def take_back(sale: Sale, cash_minor: int) -> None:
    """Let a bank take money that the seller bears, and tell the worker."""
    lost = charge_back(sale, at=SHIPPED_AT, status="lost")
    allocate(
        dispute_id=lost.pk,
        shares=[Share(settlement_id=sale.part.settlement.pk, amount_minor=cash_minor)],
        decision="Never sent.",
        decided_by=sale.order.user_id,
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)
    for message in Outbox.objects.filter(topic="sale.taken_back"):
        topics.sale_was_taken_back(message)


@pytest.mark.parametrize(
    ("taken", "state", "rest"),
    [(GROSS, State.CANCELLED, [0, 0]), (1000, State.TO_SHIP, [2, 1])],
)
def test_what_a_bank_has_taken_back_is_not_sent(
    sale: Sale, taken: int, state: State, rest: list[int]
):
    take_back(sale, taken)

    assert (sale.part.state, left(sale)) == (state, rest)
    assert ("bank has taken the money back" in thread(sale)) is (rest == [0, 0])


def test_a_refused_rest_has_no_more_to_give_than_is_left(sale: Sale):
    loaf, _jam = sale.lines
    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="", token="1", now=SHIPPED_AT
    )
    send(sale, {loaf.pk: 1})

    refuse_order(part=sale.part, reason=CancelReason.DAMAGED, now=FRIDAY)

    assert [each.cash_minor for each in RefundRequest.objects.order_by("pk")] == [
        450,
        720,
    ]
    assert sale.part.state == State.SHIPPED
