"""What each step after the payment does to the money, to the cent."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from loyalty.models import PointsAccount
from loyalty.selectors import worth_outstanding
from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent, Outbox
from marketplace.flows.after_payment import settle_refund
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import (
    Note,
    ProblemOpenError,
    confirm_receipt,
    give_note,
    receive_by_timer,
)
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.earn_points import vest_points
from marketplace.flows.recount_standing import recount_standing
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.release_payment import release_payment
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.flows.resolve_problem import (
    ReasonMissingError,
    refund_problem,
    release_problem,
)
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import topics
from payouts.models import LedgerEntry, RefundRequest, VendorPayoutAccount
from payouts.services.refund_booking import book_refund
from reviews.services import NoteGivenError
from support.models import Problem
from support.services.problems import NotOpenError, NotReportableError, Report
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import Vendor, VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import CancelReason, Dispatch

SHIPPED_AT = moment("2026-11-24 09:12")
ARRIVED_AT = moment("2026-11-26 11:08")
FRIDAY = moment("2026-11-27 12:00")
# 2 x 4.50 + 7.20 and 4.90 for delivery.
GROSS = 2110


def ledger(kind: str) -> int:
    """Return the balance of all accounts of a kind; debit is positive."""
    entries = LedgerEntry.objects.filter(account__kind=kind)
    return entries.aggregate(total=Sum("amount_minor"))["total"] or 0


def payable(part: VendorOrder) -> None:
    """Let Stripe pay the seller."""
    VendorPayoutAccount.objects.create(
        vendor=part.vendor,
        stripe_account_id=f"acct_{part.vendor_id}",
        country="BE",
        currency="EUR",
        recipient_status="active",
        created_at=SHIPPED_AT,
    )


def ship(sale: Sale) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=SHIPPED_AT)


def arrive(sale: Sale) -> None:
    ship(sale)
    parcel = sale.part.parcels.get()
    deliver_parcel(parcel=parcel, delivered_at=ARRIVED_AT, now=ARRIVED_AT)


def answer_refunds(now: datetime) -> None:
    """Do what follows when Stripe says that every refund has gone."""
    for request in RefundRequest.objects.filter(state="refunding").order_by("pk"):
        book_refund(request=request, now=now)
    for message in Outbox.objects.filter(topic="refund.succeeded").order_by("pk"):
        topics.refund_has_arrived(message)
        message.delete()


def report(sale: Sale, kind: Problem.Kind = Problem.Kind.DAMAGED) -> Problem:
    loaf, _ = sale.lines
    about = Report(kind=kind, text="Flat.", quantities={loaf.pk: 1})
    return report_problem(part=sale.part, report=about, now=FRIDAY)


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


def test_points_vest_when_money_is_released_and_returns_are_over(
    sale: Sale, anna: User
):
    payable(sale.part)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    end = ARRIVED_AT + timedelta(days=14)

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
    loaf, _ = sale.lines

    refund_problem(
        problem=problem,
        quantities={loaf.pk: 1},
        decision="One loaf was flat.",
        actor_id=anna.pk,
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
        problem=report(sale), decision="All flat.", actor_id=anna.pk, now=FRIDAY
    )
    answer_refunds(FRIDAY)

    assert RefundRequest.objects.get().cash_minor == GROSS
    assert sale.part.settlement.state == "cancelled"
    assert not receive_by_timer(part=sale.part, now=FRIDAY + timedelta(days=30))


def test_an_operator_pays_the_seller(sale: Sale, anna: User):
    payable(sale.part)
    arrive(sale)

    release_problem(
        problem=report(sale), decision="The photo is old.", actor_id=anna.pk, now=FRIDAY
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
        problem=report(sale), decision="Mould.", actor_id=anna.pk, now=FRIDAY
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
        quantities={loaf.pk: 2},
        decision="Mould.",
        actor_id=anna.pk,
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
        release_problem(problem=problem, decision="Old.", actor_id=anna.pk, now=FRIDAY)

    locks = [each["sql"] for each in asked if " FOR " in each["sql"]]
    tables = [sql.partition(" FROM ")[2].split()[0].strip('"') for sql in locks]
    assert tables[:2] == ["vendors_vendororder", "support_problem"]


def test_a_decision_has_a_reason_and_is_final(sale: Sale, anna: User):
    arrive(sale)
    problem = report(sale)

    with pytest.raises(ReasonMissingError):
        release_problem(problem=problem, decision=" ", actor_id=anna.pk, now=FRIDAY)
    release_problem(problem=problem, decision="Old.", actor_id=anna.pk, now=FRIDAY)
    with pytest.raises(NotOpenError):
        refund_problem(problem=problem, decision="New.", actor_id=anna.pk, now=FRIDAY)

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


def test_a_return_is_asked_for_within_the_window(sale: Sale):
    arrive(sale)
    loaf, _ = sale.lines
    about = Report(kind=Problem.Kind.RETURN, text="Wrong.", quantities={loaf.pk: 1})
    end = ARRIVED_AT + timedelta(days=14)

    with pytest.raises(NotReportableError, match="14 days"):
        report_problem(part=sale.part, report=about, now=end + timedelta(seconds=1))
    report_problem(part=sale.part, report=about, now=end)

    assert Problem.objects.get().kind == Problem.Kind.RETURN


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
