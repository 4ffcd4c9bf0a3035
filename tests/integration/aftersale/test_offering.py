"""What a seller can offer to settle a report, how often, and until when."""

import pytest
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.agree_on_problem import (
    decline_proposal,
    take_back_proposal,
)
from marketplace.flows.report_problem import report_problem, withdraw_problem
from payouts.services.refund import NotRefundableError
from payouts.services.settlement import freeze
from support.models import Message, Problem, Proposal, Side
from support.services.conversation import MessageRefusedError
from support.services.problems import NotOpenError, Report, ReportIncompleteError
from support.services.proposals import NotStandingError
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
    arrive,
    report,
)
from tests.integration.sale import Sale


@pytest.fixture
def problem(sale: Sale) -> Problem:
    """A loaf was flat, and anna wants her money back."""
    arrive(sale)
    return report(sale)


def test_today_asks_for_an_answer_until_there_is_one(problem: Problem):
    client, today = signed_in(baker()), reverse("portal-today", args=["bakery"])

    before = client.get(today).text
    proposal = offered(problem)
    after = client.get(today).text
    decline_proposal(proposal=proposal, now=FRIDAY)
    declined = client.get(today).text

    words = "Problem to answer"
    assert [words in each for each in (before, after, declined)] == [True, False, True]


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


def test_what_is_settled_takes_no_offer_and_none_is_taken(problem: Problem, anna: User):
    proposal = offered(problem)
    withdraw_problem(problem=problem, now=FRIDAY)

    answer = press(signed_in(anna), proposal)
    late = send_offer(problem, text="Then this?")

    assert "settled already" in told(answer)[0]
    assert "settled already" in told(late)[0]
    assert told(late)[1] == "You had written: Then this?"
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
