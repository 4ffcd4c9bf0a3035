"""A refund of what others paid in part: each page says who gets and gives how much."""

import re

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.db.models import Outbox
from marketplace.flows.agreed_order import Agreed, agreed_order
from marketplace.flows.refund_line import RefundedBy, WantedBack, refund_amounts
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.jobs.mails.buyers import problem_decided
from marketplace.jobs.mails.sellers import sale_given_back
from payouts.models import RefundRequest
from support.models import Problem
from support.services.problems import Report
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.market import NOW, open_market
from tests.integration.marks import marks_in
from tests.integration.sums.given import report_one, sell_with_gifts
from vendors.models import VendorOrder

AMOUNT = re.compile(r"(−?)€(\d+)\.(\d\d)")
SUMS = re.compile(r"<dl[^>]*class=\"[^\"]*sums.*?</dl>", re.DOTALL)


@pytest.fixture
def part(db: None) -> VendorOrder:
    return sell_with_gifts(open_market())


@pytest.fixture
def problem(part: VendorOrder) -> Problem:
    return report_one(part)


def amounts_in(html: str) -> list[int]:
    words = re.sub(r"<[^>]*>", "", html)
    return [
        int(whole + cents) * (-1 if sign else 1)
        for sign, whole, cents in AMOUNT.findall(words)
    ]


def tables(page: str) -> list[list[int]]:
    """Return the amounts of each list of sums, without those in small notes."""
    return [
        amounts_in(re.sub(r'<span class="small muted">.*?</span>', "", each))
        for each in SUMS.findall(page)
    ]


def add_up(*found: list[int]) -> None:
    for *parts, total in found:
        assert sum(parts) == total


def get(user: User, route: str, *named: object) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(route, args=named)).content.decode()


def office(route: str, *named: object) -> str:
    return get(operator("administrator"), route, *named)


def binder(part: VendorOrder) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="binder@example.org"))
    return client


def form_of(part: VendorOrder, what: str) -> dict[str, str]:
    """Return what the seller's form sends besides the words."""
    to = reverse("portal-give-back", args=["bindery", part.number])
    page = binder(part).get(f"{to}?what={what}").text
    hidden = re.findall(r'name="(what|problem|seen)" value="([\w-]+)"', page)
    return {"text": "Sorry.", "is_sure": "on", **dict(hidden)}


def send(part: VendorOrder, form: dict[str, str]) -> HttpResponse:
    to = reverse("portal-give-back", args=["bindery", part.number])
    return binder(part).post(to, form)


def give_back(part: VendorOrder, what: str) -> HttpResponse:
    return send(part, form_of(part, what))


# One piece: to the card, as points, the market's voucher back; by seller and market.
ONE = [[1217, 50, 185, 1452], [1241, 174, 37, 1452]]
ALL = [[4083, 168, 555, 4806], [4108, 577, 121, 4806]]


def test_the_office_sees_who_paid_and_what_each_decision_would_move(
    problem: Problem, part: VendorOrder
):
    page = office("office-problem", problem.public_id)

    paid = [4083, 168, 555, -698, 4108]
    assert tables(page) == [*ONE, *ALL, paid]
    add_up(*ONE, *ALL, paid)
    assert "Arrived damaged, €12.67" in page
    outcomes = re.findall(r'value="refund\w*"[^>]*><span>(.*?)</span>', page)
    assert outcomes == [
        "Refund these pieces, €12.67",
        "Refund all, €42.51",
        "Part of it",
    ]


def test_the_office_gives_the_reported_pieces_back_as_it_said(
    problem: Problem, part: VendorOrder
):
    client = Client()
    client.force_login(operator("administrator"))
    to = reverse("office-problem", args=[problem.public_id])

    seen = marks_in(client.get(to).text)
    client.post(
        to, {"how": "refund_lines", "rule": "D-9", "decision": "One was torn.", **seen}
    )

    request = RefundRequest.objects.get()
    assert request.cash_minor == 1217
    page = office("office-order", part.order.number)
    # 12.67 to the buyer and 1.85 to the market, of 14.52 with 2.11 of commission.
    assert tables(page)[0] == [4083, 168, 555, -1267, -185, -487, 2867]
    add_up(tables(page)[0])


