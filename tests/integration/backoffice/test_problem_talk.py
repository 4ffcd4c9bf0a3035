"""On a problem's page an operator writes to both sides, and sees how others ended."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.db.models import Outbox
from marketplace.flows.agree_on_problem import propose, take_proposal
from marketplace.flows.refund_line import RefundedBy
from marketplace.flows.report_problem import withdraw_problem
from marketplace.flows.resolve_problem import Decision, refund_problem, release_problem
from marketplace.jobs.mails.buyers import message as letters_of
from payouts.models import RefundRequest
from support.models import Message, Problem, Side
from tests.integration.aftersale.steps import FRIDAY, arrive, report
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    bakery = make_seller("Bakery", owner=make_user("baker"))
    goods = {make_offer(bakery, "Loaf", cents=450): 1}
    goods[make_offer(bakery, "Jam", cents=720)] = 1
    return pay_for({bakery: goods}, user=make_user("anna", first_name="Anna"))


@pytest.fixture
def problem(sale: Sale) -> Problem:
    arrive(sale)
    return report(sale)


def say(client, problem: Problem, text: str):
    to = reverse("office-problem-say", args=[problem.public_id])
    return client.post(to, {"text": text})


def test_what_the_office_writes_goes_to_both_sides_once(
    problem: Problem, as_operator: SignedIn
):
    client = as_operator("support")

    answers = [say(client, problem, "Do you have the box?") for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    [written] = Message.objects.filter(side=Side.OPERATOR)
    assert written.text == "Do you have the box?"
    assert Outbox.objects.filter(key=f"message:message:{written.pk}").count() == 1
    to = {each.to for each in letters_of(message=written.pk)}
    assert to == {"anna@example.org", "bakery@example.org"}


def test_what_cannot_be_sent_stays_typed(problem: Problem, as_operator: SignedIn):
    client = as_operator("support")

    empty = say(client, problem, " ")
    long = say(client, problem, "x" * 4001)

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write something first." in empty.text
    assert "x" * 4001 in long.text
    assert not Message.objects.filter(side=Side.OPERATOR).exists()


def test_a_decision_that_is_typed_is_asked_about_before_the_page_is_left(
    problem: Problem, as_operator: SignedIn
):
    where = reverse("office-problem", args=[problem.public_id])

    page = as_operator("support").get(where).text

    [form] = [each for each in page.split("<form") if 'name="decision"' in each]
    assert "data-unsaved" in form.split(">")[0]


def test_nothing_is_written_about_what_is_settled(
    problem: Problem, as_operator: SignedIn
):
    withdraw_problem(problem=problem, now=FRIDAY)

    say(as_operator("support"), problem, "Still?")

    assert not Message.objects.filter(side=Side.OPERATOR).exists()


def test_who_decides_sees_the_sums_whoever_they_are(
    problem: Problem, as_operator: SignedIn
):
    page = as_operator("support").get(
        reverse("office-problem", args=[problem.public_id])
    )

    assert page.context["rest"].to_buyer == page.context["money"].gross
    assert "Part of it" in page.text
    # The market's own money is given by finance alone.
    assert "as goodwill" not in page.text


def test_support_gives_none_of_the_markets_money(
    problem: Problem, as_operator: SignedIn
):
    form = {
        "how": "refund_part",
        "amount": "1.00",
        "bearer": "platform",
        "rule": "D-9",
        "decision": "So.",
    }
    where = reverse("office-problem", args=[problem.public_id])

    answer = as_operator("support").post(where, form)

    assert answer.status_code == 422
    assert not RefundRequest.objects.exists()


def test_what_was_typed_is_told_where_it_came_too_late(
    problem: Problem, as_operator: SignedIn
):
    withdraw_problem(problem=problem, now=FRIDAY)

    client = as_operator("support")
    say(client, problem, "Still there?")
    page = client.get(reverse("office-problem", args=[problem.public_id]))

    assert "You had written: Still there?" in page.text


def test_an_operator_sees_how_problems_of_the_kind_ended(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    marc = operator("support").pk
    release_problem(
        problem=problem, decision=Decision("It is rye."), actor_id=marc, now=FRIDAY
    )
    second = report(sale)
    taken = propose(
        problem=second,
        amount_minor=100,
        text="Keep it?",
        actor_id=marc,
        author_name="Bakery",
        now=FRIDAY,
    )
    take_proposal(proposal=taken, seen=None, now=FRIDAY + timedelta(hours=1))
    third = report(sale)
    withdraw_problem(problem=third, now=FRIDAY)
    other = report(sale, Problem.Kind.NOT_AS_DESCRIBED)
    by = RefundedBy(actor_id=marc)
    refund_problem(problem=other, decision=Decision("Not rye."), by=by, now=FRIDAY)
    Problem.objects.filter(pk=third.pk).update(state="open")
    # One of before lines were kept.
    problem.lines.all().delete()

    page = as_operator("support").get(reverse("office-problem", args=[third.public_id]))

    told = [(each.problem.pk, each.back.minor) for each in page.context["alike"]]
    assert told == [(second.pk, 100), (problem.pk, 0)]
    assert dict(page.context["outcomes"]) == {"agreed": 1, "released": 1}
    titles = [each.title for each in page.context["alike"]]
    assert titles == ["Loaf", sale.part.number]
    assert "It is rye." in page.text
    assert "Both sides agreed." in page.text
