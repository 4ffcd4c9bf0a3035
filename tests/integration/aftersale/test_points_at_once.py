"""Two hands move a buyer's points at one moment: nothing is taken or left twice."""

import pytest
from django.db import transaction

from loyalty.models import PointsAccount
from loyalty.selectors import worth_outstanding
from marketplace.db.models import Outbox
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.refund_line import refund_lines
from marketplace.jobs import topics
from payouts.models import RefundRequest
from payouts.services.refund_booking import book_refund
from tests.integration.aftersale.steps import FRIDAY, arrive, ledger, payable
from tests.integration.beside import Beside
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for

pytestmark = pytest.mark.usefixtures("committing_db")


def received_loaves() -> Sale:
    """Three loaves at 100 euros, which have earned 300 points."""
    bakery = make_seller("Bakery")
    loaf = make_offer(bakery, "Loaf", cents=10_000)
    sale = pay_for({bakery: {loaf: 3}}, user=make_user("anna"))
    payable(sale.part)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    return sale


def refund_a_loaf(sale: Sale, *, token: str) -> None:
    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Stale.",
        token=token,
        now=FRIDAY,
    )


def test_two_refunds_of_one_part_take_the_points_of_both_and_no_more():
    sale = received_loaves()
    for token in ("by-hand:1", "by-hand:2"):
        refund_a_loaf(sale, token=token)
    with transaction.atomic():
        for request in RefundRequest.objects.order_by("pk"):
            book_refund(request=request, now=FRIDAY)
    one, other = Outbox.objects.filter(topic="refund.succeeded").order_by("pk")

    with transaction.atomic():
        topics.refund_has_arrived(one)
        beside = Beside(lambda: topics.refund_has_arrived(other))
        has_waited = beside.waits()
    beside.result()

    account = PointsAccount.objects.get()
    assert has_waited
    assert (account.pending, account.available) == (100, 0)
    assert worth_outstanding() == {"EUR": 100}
    assert ledger("points_liability") == -100
