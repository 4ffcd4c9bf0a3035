"""Pieces that are given back before they left: nobody is to send them any more."""

import pytest

from frontend.storefront.sale_forms import ProblemForm
from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.refund_line import (
    RefundedBy,
    WantedBack,
    refund_amounts,
    refund_lines,
    refund_part,
)
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import refund_problem
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import topics
from payouts.models import RefundRequest, Settlement, SettlementLine
from payouts.services.dispute_allocation import Share, allocate
from payouts.services.refund import price_of_quantity
from payouts.services.refund_booking import book_failure
from support.models import Message, Problem
from support.services.problems import Report, ReportIncompleteError
from tests.integration.aftersale.steps import (
    FRIDAY,
    GROSS,
    SHIPPED_AT,
    answer_refunds,
    ledger,
    report,
)
from tests.integration.disputed import charge_back
from tests.integration.sale import Sale
from vendors.models import Standing, VendorOrder
from vendors.services.fulfilment import CancelledBy, CancelReason, Dispatch

State = VendorOrder.State
SELLER = RefundedBy(side=CancelledBy.SELLER)


def frozen(sale: Sale) -> list[int]:
    """The frozen lines: two loaves, a jar, the delivery."""
    lines = Settlement.objects.get(vendor_order=sale.part).lines.order_by("pk")
    return list(lines.values_list("pk", flat=True))


def give(
    sale: Sale,
    wanted: dict[int, int],
    *,
    pieces: dict[int, int] | None = None,
    by: RefundedBy | None = None,
) -> None:
    refund_amounts(
        part=sale.part,
        back=WantedBack(wanted=wanted, pieces=pieces or {}),
        reason="Stale.",
        token=f"form:{RefundRequest.objects.count()}",
        by=by or RefundedBy(),
        now=SHIPPED_AT,
    )


def left(sale: Sale) -> list[int]:
    return [line.left_to_ship for line in sale.lines]


def send(sale: Sale, quantities: dict[int, int] | None = None) -> None:
    dispatch = Dispatch(
        carrier_code="bpost", tracking_number="3232051288400117", quantities=quantities
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=SHIPPED_AT)


def thread(sale: Sale) -> str:
    return " ".join(Message.objects.order_by("pk").values_list("text", flat=True))


def test_a_piece_given_back_is_not_to_be_sent(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)

    give(sale, {loaves: 450}, pieces={loaves: 1})

    assert left(sale) == [1, 1]
    assert sale.stock == [(10, 1), (10, 1)]
    assert sale.part.state == State.TO_SHIP
    assert (sale.part.cancelled_by, sale.part.cancel_reason) == ("", "")
    assert "not sent any more: 1 × Loaf. Stale." in thread(sale)


def test_an_amount_alone_lets_everything_be_sent(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)

    give(sale, {loaves: 450})

    assert left(sale) == [2, 1]


def test_a_line_of_which_no_money_is_left_is_not_sent(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)

    give(sale, {loaves: 500})
    give(sale, {loaves: 400})

    assert left(sale) == [0, 1]
    assert sale.part.state == State.TO_SHIP


def test_who_gets_nothing_gets_the_delivery_back_too(sale: Sale):
    loaves, jam, _delivery = frozen(sale)

    give(sale, {loaves: 900, jam: 720}, pieces={loaves: 2, jam: 1})
    answer_refunds(SHIPPED_AT)

    part = sale.part
    assert RefundRequest.objects.get().cash_minor == GROSS
    assert (part.state, part.cancelled_by) == (State.CANCELLED, "platform")
    assert sale.stock == [(10, 0), (10, 0)]
    assert part.settlement.state == "cancelled"
    assert ledger("vendor_held") == ledger("stripe_balance") == 0


@pytest.mark.parametrize(("by", "counted"), [(SELLER, 1), (RefundedBy(), 0)])
def test_only_a_seller_who_gives_all_of_it_back_has_cancelled(
    sale: Sale, by: RefundedBy, counted: int
):
    loaves, jam, delivery = frozen(sale)

    give(sale, {loaves: 450}, pieces={loaves: 1}, by=by)
    before = Standing.objects.get(vendor=sale.part.vendor).cancelled_by_seller
    give(sale, {loaves: 450, jam: 720, delivery: 490}, by=by)

    standing = Standing.objects.get(vendor=sale.part.vendor)
    assert (before, standing.cancelled_by_seller) == (0, counted)


