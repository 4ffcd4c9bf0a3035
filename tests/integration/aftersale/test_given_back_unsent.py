"""Pieces that are given back before they left: nobody is to send them any more."""

from datetime import timedelta
from decimal import Decimal

import pytest

from frontend.storefront.problem_form import ProblemForm
from marketplace.accounts.models import User
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.refund_line import (
    RefundedBy,
    WantedBack,
    refund_amounts,
    refund_lines,
    refund_part,
)
from marketplace.flows.refund_look import ChangedMeanwhileError, look_at
from marketplace.flows.report_problem import report_problem, reportable_pieces
from marketplace.flows.resolve_problem import Decision, refund_problem
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import RefundRequest, Settlement, SettlementLine
from payouts.services.refund import NotRefundableError, price_of_quantity
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
from tests.integration.sale import Sale, make_offer, pay_for
from vendors.models import Standing, Vendor, VendorOrder
from vendors.services.fulfilment import CancelledBy, CancelReason, Dispatch

State = VendorOrder.State
LATER = FRIDAY + timedelta(days=30)
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


def test_what_left_after_it_was_seen_to_stay_is_not_given_back(sale: Sale):
    loaves, _jam, _delivery = frozen(sale)
    back = WantedBack(wanted={loaves: 450}, pieces={loaves: 1})
    seen = look_at(part=sale.part, back=back)
    send(sale)

    with pytest.raises(ChangedMeanwhileError):
        give(sale, {loaves: 450}, pieces={loaves: 1}, by=RefundedBy(seen=seen.mark))

    assert seen.stays == "1 × Loaf"
    assert not RefundRequest.objects.exists()


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
        decision=Decision("Yes."),
        by=RefundedBy(actor_id=anna.pk),
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
    ("refunded", "gone", "left", "worth"),
    [(0, 0, 2, 450), (449, 0, 2, 226), (450, 0, 2, 225), (450, 1, 1, 450)],
)
def test_an_amount_makes_each_piece_cheaper(
    sale: Sale, refunded: int, gone: int, left: int, worth: int
):
    line = SettlementLine.objects.order_by("pk").first()
    SettlementLine.objects.filter(pk=line.pk).update(
        refunded_gross_minor=refunded,
        refunded_cash_minor=refunded,
        reversed_net_minor=refunded,
        pieces_back=gone,
    )
    line.refresh_from_db()

    assert line.units_left == left
    assert price_of_quantity(line_id=line.pk, quantity=1) == worth


def test_pieces_worth_nothing_by_themselves_are_refused_so(anna: User, bakery: Vendor):
    pin = make_offer(bakery, "Pin", cents=1)
    line = pay_for({bakery: {pin: 3}}, user=anna).part.settlement.lines.earliest("pk")
    SettlementLine.objects.filter(pk=line.pk).update(
        refunded_gross_minor=2, refunded_cash_minor=2, reversed_net_minor=2
    )

    with pytest.raises(NotRefundableError, match="less than the smallest coin"):
        price_of_quantity(line_id=line.pk, quantity=1)

    assert price_of_quantity(line_id=line.pk, quantity=3) == 1


def three_loaves(anna: User, bakery: Vendor) -> Sale:
    """Three loaves at 4.50, delivered free."""
    loaf = make_offer(bakery, "Loaf", cents=450)
    return pay_for({bakery: {loaf: 3}}, user=anna, shipping_cents=0)


def test_a_reduction_is_no_piece(anna: User, bakery: Vendor):
    sale = three_loaves(anna, bakery)
    give(sale, {frozen(sale)[0]: 450})
    (loaf,) = sale.lines
    send(sale, {loaf.pk: 1})
    about = Report(kind=Problem.Kind.DAMAGED, text="Flat.", quantities={loaf.pk: 1})
    problem = report_problem(part=sale.part, report=about, now=FRIDAY)

    refund_problem(
        problem=problem,
        pieces_only=True,
        decision=Decision("Yes."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )

    # Three for 9.00: one is given back for 3.00, and the two that wait are sent.
    assert left(sale) == [2]
    assert RefundRequest.objects.latest("pk").cash_minor == 300
    assert reportable_pieces(sale.part) == {loaf.pk: 2}

    refuse_order(part=sale.part, reason=CancelReason.DAMAGED, now=FRIDAY)

    assert RefundRequest.objects.latest("pk").cash_minor == 600
    assert sale.part.settlement.is_refunded


def test_who_refuses_the_rest_after_a_reduction_keeps_what_was_sent(
    anna: User, bakery: Vendor
):
    sale = three_loaves(anna, bakery)
    give(sale, {frozen(sale)[0]: 450})
    send(sale, {sale.lines[0].pk: 1})

    refuse_order(part=sale.part, reason=CancelReason.DAMAGED, now=FRIDAY)

    assert RefundRequest.objects.latest("pk").cash_minor == 600
    assert reportable_pieces(sale.part) == {sale.lines[0].pk: 1}


def test_a_gift_is_not_sent_by_itself(anna: User, bakery: Vendor):
    loaf = make_offer(bakery, "Loaf", cents=450)
    jam = make_offer(bakery, "Jam", cents=1)
    jam.price = Decimal(0)
    sale = pay_for({bakery: {loaf: 1, jam: 1}}, user=anna)

    give(sale, {frozen(sale)[0]: 450}, pieces={frozen(sale)[0]: 1})

    assert (sale.part.state, left(sale)) == (State.CANCELLED, [0, 0])
    assert RefundRequest.objects.get().cash_minor == 450 + 490


def test_the_same_form_twice_takes_the_delivery_once(sale: Sale):
    loaves, jam, _delivery = frozen(sale)
    back = WantedBack(wanted={loaves: 900, jam: 720}, pieces={loaves: 2, jam: 1})

    for _ in range(2):
        refund_amounts(
            part=sale.part,
            back=back,
            reason="Stale.",
            token="one form",
            by=RefundedBy(),
            now=SHIPPED_AT,
        )

    assert RefundRequest.objects.get().cash_minor == GROSS
