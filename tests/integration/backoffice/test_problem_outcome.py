"""How a problem ends is one choice: begun as proposed, and held to its rule."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from frontend.storefront.parts import part_views
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import CarrierClaim, RefundRequest, Settlement
from support.models import Message, Problem, ProblemAnswer, Side
from support.services.problems import Report
from tests.factories import UserFactory
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.buying.market import open_market
from tests.integration.marks import marks_in
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from tests.integration.sums.given import report_one, sell_with_gifts
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    """Two loaves for 9.00 and 4.90 delivery, and a cake of 6.00, all sent."""
    bakery = make_seller("Bakery")
    loaf, cake = (
        make_offer(bakery, "Loaf", cents=450),
        make_offer(bakery, "Cake", cents=600),
    )
    sale = pay_for({bakery: {loaf: 2, cake: 1}})
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    return sale


@pytest.fixture
def problem(sale: Sale) -> Problem:
    return reported(sale)


def reported(sale: Sale, **more: object) -> Problem:
    loaf = sale.lines[0]
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        quantities={loaf.pk: loaf.quantity},
        **more,
    )
    return report_problem(part=sale.part, report=about, now=NOW)


def page_of(problem: Problem) -> str:
    return reverse("office-problem", args=[problem.public_id])


def press(
    as_operator: SignedIn, problem: Problem, how: str, **typed: str
) -> HttpResponse:
    client = as_operator("administrator")
    seen = marks_in(client.get(page_of(problem)).text)
    sent = {"rule": "D-9", "decision": "Flat.", "how": how, **seen, **typed}
    return client.post(page_of(problem), sent)


def says(problem: Problem, side: Side, point: str, answer: str) -> None:
    ProblemAnswer.objects.create(
        problem=problem, side=side, point=point, answer=answer, given_at=NOW
    )


@pytest.mark.parametrize(
    ("rule", "typed", "words"),
    [
        ("D-4.1", {"how": "refund_lines"}, "By this rule a part goes back"),
        ("D-4.1", {"how": "refund"}, "By this rule a part goes back"),
        ("D-4.1", {"how": "refund_part", "amount": "9.00"}, "rule a part goes back"),
        ("D-4.2", {"how": "refund_part", "amount": "8.99"}, "rule all that was"),
        (
            "D-4.2",
            {"how": "refund_part", "amount": "8.99", "bearer": "platform"},
            "rule all that was",
        ),
        (
            "D-4.1",
            {"how": "refund_lines", "bearer": "platform"},
            "rule a part goes back",
        ),
    ],
)
def test_a_rule_is_held_to_how_much_it_says(
    problem: Problem,
    as_operator: SignedIn,
    rule: str,
    typed: dict[str, str],
    words: str,
):
    answer = press(as_operator, problem, **{"rule": rule, **typed})

    problem.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["rule"][0]
    assert "Flat." in answer.text
    assert (problem.state, RefundRequest.objects.count()) == ("open", 0)


@pytest.mark.parametrize(
    ("rule", "amount"), [("D-4.1", "8.99"), ("D-4.2", "9.00"), ("D-9", "0.01")]
)
def test_what_fits_the_rule_is_given(
    problem: Problem, as_operator: SignedIn, rule: str, amount: str
):
    answer = press(as_operator, problem, "refund_part", rule=rule, amount=amount)

    assert answer.status_code == 302
    assert f"{RefundRequest.objects.get().cash_minor / 100:.2f}" == amount


def test_the_market_bears_the_reported_pieces_as_they_stand(
    problem: Problem, as_operator: SignedIn
):
    answer = press(as_operator, problem, "refund_lines", bearer="platform")

    request = RefundRequest.objects.get()
    assert answer.status_code == 302
    assert (request.bearer, request.cash_minor) == ("platform", 900)
    assert Settlement.objects.get().reversed_net_minor == 0


def test_both_sides_read_that_the_seller_keeps_what_the_market_paid_for(
    problem: Problem, as_operator: SignedIn
):
    press(as_operator, problem, "refund_lines", bearer="platform")

    said = Message.objects.exclude(said=None).latest("pk")
    assert "the seller keeps the sale. Flat." in said.words


@pytest.mark.parametrize(("how", "cash"), [("refund", 4083), ("refund_lines", 1217)])
def test_the_market_gives_what_was_paid_by_card_and_no_points(
    as_operator: SignedIn, how: str, cash: int
):
    part = sell_with_gifts(open_market())

    answer = press(as_operator, report_one(part), how, bearer="platform")

    assert answer.status_code == 302
    assert RefundRequest.objects.get().cash_minor == cash


def test_by_a_rule_of_all_nobody_else_bears_what_points_paid(as_operator: SignedIn):
    told = report_one(sell_with_gifts(open_market()))

    answer = press(as_operator, told, "refund_lines", rule="D-4.2", bearer="platform")

    assert "By this rule all that was reported goes back" in answer.text
    assert RefundRequest.objects.count() == 0


def test_the_market_gives_no_points_as_money(as_operator: SignedIn):
    told = report_one(sell_with_gifts(open_market()))

    typed = {"amount": "40.84", "bearer": "platform"}
    answer = press(as_operator, told, "refund_part", **typed)

    assert "Only €40.83" in answer.text
    assert "come back only where the seller bears it" in answer.text
    assert RefundRequest.objects.count() == 0


def test_a_carrier_bears_the_reported_pieces(problem: Problem, as_operator: SignedIn):
    parcel = problem.vendor_order.parcels.get()

    press(
        as_operator,
        problem,
        "refund_lines",
        rule="D-4.2",
        bearer=f"carrier:{parcel.public_id}",
    )

    claim = CarrierClaim.objects.get()
    assert (claim.amount_minor, claim.carrier) == (900, "bpost")


def test_what_somebody_else_bears_is_held_to_what_was_seen(
    problem: Problem, as_operator: SignedIn
):
    answer = press(
        as_operator, problem, "refund_lines", bearer="platform", seen_refund_lines="x"
    )

    assert answer.status_code == 422
    assert "Look at the sums again" in answer.text
    assert RefundRequest.objects.count() == 0


def test_only_the_seller_bears_what_is_not_sent(as_operator: SignedIn):
    mill = make_seller("Mill")
    sale = pay_for({mill: {make_offer(mill, "Flour", cents=450): 2}})
    dispatch = Dispatch(
        carrier_code="bpost",
        tracking_number="3232051288400117",
        quantities={sale.lines[0].pk: 1},
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Wet.", quantities={sale.lines[0].pk: 1}
    )
    problem = report_problem(part=sale.part, report=about, now=NOW)

    answer = press(as_operator, problem, "refund", bearer="platform")

    assert "only the seller can bear what is not sent" in answer.text
    assert RefundRequest.objects.count() == 0


def test_where_the_seller_is_paid_nobody_else_bears_anything(
    problem: Problem, as_operator: SignedIn
):
    answer = press(as_operator, problem, "release", bearer="platform")

    problem.refresh_from_db()
    assert answer.context["form"].errors.keys() == {"bearer"}
    assert problem.state == "open"


def test_an_amount_that_is_out_of_sight_hinders_nothing(
    problem: Problem, as_operator: SignedIn
):
    answer = press(as_operator, problem, "release", amount="abc")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"bearer": "carrier:none"}, "Choose who bears it."),
        ({"rule": "D-3.1"}, "Choose the rule that decides this."),
    ],
)
def test_what_is_not_offered_is_refused_in_words(
    problem: Problem, as_operator: SignedIn, typed: dict[str, str], words: str
):
    answer = press(as_operator, problem, "refund", **typed)

    assert words in answer.text
    assert RefundRequest.objects.count() == 0


def test_without_an_outcome_nothing_is_decided(problem: Problem, as_operator: SignedIn):
    answer = press(as_operator, problem, "")

    assert "Choose how it ends." in answer.text
    assert (answer.status_code, RefundRequest.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("usable", "how", "rule"),
    [("no", "refund_lines", "D-4.2"), ("yes", "refund_part", "D-4.1")],
)
def test_the_form_begins_with_what_is_proposed(
    problem: Problem, as_operator: SignedIn, usable: str, how: str, rule: str
):
    says(problem, Side.SELLER, "told", "yes")
    says(problem, Side.BUYER, "usable", usable)

    form = as_operator("support").get(page_of(problem)).context["form"]

    assert (form["how"].value(), form["rule"].value()) == (how, rule)


def test_where_nothing_is_proposed_nothing_is_chosen(
    problem: Problem, as_operator: SignedIn
):
    form = as_operator("support").get(page_of(problem)).context["form"]

    assert (form["how"].value(), form["rule"].value()) == (None, None)


def test_what_the_buyer_would_take_stands_as_the_amount(
    sale: Sale, as_operator: SignedIn
):
    problem = reported(sale, wanted="less", wanted_minor=250)

    form = as_operator("support").get(page_of(problem)).context["form"]

    assert str(form["amount"].value()) == "2.50"


def test_r_chooses_to_pay_the_seller(problem: Problem, as_operator: SignedIn):
    shown = as_operator("support").get(page_of(problem)).text

    [label] = re.findall(r'<label[^>]*data-key="r".*?</label>', shown)
    assert 'value="release"' in label


@pytest.mark.parametrize(
    ("how", "bearer", "says"),
    [
        ("refund", "platform", "Refunds reach your card"),
        ("release", "vendor", "no money came back"),
    ],
)
def test_the_buyer_reads_whether_money_comes_by_the_decision(
    problem: Problem, as_operator: SignedIn, how: str, bearer: str, says: str
):
    order = problem.vendor_order.order
    order.user = UserFactory.create()
    order.save()
    press(as_operator, problem, how, bearer=bearer)

    client = Client()
    client.force_login(order.user)
    view = part_views([problem.vendor_order], NOW)[0]
    page = client.get(reverse("case", args=[view.key, view.n, problem.public_id]))

    assert "This is settled" in page.text
    assert says in page.text
