"""What a refusal and a refund do to the money and the points, to the cent."""

import pytest

from loyalty import services as loyalty
from loyalty.models import PointsAccount
from loyalty.selectors import worth_outstanding
from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.after_payment import settle_refund
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import (
    confirm_receipt,
)
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import topics
from payouts.models import RefundRequest
from payouts.services.refund_booking import book_failure, undo_refund
from tests.integration.aftersale.steps import (
    FRIDAY,
    GROSS,
    SHIPPED_AT,
    answer_refunds,
    arrive,
    ledger,
    payable,
    ship,
)
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.models import Vendor, VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import CancelReason, Dispatch


def test_a_refused_part_goes_back_whole_and_the_other_stays(anna: User):
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    loaf = make_offer(bakery, "Loaf", cents=450)
    notebook = make_offer(bindery, "Notebook", cents=1900)
    sale = pay_for({bakery: {loaf: 2}, bindery: {notebook: 1}}, user=anna)
    other = sale.parts[1]

    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=SHIPPED_AT)
    answer_refunds(SHIPPED_AT)

    refund = RefundRequest.objects.get()
    assert (refund.cash_minor, refund.state) == (900 + 490, "refunded")
    assert sale.part.settlement.state == "cancelled"
    assert other.settlement.state == "held"
    assert -ledger("vendor_held") == other.settlement.payable_minor
    assert ledger("stripe_balance") == 1900 + 490


def test_a_buyer_cancels_once(sale: Sale):
    cancel_order(part=sale.part, now=SHIPPED_AT)

    with pytest.raises(fulfilment.NotCancellableError):
        cancel_order(part=sale.part, now=SHIPPED_AT)

    assert RefundRequest.objects.get().cash_minor == GROSS


def test_the_rest_of_a_part_is_refunded_by_the_piece(sale: Sale):
    loaf, _ = sale.lines
    dispatch = Dispatch(
        carrier_code="bpost",
        tracking_number="3232051288400117",
        quantities={loaf.pk: 1},
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=SHIPPED_AT)

    refuse_order(part=sale.part, reason=CancelReason.DAMAGED, now=FRIDAY)

    assert RefundRequest.objects.get().cash_minor == 450 + 720
    assert sale.part.settlement.shipped_at == FRIDAY
    assert sale.part.state == VendorOrder.State.SHIPPED


def test_points_that_paid_come_back_with_the_refund(anna: User, bakery: Vendor):
    loaf = make_offer(bakery, "Loaf", cents=1000)
    sale = pay_for({bakery: {loaf: 1}}, user=anna, shipping_cents=0, points_minor=400)

    refuse_order(part=sale.part, reason=CancelReason.OTHER, now=SHIPPED_AT)
    answer_refunds(SHIPPED_AT)

    assert RefundRequest.objects.get().cash_minor == 600
    # Spent 400 by the fixture's payment, given back 400.
    assert ledger("points_liability") == 0


def test_a_refund_takes_back_the_points_it_had_earned(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    loaf, _ = sale.lines

    refund_lines(
        part=sale.part,
        quantities={loaf.pk: 2},
        reason="Stale.",
        token="by-hand:1",
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    account = PointsAccount.objects.get(user=anna)
    assert (account.pending, account.available) == (7, 0)
    assert ledger("points_liability") == -7
    assert worth_outstanding() == {"EUR": 7}


def refund_a_loaf(sale: Sale) -> RefundRequest:
    """Ask for the money of two loaves; Stripe has not answered."""
    loaf, _ = sale.lines
    refund_lines(
        part=sale.part,
        quantities={loaf.pk: 2},
        reason="Stale.",
        token="by-hand:1",
        now=FRIDAY,
    )
    return RefundRequest.objects.get()


def test_a_refund_that_stripe_refuses_costs_no_points(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)
    request = refund_a_loaf(sale)

    confirm_receipt(part=sale.part, now=FRIDAY)
    undo_refund(request=request, why="The card is gone.", now=FRIDAY)

    assert PointsAccount.objects.get(user=anna).pending == 16


def test_a_refund_on_its_way_takes_its_points_when_it_has_arrived(
    sale: Sale, anna: User
):
    payable(sale.part)
    arrive(sale)
    refund_a_loaf(sale)

    confirm_receipt(part=sale.part, now=FRIDAY)
    answer_refunds(FRIDAY)

    assert PointsAccount.objects.get(user=anna).pending == 7
    assert worth_outstanding() == {"EUR": 7}
    assert ledger("points_liability") == -7


def refused_sale(anna: User, bakery: Vendor) -> RefundRequest:
    """Something that anna paid with 400 points too, and its seller does not send."""
    loyalty.grant(
        key="start",
        user_id=anna.pk,
        amount=loyalty.Amount(points=400, value_minor=400, currency="EUR"),
        reason="",
        now=SHIPPED_AT,
    )
    loaf = make_offer(bakery, "Loaf", cents=1000)
    sale = pay_for({bakery: {loaf: 1}}, user=anna, shipping_cents=0, points_minor=400)
    hold_and_spend(sale, anna, 400)
    refuse_order(part=sale.part, reason=CancelReason.OTHER, now=SHIPPED_AT)
    return RefundRequest.objects.get()


def failed_message() -> Outbox:
    """The news of a failed refund, as it was written before a deploy."""
    message = Outbox.objects.get(topic="refund.failed")
    message.payload.pop("is_booked", None)
    return message


def test_points_follow_a_refund_that_the_card_did_not_take(anna: User, bakery: Vendor):
    request = refused_sale(anna, bakery)

    book_failure(request=request, why="lost_or_stolen_card", now=SHIPPED_AT)
    topics.refund_has_failed(failed_message())

    assert PointsAccount.objects.get(user=anna).available == 400
    assert not Outbox.objects.filter(topic="mail", key__startswith="refunded").exists()


def test_no_points_follow_a_refund_that_stripe_never_made(anna: User, bakery: Vendor):
    request = refused_sale(anna, bakery)

    undo_refund(request=request, why="The card is gone.", now=SHIPPED_AT)
    topics.refund_has_failed(failed_message())

    assert PointsAccount.objects.get(user=anna).available == 0


def hold_and_spend(sale: Sale, buyer: User, points: int) -> None:
    """Let an order have taken points, as it does when it is placed and paid."""
    amount = loyalty.Amount(points=points, value_minor=points, currency="EUR")
    loyalty.hold(
        user_id=buyer.pk, order_id=sale.order.pk, amount=amount, now=SHIPPED_AT
    )
    loyalty.spend_hold(order_id=sale.order.pk, now=SHIPPED_AT)


def test_the_news_of_a_refund_may_come_twice(sale: Sale, anna: User):
    payable(sale.part)
    ship(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    news = {
        "refund_id": 1,
        "order_id": sale.order.pk,
        "cash_minor": 0,
        "points_minor": 0,
        "part_ids": [sale.part.pk],
    }

    for _ in range(2):
        settle_refund(**news, now=FRIDAY)

    assert PointsAccount.objects.get(user=anna).pending == 16
