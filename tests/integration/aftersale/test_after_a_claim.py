"""A carrier or the market bears it: the same does not bring the buyer money twice."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps

from marketplace.flows.claim_from_carrier import Bearer
from marketplace.flows.refund_line import NotRefundableError, RefundedBy
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import (
    Decision,
    moves_of,
    refund_problem,
    refund_problem_in_part,
)
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import AccountKind, CarrierClaim, RefundRequest
from payouts.selectors.invariants import violations_of_books
from payouts.services.refund_booking import undo_refund
from support.models import Problem
from support.services.problems import Report
from tests.factories import UserFactory
from tests.integration.aftersale.steps import FRIDAY, SHIPPED_AT, answer_refunds, ledger
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.services.fulfilment import Dispatch

# Two loaves and their delivery; the card paid for another seller too.
PART, LOAVES = 1390, 900
WHY = Decision("The carton was pushed in.")


@pytest.fixture
def sale(db: None) -> Sale:
    bakery, mill = make_seller("Bakery"), make_seller("Mill")
    sold = pay_for(
        {
            bakery: {make_offer(bakery, "Loaf", cents=450): 2},
            mill: {make_offer(mill, "Flour", cents=3000): 1},
        }
    )
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sold.part, dispatch=dispatch, now=SHIPPED_AT)
    return sold


def report(sale: Sale) -> Problem:
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        quantities={line.pk: line.quantity for line in sale.lines},
    )
    return report_problem(part=sale.part, report=about, now=FRIDAY)


def let_the_carrier_bear(sale: Sale, minor: int) -> None:
    let_bear(sale, minor, Bearer(parcel=sale.part.parcels.get().public_id))


def let_the_market_bear(sale: Sale, minor: int) -> None:
    let_bear(sale, minor, Bearer(is_market=True))


def let_bear(sale: Sale, minor: int, bearer: Bearer) -> None:
    refund_problem_in_part(
        problem=report(sale),
        amount_minor=minor,
        bearer=bearer,
        decision=WHY,
        actor_id=UserFactory.create().pk,
        now=FRIDAY,
    )


def to_the_card() -> list[int]:
    return list(
        RefundRequest.objects.order_by("pk").values_list("cash_minor", flat=True)
    )


def refund_all(problem: Problem) -> None:
    by = RefundedBy(actor_id=UserFactory.create().pk)
    refund_problem(problem=problem, decision=WHY, by=by, now=FRIDAY)


@pytest.mark.parametrize("let", [let_the_carrier_bear, let_the_market_bear])
@pytest.mark.parametrize(("borne", "rest"), [(PART, 0), (LOAVES, 490), (200, 1190)])
def test_what_others_bear_is_not_given_again(
    sale: Sale, let: Callable[[Sale, int], None], borne: int, rest: int
):
    let(sale, borne)
    answer_refunds(FRIDAY)
    again = report(sale)

    look = moves_of(again).rest
    refund_all(again)
    answer_refunds(FRIDAY)

    assert look is not None
    assert (look.preview.to_card, look.preview.had_already) == (rest, borne)
    assert to_the_card() == [borne, rest]
    # The seller gives all of it: what we had given is ours again.
    assert ledger(AccountKind.GOODWILL_EXPENSE) == 0
    assert [str(each) for each in violations_of_books() if each.code == "I6"] == []


@pytest.mark.parametrize("let", [let_the_carrier_bear, let_the_market_bear])
def test_no_more_is_borne_than_is_left_of_the_sale(
    sale: Sale, let: Callable[[Sale, int], None]
):
    with pytest.raises(NotRefundableError):
        let(sale, PART + 1)


def test_the_market_and_a_carrier_bear_no_more_than_the_sale(sale: Sale):
    let_the_market_bear(sale, 1000)
    answer_refunds(FRIDAY)

    with pytest.raises(NotRefundableError):
        let_the_carrier_bear(sale, PART - 1000 + 1)

    assert to_the_card() == [1000]


def test_two_claims_come_to_no_more_than_the_sale(sale: Sale):
    let_the_carrier_bear(sale, 1000)
    answer_refunds(FRIDAY)

    with pytest.raises(NotRefundableError):
        let_the_carrier_bear(sale, PART - 1000 + 1)

    assert [each.amount_minor for each in CarrierClaim.objects.all()] == [1000]


def test_what_is_on_its_way_is_waited_for(sale: Sale):
    let_the_carrier_bear(sale, PART)
    again = report(sale)

    with pytest.raises(NotRefundableError, match="on its way"):
        refund_all(again)

    again.refresh_from_db()
    assert again.state == "open"


def test_what_the_card_never_got_is_given(sale: Sale):
    let_the_carrier_bear(sale, PART)
    undo_refund(request=RefundRequest.objects.get(), why="declined", now=FRIDAY)

    refund_all(report(sale))

    assert to_the_card() == [PART, PART]


def test_what_was_decided_before_names_its_sale_too(sale: Sale):
    let_the_market_bear(sale, 200)
    RefundRequest.objects.update(in_place_of=None)

    import_module("payouts.migrations.0014_fill_in_place_of").fill(apps, None)

    assert RefundRequest.objects.get().in_place_of == sale.part.settlement
