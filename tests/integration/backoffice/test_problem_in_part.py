"""An operator gives a part back, out of the seller's pocket or the platform's."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.urls import reverse

from frontend.backoffice import problems
from marketplace.flows.refund_line import refund_lines, refund_part
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import Decision, release_problem
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import RefundRequest, Settlement
from support.models import Problem
from support.services.problems import Report
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.disputed import charge_back
from tests.integration.marks import marks_in
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    """Two loaves for 9.00 and 4.90 delivery, bought by a guest and sent."""
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    return sale


@pytest.fixture
def problem(sale: Sale) -> Problem:
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Flat.", quantities={sale.lines[0].pk: 1}
    )
    return report_problem(part=sale.part, report=about, now=NOW)


def decide(
    as_operator: SignedIn, problem: Problem, amount: str, bearer: str
) -> HttpResponse:
    return as_operator("administrator").post(
        reverse("office-problem", args=[problem.public_id]),
        {
            "rule": "D-9",
            "decision": "One loaf was flat.",
            "how": "refund_part",
            "amount": amount,
            "bearer": bearer,
        },
    )


def test_a_part_of_the_things_is_the_sellers(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    answer = decide(as_operator, problem, "3.00", "vendor")

    request = RefundRequest.objects.get()
    settlement = Settlement.objects.get()
    problem.refresh_from_db()
    assert answer.status_code == 302
    assert (problem.state, problem.decision) == ("refunded", "One loaf was flat.")
    assert (request.bearer, request.cash_minor) == ("vendor", 300)
    assert request.lines.get().settlement_line.kind == "item"
    assert settlement.state == "held"


def test_a_gift_of_the_platform_leaves_the_seller_alone(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    decide(as_operator, problem, "3.00", "platform")
    # From a page that is older than that decision.
    late = decide(as_operator, problem, "1.00", "vendor")

    request = RefundRequest.objects.get()
    told = [str(each) for each in get_messages(late.wsgi_request)]
    assert "This has been settled already: Refunded." in told
    assert (request.bearer, request.cash_minor) == ("platform", 300)
    assert Settlement.objects.get().reversed_net_minor == 0


@pytest.mark.parametrize(
    ("amount", "words"), [("9.01", "Only €9.00"), ("", "required"), ("0", "0.01")]
)
def test_too_much_and_nothing_are_refused(
    sale: Sale, problem: Problem, as_operator: SignedIn, amount: str, words: str
):
    answer = decide(as_operator, problem, amount, "vendor")

    problem.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.text
    assert problem.state == "open"
    assert RefundRequest.objects.count() == 0


def give_back(sale: Sale, *, pieces: int) -> None:
    quantities = {sale.lines[0].pk: pieces}
    refund_lines(
        part=sale.part, quantities=quantities, reason="", token="before", now=NOW
    )


def press(
    as_operator: SignedIn, problem: Problem, how: str, **seen: str
) -> HttpResponse:
    where = reverse("office-problem", args=[problem.public_id])
    sent = {"rule": "D-9", "decision": "They were flat.", "how": how, **seen}
    return as_operator("administrator").post(where, sent)


def test_the_button_of_the_pieces_gives_back_what_it_says(
    sale: Sale, as_operator: SignedIn
):
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Flat.", quantities={sale.lines[0].pk: 2}
    )
    problem = report_problem(part=sale.part, report=about, now=NOW)
    shown = as_operator("administrator").get(
        reverse("office-problem", args=[problem.public_id])
    )
    before = marks_in(shown.text)
    give_back(sale, pieces=1)

    refused = press(as_operator, problem, "refund_lines", **before)
    all_of_it = press(as_operator, problem, "refund", **before)
    done = press(as_operator, problem, "refund_lines", **marks_in(refused.text))

    assert "Refund these pieces, €9.00" in shown.text
    for answer in (refused, all_of_it):
        assert "Something has changed meanwhile. Look at the sums again" in answer.text
        assert "They were flat." in answer.text
    assert "Refund these pieces, €4.50" in refused.text
    assert "the money of 1 piece has gone back already" in refused.text
    assert done.status_code == 302
    assert [each.cash_minor for each in RefundRequest.objects.order_by("pk")] == [
        450,
        450,
    ]


def test_pieces_whose_money_is_gone_are_not_given_back_twice(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    give_back(sale, pieces=2)

    answer = press(as_operator, problem, "refund_lines")

    assert "The reported pieces have been given back already." in answer.text
    assert "Refund these pieces" not in answer.text
    assert "Refund all, €4.90" in answer.text


def test_what_can_only_be_refused_is_no_button(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    refund_part(part=sale.part, reason="", token="all", now=NOW)

    page = press(as_operator, problem, "refund")

    assert page.status_code == 422
    assert page.text.count("All of it has been given back already.") == 1
    assert 'value="refund"' not in page.text
    assert 'value="refund_part"' not in page.text
    assert 'value="release"' in page.text


def test_who_was_paid_is_not_offered_to_be_paid(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    Settlement.objects.update(state="transferred")

    where = reverse("office-problem", args=[problem.public_id])
    page = as_operator("administrator").get(where)

    assert "Leave the seller" in page.text
    assert "Pay the seller" not in page.text


def test_the_bank_comes_first(sale: Sale, problem: Problem, as_operator: SignedIn):
    charge_back(sale, at=NOW)

    page = as_operator("administrator").get(
        reverse("office-problem", args=[problem.public_id])
    )
    answer = decide(as_operator, problem, "3.00", "vendor")

    problem.refresh_from_db()
    assert page.text.count("bank has called this payment into question") == 1
    assert 'value="refund"' not in page.text
    assert "bank has called this payment into question" in answer.text
    assert problem.state == "open"


def test_the_page_shows_how_all_of_it_would_move(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    page = as_operator("administrator").get(
        reverse("office-problem", args=[problem.public_id])
    )

    assert "How €13.90 would move" in page.text
    assert "out of what is held" in page.text


def test_a_long_queue_comes_in_pages_and_leads_on_from_each(
    as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(problems, "_PER_PAGE", 2)
    told = [report_of(number) for number in range(3)]
    settled = [report_of(number) for number in range(3, 6)]
    for each in settled:
        release_problem(
            problem=each, decision=Decision("Fine."), actor_id=None, now=NOW
        )
    client, queue = as_operator("support"), reverse("office-problems")

    pages = [client.get(queue, {"page": number}).text for number in (1, 2)]
    old = [
        client.get(queue, {"show": "settled", "page": number}).text for number in (1, 2)
    ]
    middle = client.get(reverse("office-problem", args=[told[1].public_id]))

    numbers = [each.vendor_order.number for each in told]
    assert ["3 are open" in page for page in pages] == [True, True]
    assert [[number in page for number in numbers] for page in pages] == [
        [True, True, False],
        [False, False, True],
    ]
    assert 'href="?show=settled"' in pages[0]
    assert [settled[0].vendor_order.number in page for page in old] == [False, True]
    assert "show=settled&amp;page=2" in old[0]
    place = middle.context["place"]
    assert (place.first, place.count) == (2, 3)
    assert (place.before, place.after) == (told[0], told[2])
    assert numbers[0] in middle.text


def report_of(number: int) -> Problem:
    mill = make_seller(f"Mill{number}")
    sale = pay_for({mill: {make_offer(mill, "Flour", cents=450): 1}})
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Wet.", quantities={sale.lines[0].pk: 1}
    )
    return report_problem(part=sale.part, report=about, now=NOW)


@pytest.mark.parametrize("how", ["release", "refund"])
def test_who_decides_at_the_same_moment_is_led_to_the_decision(
    sale: Sale,
    problem: Problem,
    as_operator: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
):
    def beaten(**asked: Any) -> Problem:
        same: Any = {
            "decision": asked["verdict"].decision,
            "actor_id": None,
            "now": NOW,
        }
        release_problem(problem=problem, **same)
        return release_problem(problem=problem, **same)

    monkeypatch.setattr(problems, "decide_problem", beaten)
    page = reverse("office-problem", args=[problem.public_id])
    typed = {"rule": "D-9", "decision": "One loaf was flat.", "how": how}

    answer = as_operator("administrator").post(page, typed)

    assert (answer.status_code, answer["Location"]) == (302, page)
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said[0].startswith("This has been settled already")
    assert said[1] == "You had written: One loaf was flat."


def test_a_settled_problem_tells_what_the_buyer_got_and_who_bears_it(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    decide(as_operator, problem, "3.00", "vendor")

    page = as_operator("administrator").get(
        reverse("office-problem", args=[problem.public_id])
    )

    assert "Of this decision the buyer got €3.00 as they had paid." in page.text
    assert "Bakery bears it." in page.text