def test_the_offices_order_names_points_among_who_gave_what(part: VendorOrder):
    page = office("office-order", part.order.number)

    given = [4950, 450, -594, -555, -168, 4083]
    assert given in tables(page)
    add_up(given)


def test_the_preview_of_a_refund_gives_what_it_gets(part: VendorOrder):
    client = Client()
    client.force_login(operator("administrator"))
    (line, _delivery) = part.settlement.lines.order_by("pk")
    to = reverse("office-order-refund", args=[part.number])

    chosen = {f"pieces_{line.pk}": "1", "reason": "Torn.", "token": "1"}
    page = client.post(to, chosen).text

    assert tables(page) == ONE
    assert "Give back €12.67" in page


def test_a_seller_reads_which_pieces_and_what_the_buyer_gets(
    problem: Problem, part: VendorOrder
):
    page = binder(part).get(reverse("portal-order", args=["bindery", part.number])).text

    assert "<b>1 ×</b> Notebook" in page
    assert "Refund these pieces, €12.67" in page
    assert "Refund all, €42.51" in page
    assert "Points: Comptoir pays €1.68 of the price" in page
    assert "Held for a problem: " in page
    assert "The payment for this parcel waits until this is settled." in page


@pytest.mark.parametrize(
    ("what", "moves", "cash"), [("pieces", ONE, 1217), ("all", ALL, 4083)]
)
def test_a_seller_sees_what_moves_and_gives_it_back_once(
    problem: Problem, part: VendorOrder, what: str, moves: list[list[int]], cash: int
):
    to = reverse("portal-give-back", args=["bindery", part.number])
    page = binder(part).get(f"{to}?what={what}").text

    form = form_of(part, what)
    answers = [send(part, form) for _ in range(2)]

    assert tables(page) == moves
    assert f"Give back €{(moves[0][0] + moves[0][1]) / 100:.2f}" in page
    assert [each.status_code for each in answers] == [302, 302]
    assert [each.cash_minor for each in RefundRequest.objects.all()] == [cash]
    problem.refresh_from_db()
    assert problem.state == "refunded"


def give(part: VendorOrder, wanted: dict[int, int]) -> None:
    refund_amounts(
        part=part,
        back=WantedBack(wanted=wanted),
        reason="Torn.",
        token="t",
        by=RefundedBy(),
        now=NOW,
    )


@pytest.mark.parametrize("what", ["pieces", "all"])
def test_a_sellers_button_gives_back_the_sum_it_says(
    problem: Problem, part: VendorOrder, what: str
):
    form = form_of(part, what)
    (line, _delivery) = part.settlement.lines.order_by("pk")
    give(part, {line.pk: line.gross_minor - 100})

    answer = send(part, form)

    assert "Something has changed meanwhile." in answer.text
    assert RefundRequest.objects.count() == 1
    problem.refresh_from_db()
    assert problem.state == "open"


@pytest.mark.parametrize("is_first_mine", [True, False])
def test_a_form_settles_only_the_report_that_it_names(
    problem: Problem, part: VendorOrder, is_first_mine: bool
):
    form = form_of(part, "pieces")
    if is_first_mine:
        send(part, form)
    else:
        withdraw_problem(problem=problem, now=NOW)
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Torn.", quantities={part.lines.get().pk: 2}
    )
    second = report_problem(part=part, report=about, now=NOW)
    of_second = form_of(part, "all")

    # The form of the first, and that of the second once its buyer is content.
    send(part, form)
    withdraw_problem(problem=second, now=NOW)
    late = send(part, of_second)
    unknown = send(part, form | {"problem": "unknown"})

    told = [str(each) for each in get_messages(late.wsgi_request)]
    assert told == ["This report has been settled already: Withdrawn."]
    assert unknown.status_code == 404
    assert RefundRequest.objects.count() == int(is_first_mine)


