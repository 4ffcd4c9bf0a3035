"""After the seller's answer: the buyer agrees, or lets the market decide."""

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.report_problem import ask_to_decide
from marketplace.flows.send_message import send_message
from payouts.models import RefundRequest
from payouts.services.settlement import freeze
from support.models import Message, Problem, Side
from support.services.problems import NotOpenError
from tests.integration.aftersale.steps import FRIDAY, GROSS, arrive, report, ship
from tests.integration.backoffice.conftest import operator
from tests.integration.marks import marks_in
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for
from vendors.models import Standing

STEP = re.compile(r'<li aria-current="step">([^<]+)</li>')
EVENT = "The buyer does not agree and asks Comptoir to decide."


@pytest.fixture
def problem(sale: Sale) -> Problem:
    """A loaf was flat, and anna wants her money back."""
    arrive(sale)
    told = report(sale)
    Problem.objects.update(wanted="refund")
    return told


def answer(sale: Sale) -> None:
    send_message(part=sale.part, side=Side.SELLER, text="It is rye.", now=FRIDAY)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def where(sale: Sale, problem: Problem, route: str = "case") -> str:
    return reverse(route, args=[sale.order.number, 1, problem.public_id])


def test_a_buyer_disagrees_once_the_seller_has_answered(
    sale: Sale, problem: Problem, anna: User
):
    client = signed_in(anna)

    before = client.get(where(sale, problem)).text
    answer(sale)
    after = client.get(where(sale, problem)).text

    words = "Let Comptoir decide"
    assert (words in before, words in after) == (False, True)
    steps = [STEP.findall(seen) for seen in (before, after)]
    assert steps == [[f"{sale.part.vendor.name} answers"], ["You find an agreement"]]
    assert "Withdraw the report" in after


def test_disagreeing_twice_is_told_once(sale: Sale, problem: Problem, anna: User):
    client = signed_in(anna)
    answer(sale)

    answers = [client.post(where(sale, problem, "case-disagree")) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert Message.objects.filter(text=EVENT).count() == 1
    page = client.get(where(sale, problem)).text
    assert "Comptoir decides now" in page
    assert "let Comptoir decide" not in page


def test_before_the_answer_there_is_nothing_to_disagree_with(
    sale: Sale, problem: Problem, anna: User
):
    signed_in(anna).post(where(sale, problem, "case-disagree"))

    assert not Message.objects.filter(text=EVENT).exists()


def test_what_was_settled_is_not_decided_again(sale: Sale, problem: Problem):
    Problem.objects.update(state=Problem.State.WITHDRAWN)

    with pytest.raises(NotOpenError):
        ask_to_decide(problem=problem, now=FRIDAY)


def test_who_disagrees_comes_first_in_the_queue(
    sale: Sale, problem: Problem, anna: User
):
    bindery = make_seller("Bindery")
    other = pay_for({bindery: {make_offer(bindery, "Book", cents=900): 1}}, user=anna)
    Problem.objects.create(
        vendor_order=other.part,
        kind="damaged",
        text="",
        opened_at=FRIDAY,
        answer_by=problem.answer_by,
    )
    Problem.objects.filter(pk=problem.pk).update(answer_by=FRIDAY.replace(year=2027))

    ask_to_decide(problem=problem, now=FRIDAY)

    queue = signed_in(operator("support")).get(reverse("office-problems"))
    assert next(each.pk for each in queue.context["open"]) == problem.pk
    assert "The buyer asks us" in queue.text


def test_a_seller_reads_what_the_buyer_wants(sale: Sale, problem: Problem):
    baker = User.objects.get(email="baker@example.org")
    page = reverse("portal-order", args=["bakery", sale.part.number])

    assert "The buyer asks for: My money back" in signed_in(baker).get(page).text


@pytest.mark.parametrize("text", ["Sorry, it was old.", ""])
def test_a_seller_gives_the_money_back(sale: Sale, problem: Problem, text: str):
    baker = signed_in(User.objects.get(email="baker@example.org"))
    to = reverse("portal-give-back", args=["bakery", sale.part.number])

    seen = marks_in(baker.get(to).text)
    form = {"text": text, "is_sure": "on", "problem": problem.public_id, **seen}
    answers = [baker.post(to, form) for _ in range(2)]

    given = list(RefundRequest.objects.values_list("cash_minor", flat=True))
    problem.refresh_from_db()
    assert given == ([GROSS] if text else [])
    assert problem.state == ("refunded" if text else "open")
    told = [str(each) for each in get_messages(answers[1].wsgi_request)]
    assert set(told) == ({"Settled. The money is on its way back."} if text else set())


@pytest.mark.parametrize(("is_seller", "by"), [(True, "seller"), (False, "platform")])
def test_who_settles_a_report_by_giving_all_back_has_cancelled_what_waits(
    sale: Sale, is_seller: bool, by: str
):
    loaf, _jam = sale.lines
    ship(sale, {loaf.pk: 1})
    told = report(sale)

    if is_seller:
        baker = signed_in(User.objects.get(email="baker@example.org"))
        to = reverse("portal-give-back", args=["bakery", sale.part.number])
        page = baker.get(to).text
        form = {"text": "Sorry.", "is_sure": "on", "problem": told.public_id}
        baker.post(to, {**form, **marks_in(page)})
    else:
        office = signed_in(operator("administrator"))
        to = reverse("office-problem", args=[told.public_id])
        page = office.get(to).text
        office.post(
            to, {"how": "refund", "rule": "D-9", "decision": "Flat.", **marks_in(page)}
        )

    assert "not sent any more" in page.lower()
    assert "1 × Loaf, 1 × Jam" in page
    standing = Standing.objects.get(vendor=sale.part.vendor)
    assert (sale.part.state, sale.part.cancelled_by) == ("shipped", by)
    assert standing.cancelled_by_seller == int(is_seller)


def test_money_is_not_given_back_by_who_does_not_say_what_they_have_seen(
    sale: Sale, problem: Problem
):
    baker = signed_in(User.objects.get(email="baker@example.org"))
    office = signed_in(operator("administrator"))
    form = {"text": "Sorry.", "is_sure": "on", "problem": problem.public_id}
    number = sale.part.number

    baker.post(reverse("portal-give-back", args=["bakery", number]), form)
    for how in ("refund", "refund_lines"):
        where = reverse("office-problem", args=[problem.public_id])
        office.post(where, {"how": how, "rule": "D-9", "decision": "Flat."})

    problem.refresh_from_db()
    assert problem.state == "open"
    assert not RefundRequest.objects.exists()


def test_what_the_bank_decides_about_is_not_given_back(sale: Sale, problem: Problem):
    freeze(vendor_order_id=sale.part.pk, key="dispute:1", reason="Fraud", now=FRIDAY)
    baker = signed_in(User.objects.get(email="baker@example.org"))
    to = reverse("portal-give-back", args=["bakery", sale.part.number])

    baker.post(to, {"text": "Sorry.", "is_sure": "on"})

    assert not RefundRequest.objects.exists()


def test_nobody_else_gives_a_sellers_money_back(sale: Sale, problem: Problem):
    stranger = signed_in(make_user("stranger"))
    to = reverse("portal-give-back", args=["bakery", sale.part.number])

    stranger.post(to, {"text": "Mine.", "is_sure": "on"})

    assert not RefundRequest.objects.exists()
