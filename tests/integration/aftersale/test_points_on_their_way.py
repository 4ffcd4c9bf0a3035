"""The books move points first, their owners' accounts a message later: no alarm."""

from collections.abc import Callable

import pytest

from loyalty import services as loyalty
from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.count_points import points_owed
from marketplace.flows.refund_line import refund_lines
from marketplace.jobs import topics
from payouts.models import RefundRequest
from payouts.selectors.invariants import violations_of_points
from payouts.selectors.points_awaited import TRIED_IN_VAIN
from payouts.services import points
from payouts.services.refund_booking import book_refund
from tests.integration.aftersale.steps import FRIDAY
from tests.integration.sale import PLACED_AT, Sale, make_offer, pay_for
from vendors.models import Vendor

HANDLES: dict[str, Callable[[Outbox], None]] = {
    "payment.succeeded": topics.order_was_paid,
    "refund.succeeded": topics.refund_has_arrived,
}


def told() -> list[str]:
    return [str(each) for each in violations_of_points(outstanding=points_owed())]


def waiting(topic: str) -> Outbox:
    return Outbox.objects.get(topic=topic)


def handle(topic: str) -> None:
    message = waiting(topic)
    HANDLES[topic](message)
    message.delete()


def refund_a_loaf(sale: Sale) -> None:
    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Stale.",
        token="by-hand:1",
        now=FRIDAY,
    )
    book_refund(request=RefundRequest.objects.get(), now=FRIDAY)


@pytest.fixture
def sale(anna: User, bakery: Vendor) -> Sale:
    """Three loaves for 300.00 of which points pay 150.00; nobody was told yet."""
    amount = loyalty.Amount(points=20_000, value_minor=20_000, currency="EUR")
    loyalty.grant(key="start", user_id=anna.pk, amount=amount, reason="", now=PLACED_AT)
    points.book_earned(key="start", amount_minor=20_000, currency="EUR", now=PLACED_AT)
    loaf = make_offer(bakery, "Loaf", cents=10_000)
    sale = pay_for(
        {bakery: {loaf: 3}}, user=anna, shipping_cents=0, points_minor=15_000
    )
    held = loyalty.Amount(points=15_000, value_minor=15_000, currency="EUR")
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=held, now=PLACED_AT)
    sale.order.status = sale.order.PENDING
    sale.order.save()
    return sale


def test_points_of_a_payment_and_of_a_refund_may_wait_for_their_messages(
    sale: Sale,
) -> None:
    seen = [told()]

    refund_a_loaf(sale)
    seen.append(told())
    # In the wrong order: the refund spends what the payment held, and gives back.
    handle("refund.succeeded")
    seen.append(told())
    handle("payment.succeeded")
    seen.append(told())

    assert seen == [[], [], [], []]
    assert points_owed() == {"EUR": 10_000}


def test_points_of_a_payment_that_no_message_will_spend_are_told(sale: Sale) -> None:
    waiting("payment.succeeded").delete()

    assert told() == [
        "I8 points are worth 200.00 EUR with those on their way, "
        "the ledger owes 50.00 EUR"
    ]


def test_points_of_a_refund_that_no_message_will_give_back_are_told(
    sale: Sale,
) -> None:
    handle("payment.succeeded")
    refund_a_loaf(sale)
    waiting("refund.succeeded").delete()

    assert told() == [
        "I8 points are worth 50.00 EUR with those on their way, "
        "the ledger owes 100.00 EUR"
    ]


def test_what_has_failed_for_long_is_not_on_its_way_any_more(sale: Sale) -> None:
    Outbox.objects.filter(topic="payment.succeeded").update(attempts=TRIED_IN_VAIN)

    assert len(told()) == 1


def test_points_that_a_message_moved_already_are_not_counted_twice(
    sale: Sale,
) -> None:
    refund_a_loaf(sale)
    for topic, act in HANDLES.items():
        act(waiting(topic))

    # Handled by another way (the page that a buyer returns to), the message is left.
    assert told() == []
