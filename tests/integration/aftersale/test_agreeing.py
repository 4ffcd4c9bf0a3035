"""The seller offers a part of the money: the buyer takes it, declines, or waits."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontend.storefront import case
from marketplace.accounts.models import User
from marketplace.flows.agree_on_problem import (
    decline_proposal,
    take_proposal,
)
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.jobs.mails.buyers import (
    problem_decided,
    proposal_declined,
    proposal_made,
)
from payouts.selectors.disputes import open_holds
from payouts.selectors.invariants import violations_of_books
from support.models import Message, Problem, Proposal
from support.services.problems import Report
from tests.integration.aftersale.offers import (
    LOAF,
    baker,
    given_back,
    offered,
    press,
    send_offer,
    signed_in,
    told,
)
from tests.integration.aftersale.steps import (
    FRIDAY,
    answer_refunds,
    arrive,
    report,
    ship,
)
from tests.integration.marks import marks_in
from tests.integration.sale import Sale, make_user


@pytest.fixture
def problem(sale: Sale) -> Problem:
    """A loaf was flat, and anna wants her money back."""
    arrive(sale)
    return report(sale)


def test_an_offer_that_is_taken_settles_the_report(
    sale: Sale, problem: Problem, anna: User
):
    send_offer(problem)
    proposal = Proposal.objects.get()
    client = signed_in(anna)
    seen = client.get(reverse("case", args=[sale.order.number, 1, problem.public_id]))

    answer = press(client, proposal)

    assert "offers €2.00 back" in seen.text
    assert "Take €2.00 and close" in seen.text
    assert told(answer) == ["Agreed. The money is on its way to you."]
    problem.refresh_from_db()
    proposal.refresh_from_db()
    assert (problem.state, proposal.state) == ("agreed", "taken")
    assert given_back() == [200]
    settlement = sale.part.settlement
    settlement.refresh_from_db()
    assert (settlement.state, open_holds(order_id=sale.order.pk)) == ("held", [])
    page = client.get(reverse("case", args=[sale.order.number, 1, problem.public_id]))
    assert "You took what Bakery offered." in page.text


def test_both_sides_read_of_it_in_their_mails(problem: Problem):
    proposal = offered(problem)
    [made] = proposal_made(proposal=proposal.pk)
    decline_proposal(proposal=proposal, now=FRIDAY)
    [declined] = proposal_declined(proposal=proposal.pk)
    take_proposal(proposal=proposal, seen=None, now=FRIDAY)
    agreed = problem_decided(problem=problem.pk)

    number = problem.vendor_order.number
    assert made.subject == f"Bakery makes you an offer about order {number}"
    assert declined.subject == f"The buyer declined your offer about order {number}"
    assert {each.subject for each in agreed} == {f"Agreed: order {number}"}
    # What is over is not told any more.
    assert proposal_made(proposal=proposal.pk) == []
    assert proposal_declined(proposal=proposal.pk) == []


def test_a_guest_takes_it_by_the_signed_link(guest_sale: Sale):
    arrive(guest_sale)
    [line] = guest_sale.lines
    about = Report(kind=Problem.Kind.DAMAGED, text="Flat.", quantities={line.pk: 1})
    problem = report_problem(part=guest_sale.part, report=about, now=FRIDAY)
    proposal = offered(problem, amount=100)

    press(Client(), proposal)

    problem.refresh_from_db()
    assert (problem.state, given_back()) == ("agreed", [100])


def test_pressing_twice_takes_it_once(problem: Problem, anna: User):
    proposal, client = offered(problem), signed_in(anna)

    answers = [press(client, proposal) for _ in range(2)]

    words = "Agreed. The money is on its way to you."
    assert set(told(answers[1])) == {words}
    assert given_back() == [200]


def test_what_was_declined_can_be_taken_later(problem: Problem, anna: User):
    proposal, client = offered(problem), signed_in(anna)

    for _ in range(2):
        press(client, proposal, "case-decline")
    proposal.refresh_from_db()
    state = proposal.state
    press(client, proposal)

    said = Message.objects.filter(text="The buyer declined the offer.")
    assert (state, said.count()) == ("declined", 1)
    assert given_back() == [200]


def test_pieces_that_wait_to_leave_are_sent_whatever_is_agreed(sale: Sale):
    loaf, _jam = sale.lines
    ship(sale, {loaf.pk: 1})
    proposal = offered(report(sale), amount=LOAF)

    take_proposal(proposal=proposal, seen=None, now=FRIDAY)

    assert {line.cancelled_quantity for line in sale.part.lines.all()} == {0}


def test_the_buyer_takes_what_they_have_seen_or_nothing(
    sale: Sale, problem: Problem, anna: User
):
    proposal, client = offered(problem, amount=LOAF), signed_in(anna)
    where = [sale.order.number, 1, problem.public_id]
    seen = marks_in(client.get(reverse("case", args=where)).text)
    loaf = sale.lines[0]
    refund_lines(
        part=sale.part, quantities={loaf.pk: 2}, reason="Both", token="1", now=FRIDAY
    )

    to = reverse("case-take", args=[*where, proposal.public_id])
    answers = [client.post(to, form) for form in (seen, {})]

    assert {told(each)[0] for each in answers} == {"All of it has gone back already."}
    problem.refresh_from_db()
    assert (problem.state, given_back()) == ("open", [2 * LOAF])
    page = client.get(reverse("case", args=where)).text
    assert "It cannot be taken now" in page
    portal = reverse("portal-order", args=["bakery", sale.part.number])
    assert "It cannot be taken now" in signed_in(baker()).get(portal).text


def test_without_a_mark_nothing_is_taken(sale: Sale, problem: Problem, anna: User):
    proposal = offered(problem)
    where = [sale.order.number, 1, problem.public_id, proposal.public_id]

    signed_in(anna).post(reverse("case-take", args=where))

    assert given_back() == []


def test_nobody_else_offers_takes_or_declines(sale: Sale, problem: Problem):
    proposal, stranger = offered(problem), signed_in(make_user("stranger"))
    case = [sale.order.number, 1, problem.public_id, proposal.public_id]
    shop = ["bakery", sale.part.number]
    form = {"amount": "1", "text": "Mine."}

    for name, args in [
        ("case-take", case),
        ("case-decline", case),
        ("portal-propose", shop),
        ("portal-propose-back", [*shop, proposal.public_id]),
    ]:
        assert stranger.post(reverse(name, args=args), form).status_code == 404

    proposal.refresh_from_db()
    assert (proposal.state, given_back()) == ("open", [])


def test_an_offer_of_another_report_is_not_found(
    sale: Sale, problem: Problem, anna: User
):
    proposal = offered(problem)
    withdraw_problem(problem=problem, now=FRIDAY)
    other = report(sale)
    where = [sale.order.number, 1, other.public_id, proposal.public_id]

    answer = signed_in(anna).post(reverse("case-take", args=where))

    assert answer.status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(amount=st.integers(1, LOAF))
def test_what_is_agreed_goes_back_to_the_cent(
    sale: Sale, problem: Problem, amount: int
):
    with transaction.atomic():
        proposal = offered(problem, amount=amount, text=f"{amount}?")
        take_proposal(proposal=proposal, seen=None, now=FRIDAY)
        answer_refunds(FRIDAY)
        settlement = sale.part.settlement
        settlement.refresh_from_db()
        assert settlement.refunded_gross_minor == amount
        assert given_back() == [amount]
        assert violations_of_books(with_rows=False) == []
        transaction.set_rollback(True)


def test_a_second_report_from_another_tab_tells_its_words_back(
    sale: Sale, problem: Problem, anna: User
):
    to = reverse("case-new", args=[sale.order.number, 1])

    answer = signed_in(anna).post(to, {"text": "The jam too.", "kind": "damaged"})

    assert told(answer) == [
        "A report about this order is open already.",
        "You had written: The jam too.",
    ]


def test_a_second_report_at_the_same_moment_is_led_to_the_first(
    sale: Sale, anna: User, monkeypatch: pytest.MonkeyPatch
):
    arrive(sale)

    def twice(**asked: Any) -> Problem:
        report_problem(**asked)
        return report_problem(**asked)

    monkeypatch.setattr(case, "report_problem", twice)
    form = {
        "kind": "damaged",
        "text": "The jam too.",
        "wanted": "refund",
        f"line_{sale.lines[0].pk}": "1",
    }

    answer = signed_in(anna).post(
        reverse("case-new", args=[sale.order.number, 1]), form
    )

    assert answer.status_code == 302
    assert Problem.objects.count() == 1
    assert told(answer) == [
        "A report about this order is open already.",
        "You had written: The jam too.",
    ]
