"""Both sides answer short questions about a report, and read where they differ."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.agreed import Row, agreed_of
from frontend.backoffice.course import course_of
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.db.models import AuditEvent
from marketplace.db.storage import private_storage
from marketplace.flows.agree_on_problem import decline_proposal
from marketplace.flows.export_sections import SECTIONS
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.shop.order.access import key_of
from support.models import Problem, ProblemAnswer
from support.selectors.conversation import messages_of
from support.services.points import AnswerRefusedError
from support.services.problems import Report
from tests.integration.aftersale.offers import baker, offered, signed_in
from tests.integration.aftersale.steps import FRIDAY, arrive, report
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import Sale
from tests.integration.support.test_photos import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(sale: Sale) -> Problem:
    """A loaf is flat: it cannot be used, and anna would not send it back."""
    arrive(sale)
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        quantities={sale.lines[0].pk: 1},
        wanted="refund",
        answers={"usable": "no", "back": "no", "cause": ""},
    )
    return report_problem(part=sale.part, report=about, now=FRIDAY)


def send(problem: Problem, **answers: str) -> HttpResponse:
    where = ["bakery", problem.vendor_order.number, problem.public_id]
    return signed_in(baker()).post(reverse("portal-points", args=where), answers)


def rows(problem: Problem, asked: int = 450) -> dict[str, Row]:
    parcels = problem.vendor_order.parcels.all()
    found = agreed_of(problem, parcels=parcels, asked=Money(asked, "EUR"))
    return {row.point: row for row in found}


def test_points_that_nobody_answered_say_so(problem: Problem):
    found = rows(problem)

    assert found["What happened"][1:] == ("It arrived damaged", "No answer yet", None)
    assert found["Cause"][1:] == ("No answer yet", "No answer yet", None)
    assert found["Can be used"][1:] == ("No", "No answer yet", None)
    assert found["Outcome"][1:] == ("€4.50 back", "No offer yet", None)
    assert found["Arrival"].agrees is True
    assert "delivered Thu 26 Nov" in found["Arrival"].seller


def test_a_carrier_without_a_scan_does_not_deny_what_the_buyer_has(problem: Problem):
    problem.vendor_order.parcels.update(delivered_at=None)

    assert rows(problem)["Arrival"].agrees is None


def test_an_answer_that_cannot_be_leaves_no_photo_behind(sale: Sale):
    arrive(sale)
    before = kept_photos()

    with pytest.raises(AnswerRefusedError):
        report_problem(part=sale.part, report=shown(sale, usable="way"), now=FRIDAY)

    assert not Problem.objects.exists()
    assert kept_photos() == before


def test_a_report_that_is_undone_leaves_no_photo_behind(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
):
    def fail(**_asked: object) -> None:
        raise RuntimeError("The books are locked.")

    arrive(sale)
    before = kept_photos()
    monkeypatch.setattr("marketplace.flows.report_problem.money.freeze", fail)

    with pytest.raises(RuntimeError):
        report_problem(part=sale.part, report=shown(sale, usable="no"), now=FRIDAY)

    assert kept_photos() == before


def kept_photos() -> list[str]:
    """Return the photos of reports that the storage has; it may have none yet."""
    storage = private_storage()
    return storage.listdir("problems")[1] if storage.exists("problems") else []


def shown(sale: Sale, *, usable: str) -> Report:
    """Return a report with a picture."""
    return Report(
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        quantities={sale.lines[0].pk: 1},
        photos=[photo()],
        answers={"usable": usable},
    )


def test_it_is_seen_where_both_agree_and_where_not(problem: Problem):
    send(problem, told="yes", cause="way", usable="partly", back="no")
    decline_proposal(proposal=offered(problem), now=FRIDAY)

    found = rows(Problem.objects.get(pk=problem.pk))

    agree = {point: row.agrees for point, row in found.items()}
    assert agree == {
        "What happened": True,
        "Arrival": True,
        "Cause": None,
        "Can be used": False,
        "Comes back": True,
        "Outcome": False,
    }
    assert found["Outcome"].seller == "€2.00 back"


def test_who_reports_a_return_sends_it_back(sale: Sale):
    arrive(sale)
    returned = report(sale, Problem.Kind.RETURN)

    send(returned, back="yes")

    assert rows(returned)["Comes back"][1:] == ("Yes", "Yes", True)


def test_what_is_answered_again_takes_the_place_of_before(problem: Problem):
    for _ in range(2):
        send(problem, told="yes", usable="no")
    send(problem, told="no")

    of_seller = ProblemAnswer.objects.filter(problem=problem, side="seller")
    assert list(of_seller.values_list("point", "answer")) == [("told", "no")]
    told = AuditEvent.objects.filter(action="problem.answered")
    assert told.count() == 2


def test_the_thread_says_once_that_the_seller_answers(problem: Problem):
    for word in ("yes", "no", "", "yes"):
        send(problem, told=word)

    said = [message.text for message in messages_of(problem.vendor_order_id)]
    line = "The seller answered the questions about the report."
    assert said.count(line) == 1


@pytest.mark.parametrize("answers", [{"told": "way"}, {"back": "perhaps"}])
def test_an_answer_of_another_question_is_not_kept(
    problem: Problem, answers: dict[str, str]
):
    send(problem, **answers)

    assert not problem.answers.filter(side="seller").exists()


def test_nothing_is_answered_once_it_has_ended(problem: Problem):
    withdraw_problem(problem=problem, now=FRIDAY)

    send(problem, told="no")

    assert not problem.answers.filter(side="seller").exists()


def test_a_buyer_answers_with_the_report(sale: Sale, anna: User):
    arrive(sale)
    loaf, _jam = sale.lines
    form = {
        "kind": "incomplete",
        "text": "One of two.",
        "wanted": "refund",
        f"line_{loaf.pk}": "1",
        "usable": "no",
        "back": "no",
    }

    signed_in(anna).post(reverse("case-new", args=[key_of(sale.order), 1]), form)
    # Of what is missing nobody asks whether it can be used.
    missing = Problem.objects.get()
    withdraw_problem(problem=missing, now=FRIDAY)
    signed_in(anna).post(
        reverse("case-new", args=[key_of(sale.order), 1]), form | {"kind": "damaged"}
    )

    damaged = Problem.objects.exclude(pk=missing.pk).get()
    assert not missing.answers.exists()
    assert dict(damaged.answers.values_list("point", "answer")) == {
        "usable": "no",
        "back": "no",
    }


def test_all_three_read_the_same_table(problem: Problem, anna: User):
    send(problem, told="yes", usable="partly")
    part = problem.vendor_order
    case = reverse("case", args=[key_of(part.order), 1, problem.public_id])
    order = reverse("portal-order", args=["bakery", part.number])
    office = reverse("office-problem", args=[problem.public_id])

    pages = [
        signed_in(anna).get(case).text,
        signed_in(baker()).get(order).text,
        signed_in(operator("support")).get(office).text,
    ]

    for page in pages:
        assert "What is agreed, what is not" in page
        assert "Not agreed" in page


def test_the_course_tells_what_happened_and_what_comes(problem: Problem):
    decline_proposal(proposal=offered(problem), now=FRIDAY + timedelta(hours=3))
    told = Problem.objects.get(pk=problem.pk)

    def titles(now_in_days: int) -> list[tuple[str, str]]:
        course = course_of(
            told,
            parcels=told.vendor_order.parcels.all(),
            thread=messages_of(told.vendor_order_id),
            now=FRIDAY + timedelta(days=now_in_days),
        )
        return [(step.title, step.state) for step in course]

    happened = [
        ("Delivered", "done"),
        ("Reported, money held", "done"),
        ("Seller offered €2.00", "done"),
        ("Buyer declined", "done"),
    ]
    assert titles(1) == [
        *happened,
        ("Comes to us by itself", "now"),
        ("Else decided for the buyer by itself", ""),
    ]
    assert titles(3) == [
        *happened,
        ("Came to us by itself", "done"),
        ("Decision due", "now"),
        ("Else decided for the buyer by itself", ""),
    ]


def test_what_a_buyer_answered_is_in_the_file_of_their_data(
    problem: Problem, anna: User
):
    send(problem, told="no")

    rows = SECTIONS["problem-answers"](anna)

    number = problem.vendor_order.number
    assert [(row["problem__vendor_order__number"], row["answer"]) for row in rows] == [
        (number, "no"),
        (number, "no"),
    ]
    assert {row["point"] for row in rows} == {"usable", "back"}


def asked_for_page(client: Client, problem: Problem) -> int:
    where = reverse("office-problem", args=[problem.public_id])
    client.get(where)
    with CaptureQueriesContext(connection) as queries:
        client.get(where)
    return len(queries)


def test_more_answers_and_offers_ask_no_more(problem: Problem):
    client = signed_in(operator("support"))
    offered(problem, 100)
    send(problem, told="yes")
    few = asked_for_page(client, problem)

    send(problem, told="yes", cause="way", usable="no", back="no")
    for amount in (110, 120):
        offered(problem, amount)

    assert asked_for_page(client, problem) == few