def test_the_rest_of_a_part_is_sent_and_ends_as_any_other(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)
    give(sale, {loaves: 450}, pieces={loaves: 1})

    send(sale)

    assert [line.shipped_quantity for line in sale.lines] == [1, 1]
    assert sale.part.state == State.SHIPPED
    assert sale.stock == [(9, 0), (9, 0)]


def test_a_cancelled_rest_gives_back_what_was_not_given_before(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)
    give(sale, {loaves: 450}, pieces={loaves: 1})

    cancel_order(part=sale.part, now=FRIDAY)

    assert [each.cash_minor for each in RefundRequest.objects.order_by("pk")] == [
        450,
        GROSS - 450,
    ]
    assert sale.stock == [(10, 0), (10, 0)]


def test_what_waits_is_given_back_before_what_has_left(sale: Sale):
    loaf, jam = sale.lines
    send(sale, {loaf.pk: 1})

    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="Late.", token="1", now=FRIDAY
    )
    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="Late.", token="2", now=FRIDAY
    )

    assert left(sale) == [0, 1]
    assert sale.part.state == State.PARTLY_SHIPPED

    refund_lines(
        part=sale.part, quantities={jam.pk: 1}, reason="Late.", token="3", now=FRIDAY
    )

    part = sale.part
    assert (part.state, part.cancel_reason) == (State.SHIPPED, "Late.")
    assert part.shipped_at == part.settlement.shipped_at == FRIDAY


@pytest.mark.parametrize("kind", [Problem.Kind.DAMAGED, Problem.Kind.NOT_RECEIVED])
def test_a_report_is_about_pieces_that_have_left(
    sale: Sale, anna: User, kind: Problem.Kind
):
    loaf, _jam = sale.lines
    send(sale, {loaf.pk: 1})

    refund_problem(
        problem=report(sale, kind),
        pieces_only=True,
        decision="Yes.",
        actor_id=anna.pk,
        now=FRIDAY,
    )

    assert left(sale) == [1, 1]


def test_a_card_that_refuses_the_money_does_not_bring_the_piece_back(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)
    give(sale, {loaves: 450}, pieces={loaves: 1})

    book_failure(request=RefundRequest.objects.get(), why="lost_card", now=FRIDAY)

    assert left(sale) == [1, 1]


def test_all_of_a_part_that_is_given_back_is_cancelled_once(sale: Sale):
    for _ in range(2):
        refund_part(part=sale.part, reason="Sorry.", token="one", now=SHIPPED_AT)

    part = sale.part
    assert (part.state, part.cancel_reason) == (State.CANCELLED, "Sorry.")
    assert not part.is_late(part.ship_by.replace(year=2030))
    assert RefundRequest.objects.get().cash_minor == GROSS
    assert thread(sale).count("not sent any more") == 1


def test_a_report_is_about_pieces_that_are_left(sale: Sale):
    loaf, _jam = sale.lines
    send(sale)
    refund_lines(
        part=sale.part, quantities={loaf.pk: 1}, reason="", token="1", now=FRIDAY
    )

    with pytest.raises(ReportIncompleteError, match="you can report 1"):
        report_problem(
            part=sale.part,
            report=Report(
                kind=Problem.Kind.DAMAGED, text="Flat.", quantities={loaf.pk: 2}
            ),
            now=FRIDAY,
        )

    form = ProblemForm(part=sale.part)
    assert [key for key, _ in form.fields[f"line_{loaf.pk}"].choices] == [0, 1]


@pytest.mark.parametrize(
    ("refunded", "left", "worth"),
    [(0, 2, 450), (449, 2, 1), (450, 1, 450), (700, 1, 200)],
)
def test_a_piece_is_left_while_money_of_it_is(
    sale: Sale, refunded: int, left: int, worth: int
):
    line = SettlementLine.objects.order_by("pk").first()
    SettlementLine.objects.filter(pk=line.pk).update(
        refunded_gross_minor=refunded,
        refunded_cash_minor=refunded,
        reversed_net_minor=refunded,
    )
    line.refresh_from_db()

    assert line.units_left == left
    assert price_of_quantity(line_id=line.pk, quantity=1) == worth


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
