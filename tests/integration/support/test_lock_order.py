"""A report is taken back while its seller refuses: one waits for the other."""

import pytest
from django.db import transaction

from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.report_problem import withdraw_problem
from support.models import Problem
from tests.integration.beside import Beside
from tests.integration.sale import make_offer, make_seller, moment, pay_for
from vendors.models import VendorOrder
from vendors.score import Counters
from vendors.services import fulfilment, standing
from vendors.services.fulfilment import CancelReason

NOW = moment("2026-11-25 10:00")


@pytest.mark.usefixtures("committing_db")
def test_a_report_is_taken_back_after_whoever_has_the_order():
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})
    problem = Problem.objects.create(
        vendor_order=sale.part,
        kind=Problem.Kind.NOT_RECEIVED,
        text="Where is it?",
        opened_at=NOW,
        answer_by=NOW,
    )
    standing.count(vendor_id=bakery.pk, happened=Counters(problems=1))

    with transaction.atomic():
        fulfilment.lock(sale.part.pk)
        withdrawal = Beside(lambda: withdraw_problem(problem=problem, now=NOW))
        has_waited = withdrawal.waits()
        refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)

    assert has_waited
    assert withdrawal.result().state == Problem.State.WITHDRAWN
    assert sale.part.state == VendorOrder.State.CANCELLED
