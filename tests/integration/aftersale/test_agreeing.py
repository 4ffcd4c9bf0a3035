"""The seller offers a part of the money: the buyer takes it, declines, or waits."""

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.models import User
from marketplace.flows.agree_on_problem import (
    decline_proposal,
    propose,
    take_back_proposal,
    take_proposal,
)
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.jobs.mails.buyers import (
    problem_decided,
    proposal_declined,
    proposal_made,
)
from marketplace.shop.order.access import key_of
from payouts.models import RefundRequest
from payouts.selectors.disputes import open_holds
from payouts.selectors.invariants import violations_of_books
from payouts.services.refund import NotRefundableError
from payouts.services.settlement import freeze
from support.models import Message, Problem, Proposal, Side
from support.services.conversation import MessageRefusedError
from support.services.problems import NotOpenError, Report, ReportIncompleteError
from support.services.proposals import NotStandingError
from tests.integration.aftersale.steps import (
    FRIDAY,
    answer_refunds,
    arrive,
    report,
    ship,
)
from tests.integration.marks import marks_in
from tests.integration.sale import Sale, make_user

# A report names one of the two loaves.
LOAF = 450


@pytest.fixture
def problem(sale: Sale) -> Problem:
    """A loaf was flat, and anna wants her money back."""
    arrive(sale)
    return report(sale)


def baker() -> User:
    return User.objects.get(email="baker@example.org")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def offered(problem: Problem, amount: int = 200, text: str = "Keep it?") -> Proposal:
    return propose(
        problem=problem,
        amount_minor=amount,
        text=text,
        actor_id=baker().pk,
        author_name="Bakery",
        now=FRIDAY,
    )


def send_offer(problem: Problem, **typed: str) -> HttpResponse:
    to = reverse("portal-propose", args=["bakery", problem.vendor_order.number])
    form = {"amount": "2.00", "text": "Keep it?", "problem": problem.public_id}
    return signed_in(baker()).post(to, form | typed)


def press(client: Client, proposal: Proposal, what: str = "case-take") -> HttpResponse:
    """Press a button of the page as it is now."""
    problem = proposal.problem
    where = [key_of(problem.vendor_order.order), 1, problem.public_id]
    seen = marks_in(client.get(reverse("case", args=where)).text)
    return client.post(reverse(what, args=[*where, proposal.public_id]), seen)


def told(answer: HttpResponse) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def given_back() -> list[int]:
    return list(RefundRequest.objects.values_list("cash_minor", flat=True))


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


def test_today_asks_for_an_answer_until_there_is_one(problem: Problem):
    client, today = signed_in(baker()), reverse("portal-today", args=["bakery"])

    before = client.get(today).text
    proposal = offered(problem)
    after = client.get(today).text
    decline_proposal(proposal=proposal, now=FRIDAY)
    declined = client.get(today).text

    words = "Problem to answer"
    assert [words in each for each in (before, after, declined)] == [True, False, True]


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


def test_what_the_seller_took_back_is_not_taken(problem: Problem, anna: User):
    proposal = offered(problem)
    to = reverse(
        "portal-propose-back",
        args=["bakery", problem.vendor_order.number, proposal.public_id],
    )

    backs = [signed_in(baker()).post(to) for _ in range(2)]
    answer = press(signed_in(anna), proposal)

    assert [each.status_code for each in backs] == [302, 302]
    assert told(answer) == ["This offer does not stand any more. Look again."]
    assert given_back() == []
    with pytest.raises(NotStandingError):
        take_back_proposal(proposal=proposal, actor_id=baker().pk, now=FRIDAY)


def test_another_offer_takes_the_place_of_the_first(problem: Problem, anna: User):
    first = offered(problem)
    second = offered(problem, amount=300, text="Or three?")

    answer = press(signed_in(anna), first)

    assert told(answer) == ["This offer does not stand any more. Look again."]
    states = [each.state for each in Proposal.objects.order_by("pk")]
    assert (states, given_back()) == (["withdrawn", "open"], [])
    assert second.problem == problem


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "0"}, "Say how much goes back."),
        ({"amount": "-1"}, "Enter an amount such as 24.90."),
        ({"amount": "4.51"}, "At most €4.50 can be offered for these pieces."),
        ({"amount": "some"}, "Enter an amount such as 24.90."),
        ({"amount": ""}, "This field is required."),
        ({"text": "  "}, "Say in a few words why this is fair."),
        ({"text": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_an_offer_that_makes_no_sense_says_why_and_keeps_what_was_typed(
    problem: Problem, typed: dict[str, str], said: str
):
    answer = send_offer(problem, **typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Keep it?" in answer.text or "text" in typed
    assert not Proposal.objects.exists()


def test_sending_it_twice_offers_it_once(problem: Problem):
    for _ in range(2):
        send_offer(problem)

    assert Proposal.objects.count() == 1
    said = Message.objects.filter(side=Side.SELLER)
    assert [message.text for message in said] == ["Keep it?"]


def test_offers_are_messages_and_there_are_not_too_many_of_them(problem: Problem):
    for cents in range(1, 21):
        offered(problem, amount=cents)

    with pytest.raises(MessageRefusedError):
        offered(problem, amount=21)


@pytest.mark.parametrize("name", ["portal-propose", "portal-give-back"])
def test_signs_that_no_id_has_are_not_found(problem: Problem, name: str):
    to = reverse(name, args=["bakery", problem.vendor_order.number])

    answer = signed_in(baker()).post(to, {"problem": "\0", "text": "x"})

    assert answer.status_code == 404


def test_a_report_says_something(sale: Sale):
    arrive(sale)
    loaf, _jam = sale.lines
    said = Report(kind=Problem.Kind.DAMAGED, text="\u200b", quantities={loaf.pk: 1})

    with pytest.raises(ReportIncompleteError):
        report_problem(part=sale.part, report=said, now=FRIDAY)


def test_what_was_taken_back_or_replaced_can_be_offered_again(problem: Problem):
    first = offered(problem)
    take_back_proposal(proposal=first, actor_id=baker().pk, now=FRIDAY)
    again = offered(problem)
    dearer = offered(problem, amount=300)
    last = offered(problem)

    assert len({first.pk, again.pk, dearer.pk, last.pk}) == 4
    states = [each.state for each in Proposal.objects.order_by("pk")]
    assert states == ["withdrawn", "withdrawn", "withdrawn", "open"]
    assert last.amount_minor == 200


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


def test_what_is_settled_takes_no_offer_and_none_is_taken(problem: Problem, anna: User):
    proposal = offered(problem)
    withdraw_problem(problem=problem, now=FRIDAY)

    answer = press(signed_in(anna), proposal)
    late = send_offer(problem, text="Then this?")

    assert "settled already" in told(answer)[0]
    assert "settled already" in told(late)[0]
    assert (given_back(), Proposal.objects.count()) == ([], 1)
    for text in ("Again?", "Keep it?"):
        with pytest.raises(NotOpenError):
            offered(problem, text=text)


def test_what_the_bank_decides_about_is_not_offered(sale: Sale, problem: Problem):
    with pytest.raises(NotRefundableError):
        offered(problem, amount=LOAF + 1)
    freeze(vendor_order_id=sale.part.pk, key="dispute:1", reason="Fraud", now=FRIDAY)

    send_offer(problem)

    assert not Proposal.objects.exists()


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
