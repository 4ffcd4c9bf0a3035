"""Each decision follows a rule, which is kept with it and told to both sides."""

import pytest
from django.db import IntegrityError
from django.template.loader import render_to_string
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.agree_on_problem import take_proposal
from marketplace.flows.report_problem import withdraw_problem
from marketplace.flows.resolve_problem import Decision, release_problem
from marketplace.jobs.mails.buyers import problem_decided
from marketplace.shop.order.access import key_of
from support.models import Problem
from support.rules import RULES, RuleRefusedError
from tests.integration.aftersale.offers import baker, offered, signed_in
from tests.integration.aftersale.steps import FRIDAY, arrive, report
from tests.integration.backoffice.conftest import operator
from tests.integration.marks import marks_in
from tests.integration.sale import Sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(sale: Sale) -> Problem:
    arrive(sale)
    return report(sale)


def decide(problem: Problem, code: str) -> Problem:
    decision = Decision("The picture is of another loaf.", code)
    return release_problem(
        problem=problem, decision=decision, actor_id=None, now=FRIDAY
    )


def test_a_decision_keeps_its_rule_as_it_stood(problem: Problem):
    decide(problem, "D-4.3")

    problem.refresh_from_db()
    assert problem.rule == "D-4.3"
    assert problem.rule_words == str(RULES["D-4.3"])
    assert problem.is_ruled


def test_a_rule_for_the_other_side_decides_nothing(problem: Problem):
    with pytest.raises(RuleRefusedError):
        decide(problem, "D-4.2")

    problem.refresh_from_db()
    assert (problem.state, problem.rule) == ("open", "")


def test_an_agreement_is_a_rule_of_its_own(problem: Problem):
    take_proposal(proposal=offered(problem), seen=None, now=FRIDAY)

    problem.refresh_from_db()
    assert problem.rule == "D-8.1"
    assert not problem.is_ruled


def test_a_report_taken_back_follows_no_rule(problem: Problem):
    withdraw_problem(problem=problem, now=FRIDAY)

    problem.refresh_from_db()
    assert (problem.rule, problem.rule_said) == ("", None)


def test_an_open_report_has_no_rule(problem: Problem):
    with pytest.raises(IntegrityError, match="rule_of_a_decision_has_words"):
        Problem.objects.filter(pk=problem.pk).update(rule="D-9", rule_said={})


def test_the_office_has_to_choose_a_rule_that_fits(problem: Problem):
    client = signed_in(operator("support"))
    where = reverse("office-problem", args=[problem.public_id])
    seen = marks_in(client.get(where).text)
    form = {"how": "refund", "decision": "Flat.", **seen}

    none, other = client.post(where, form), client.post(where, form | {"rule": "D-4.3"})
    right = client.post(where, form | {"rule": "D-4.2"})

    problem.refresh_from_db()
    assert (none.status_code, other.status_code, right.status_code) == (422, 422, 302)
    assert "does not end a report in this way" in other.text
    assert (problem.state, problem.rule) == ("refunded", "D-4.2")


def test_both_sides_read_the_rule_and_how_to_object(
    problem: Problem, sale: Sale, anna: User
):
    decide(problem, "D-4.3")
    case = reverse("case", args=[key_of(sale.order), 1, problem.public_id])
    order = reverse("portal-order", args=["bakery", sale.part.number])
    office = reverse("office-problem", args=[problem.public_id])

    pages = [
        signed_in(anna).get(case).text,
        signed_in(baker()).get(order).text,
    ]
    of_office = signed_in(operator("support")).get(office).text

    for page in [*pages, of_office]:
        assert "#D-4.3" in page
        assert str(RULES["D-4.3"]) in page
    assert ["You think this is wrong?" in page for page in pages] == [True, True]


def test_both_mails_name_the_rule_and_how_to_object(problem: Problem):
    decide(problem, "D-4.3")

    letters = problem_decided(problem=problem.pk)
    written = [
        render_to_string(f"mail/{each.template}.html", each.context) for each in letters
    ]

    assert len({each.to for each in letters}) == len(written) == 2
    for each in written:
        assert "#D-4.3" in each
        assert str(RULES["D-4.3"]) in each
        assert "You think this is wrong?" in each


def test_the_rule_that_the_facts_speak_for_is_chosen_already(problem: Problem):
    where = reverse("office-problem", args=[problem.public_id])
    client = signed_in(operator("support"))

    nothing = client.get(where)
    for side, point, answer in [("seller", "told", "yes"), ("buyer", "usable", "no")]:
        problem.answers.create(side=side, point=point, answer=answer, given_at=FRIDAY)
    found = client.get(where)

    assert nothing.context["form"]["rule"].value() is None
    assert "No picture came within 48 hours" in nothing.text
    assert found.context["form"]["rule"].value() == "D-4.2"
    assert "Proposed: refund what was reported" in found.text
    assert "The seller agrees that it arrived so." in found.text