def test_pieces_that_were_given_back_meanwhile_do_not_become_all_of_it(
    problem: Problem, part: VendorOrder
):
    form = form_of(part, "pieces")
    (line, _delivery) = part.settlement.lines.order_by("pk")
    give(part, {line.pk: line.gross_minor})

    answer = send(part, form)
    operators = Client()
    operators.force_login(operator("administrator"))
    to = reverse("office-problem", args=[problem.public_id])
    decided = operators.post(
        to, {"how": "refund_lines", "rule": "D-9", "decision": "Torn."}
    )

    assert "have been given back already" in answer.text
    assert "Sorry." in answer.text
    assert "All of it goes back." in answer.text
    assert re.search(r'name="is_sure"[^>]*checked', answer.text) is None
    assert "have been given back already" in decided.text
    assert RefundRequest.objects.count() == 1


def test_a_buyer_reads_the_sum_of_the_reported_pieces_first(
    problem: Problem, part: VendorOrder
):
    page = get(
        User.objects.get(email="anna@example.org"),
        "case",
        part.order.number,
        1,
        problem.public_id,
    )

    assert tables(page) == [[1217, 50, 1267]]
    assert "If these pieces are refunded" in page
    assert "All of the parcel would be €42.51, delivery included." in page


def test_the_sellers_mail_names_the_sums_that_the_page_said(part: VendorOrder):
    (line, _delivery) = part.settlement.lines.order_by("pk")
    refund_amounts(
        part=part,
        back=WantedBack(wanted={line.pk: 1452}, pieces={line.pk: 1}),
        reason="Torn.",
        token="t",
        by=RefundedBy(is_news=True),
        now=NOW,
    )

    mail = Outbox.objects.get(payload__kind="sale_given_back")
    (letter,) = sale_given_back(
        **{key: mail.payload[key] for key in ("part", "refund", "pieces", "reason")}
    )

    context = letter.context
    assert context["amount"] == Money(1217 + 50, "EUR")
    assert context["bears"] == Money(1241, "EUR")
    assert [thing.quantity for thing in context["stays"]] == [1]


def test_a_line_is_opened_from_its_full_price_to_what_the_seller_keeps(
    part: VendorOrder,
):
    (line, _delivery) = part.settlement.lines.order_by("pk")
    to = reverse("portal-statement", args=["bindery"])

    page = binder(part).get(f"{to}?line={line.pk}").text

    # 49.50 less 5.94 of the seller's own, 5.23 commission and 1.10 VAT.
    assert "How €49.50 became €37.23" in page


def test_the_decision_mail_names_the_sum(problem: Problem, part: VendorOrder):
    give_back(part, "pieces")
    letter = problem_decided(problem=problem.pk)[0]

    page = render_to_string(
        f"mail/{letter.template}.html", {"subject": letter.subject, **letter.context}
    )

    assert "You get €12.67 back" in page


def test_the_list_of_orders_and_the_invoice_say_who_paid_what(part: VendorOrder):
    anna = User.objects.get(email="anna@example.org")

    listed = get(anna, "account-orders")
    sums = agreed_order(part.order, [part])

    assert "€40.83, €1.68 with points, €5.55 paid by Comptoir" in listed
    assert (sums.paid, sums.by_market) == (Money(4083, "EUR"), Money(555, "EUR"))
    assert sums.invoiced == Money(part.settlement.gross_minor, "EUR")


def test_the_order_says_free_where_delivery_costs_nothing(part: VendorOrder):
    sums = Agreed(
        items=Money(100, "EUR"),
        shipping=Money(0, "EUR"),
        gifts=(),
        points=0,
        points_worth=Money(0, "EUR"),
        paid=Money(100, "EUR"),
        by_market=Money(0, "EUR"),
        tax=Money(0, "EUR"),
    )

    page = render_to_string("order/_sums.html", {"sums": sums, "parcels": 1})

    assert "Free" in page
    assert "€0.00" not in page
