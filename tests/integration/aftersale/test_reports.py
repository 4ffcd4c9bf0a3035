"""What a report and its decision do to the money, to the cent."""

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.core.errors import ReasonMissingError
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.confirm_receipt import (
    ProblemOpenError,
    confirm_receipt,
    receive_by_timer,
)
from marketplace.flows.refund_line import RefundedBy
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.flows.resolve_problem import (
    Decision,
    refund_problem,
    release_problem,
)
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import RefundRequest
from support.models import Problem
from support.services.problems import NotOpenError, NotReportableError, Report
from tests.integration.aftersale.steps import (
    ARRIVED_AT,
    FRIDAY,
    GROSS,
    SHIPPED_AT,
    answer_refunds,
    arrive,
    payable,
    report,
    ship,
)
from tests.integration.sale import Sale
from vendors.models import VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch


def test_a_report_stops_the_release(sale: Sale):
    payable(sale.part)
    arrive(sale)
    report(sale)

    with pytest.raises(ProblemOpenError):
        confirm_receipt(part=sale.part, now=FRIDAY)
    by_timer = receive_by_timer(part=sale.part, now=FRIDAY + timedelta(days=30))

    assert not by_timer
    assert sale.part.settlement.state == "frozen"


def test_only_one_report_is_open_at_a_time(sale: Sale):
    arrive(sale)
    report(sale)

    with pytest.raises(NotReportableError, match="already"):
        report(sale)

    assert Problem.objects.count() == 1


def test_a_report_that_is_taken_back_lets_the_timer_go_on(sale: Sale):
    payable(sale.part)
    arrive(sale)
    problem = report(sale)

    withdraw_problem(problem=problem, now=FRIDAY)
    received = receive_by_timer(part=sale.part, now=FRIDAY)

    assert received
    assert sale.part.settlement.state == "transferring"


def test_an_operator_refunds_by_the_line(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)
    problem = report(sale)

    refund_problem(
        problem=problem,
        pieces_only=True,
        decision=Decision("One loaf was flat."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    problem.refresh_from_db()
    assert problem.state == Problem.State.REFUNDED
    assert RefundRequest.objects.get().cash_minor == 450
    assert sale.part.settlement.state == "held"


def test_an_operator_refunds_everything(sale: Sale, anna: User):
    arrive(sale)

    refund_problem(
        problem=report(sale),
        decision=Decision("All flat."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    assert RefundRequest.objects.get().cash_minor == GROSS
    assert sale.part.settlement.state == "cancelled"
    assert not receive_by_timer(part=sale.part, now=FRIDAY + timedelta(days=30))


def test_an_operator_pays_the_seller(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)

    release_problem(
        problem=report(sale),
        decision=Decision("The photo is old."),
        actor_id=anna.pk,
        now=FRIDAY,
    )

    assert sale.part.state == VendorOrder.State.RECEIVED
    assert sale.part.settlement.state == "transferring"


def ship_a_loaf(sale: Sale) -> None:
    loaf, _ = sale.lines
    dispatch = Dispatch(
        carrier_code="bpost",
        tracking_number="3232051288400117",
        quantities={loaf.pk: 1},
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=SHIPPED_AT)


def test_what_is_refunded_completely_is_not_sent_any_more(sale: Sale, anna: User):
    ship_a_loaf(sale)

    refund_problem(
        problem=report(sale),
        decision=Decision("Mould."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )

    assert RefundRequest.objects.get().cash_minor == GROSS
    assert [line.left_to_ship for line in sale.lines] == [0, 0]
    assert sale.part.state == VendorOrder.State.SHIPPED
    assert sale.stock == [(9, 0), (10, 0)]


def test_what_was_refunded_already_does_not_keep_an_order_from_ending(
    sale: Sale, anna: User
):
    ship_a_loaf(sale)
    loaf, _ = sale.lines
    about = Report(kind=Problem.Kind.DAMAGED, text="Flat.", quantities={loaf.pk: 2})
    problem = report_problem(part=sale.part, report=about, now=FRIDAY)
    refund_problem(
        problem=problem,
        pieces_only=True,
        decision=Decision("Mould."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )

    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=FRIDAY)

    refunds = RefundRequest.objects.order_by("pk")
    assert [each.cash_minor for each in refunds] == [900, 720]
    assert sale.part.state == VendorOrder.State.SHIPPED


def test_a_decision_locks_the_order_before_its_money(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)
    problem = report(sale)

    with CaptureQueriesContext(connection) as asked:
        release_problem(
            problem=problem, decision=Decision("Old."), actor_id=anna.pk, now=FRIDAY
        )

    locks = [each["sql"] for each in asked if " FOR " in each["sql"]]
    tables = [sql.partition(" FROM ")[2].split()[0].strip('"') for sql in locks]
    assert tables[:2] == ["vendors_vendororder", "support_problem"]


def test_a_decision_has_a_reason_and_is_final(sale: Sale, anna: User):
    arrive(sale)
    problem = report(sale)

    with pytest.raises(ReasonMissingError):
        release_problem(
            problem=problem, decision=Decision(" "), actor_id=anna.pk, now=FRIDAY
        )
    release_problem(
        problem=problem, decision=Decision("Old."), actor_id=anna.pk, now=FRIDAY
    )
    with pytest.raises(NotOpenError):
        refund_problem(
            problem=problem,
            decision=Decision("New."),
            by=RefundedBy(actor_id=anna.pk),
            now=FRIDAY,
        )

    assert not RefundRequest.objects.exists()


@pytest.mark.parametrize(
    ("kind", "prepare", "is_possible"),
    [
        (Problem.Kind.DAMAGED, id, False),
        (Problem.Kind.NOT_RECEIVED, ship, True),
        (Problem.Kind.RETURN, ship, False),
        (Problem.Kind.RETURN, arrive, True),
    ],
)
def test_a_report_fits_where_the_parcel_is(
    sale: Sale,
    kind: Problem.Kind,
    prepare: Callable[[Sale], object],
    is_possible: bool,
):
    prepare(sale)

    with contextlib.suppress(NotReportableError):
        report(sale, kind)

    assert Problem.objects.exists() == is_possible


@pytest.mark.parametrize(("promised", "days"), [(None, 14), (7, 14), (30, 30)])
def test_a_return_is_asked_for_in_the_days_that_the_shop_gave_when_it_was_ordered(
    sale: Sale, promised: int | None, days: int
):
    VendorOrder.objects.filter(pk=sale.part.pk).update(returns_days=promised)
    sale.part.refresh_from_db()
    arrive(sale)
    loaf, _ = sale.lines
    about = Report(kind=Problem.Kind.RETURN, text="Wrong.", quantities={loaf.pk: 1})
    end = ARRIVED_AT + timedelta(days=days)

    with pytest.raises(NotReportableError, match=f"{days} days"):
        report_problem(part=sale.part, report=about, now=end + timedelta(seconds=1))
    report_problem(part=sale.part, report=about, now=end)

    assert Problem.objects.get().kind == Problem.Kind.RETURN
