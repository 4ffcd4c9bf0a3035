"""What pages and mails say is so: nothing of €0.00, nothing that was paid out waits."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.refund_line import (
    RefundedBy,
    WantedBack,
    give_goodwill,
    refund_amounts,
    refund_lines,
    refund_part,
)
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs.mails import WRITERS
from marketplace.jobs.mails.buyers import problem_decided, problem_opened, refunded
from payouts.models import Settlement
from support.models import Problem
from tests.integration.aftersale.steps import (
    FRIDAY,
    SHIPPED_AT,
    answer_refunds,
    arrive,
    report,
    ship,
)
from tests.integration.aftersale.test_after_a_refund import sellers, words_of
from tests.integration.backoffice.conftest import operator
from tests.integration.disputed import charge_back
from tests.integration.sale import Sale, make_offer, pay_for
from vendors.models import Vendor, VendorOrder
from vendors.services.fulfilment import Dispatch


def page_of(sale: Sale, route: str, *more: str) -> str:
    where = reverse(route, args=[sale.order.number, 1, *more])
    return words_of(sale.order.user, where)


def letter_of(kind: str) -> str:
    """Return the words of the one letter of a kind that was asked for."""
    about = dict(Outbox.objects.get(topic="mail", payload__kind=kind).payload)
    [letter] = WRITERS[about.pop("kind")](**about)
    words = render_to_string(f"mail/{letter.template}.html", letter.context)
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


def portal(sale: Sale, route: str) -> tuple[Client, str]:
    browser = Client()
    browser.force_login(User.objects.get(email="baker@example.org"))
    return browser, reverse(route, args=["bakery", sale.part.number])


@pytest.mark.parametrize("is_paid", [False, True])
def test_only_money_that_is_held_waits_for_a_report(sale: Sale, is_paid: bool):
    arrive(sale)
    problem = report(sale)
    if is_paid:
        Settlement.objects.update(state="transferred")

    seller, buyer = sellers(sale), page_of(sale, "case", problem.public_id)
    letters = [
        render_to_string(f"mail/{each.template}.html", each.context)
        for each in problem_opened(problem=problem.pk)
    ]

    assert ("Your money for this order waits" in seller) is not is_paid
    assert ("Your money for it was released before" in seller) is is_paid
    assert ("the seller is paid as usual" in buyer) is not is_paid
    assert ["waits" in letter for letter in letters] == [not is_paid] * 2


def test_who_paid_with_points_too_reads_what_comes_back_as_points(
    anna: User, bakery: Vendor
):
    loaf = make_offer(bakery, "Loaf", cents=1000)
    sale = pay_for({bakery: {loaf: 1}}, user=anna, shipping_cents=0, points_minor=400)

    before = page_of(sale, "order-cancel")
    refund_part(part=sale.part, reason="", token="1", now=SHIPPED_AT)
    after = words_of(anna, reverse("order", args=[sale.order.number]))

    assert "To your card €6.00 Back as points €4.00 You get back" in before
    assert "€10.00 goes back to you." in after
    assert "€4.00 of it comes as points." in after


def test_what_was_paid_by_card_alone_says_nothing_of_points(sale: Sale):
    refund_part(part=sale.part, reason="", token="1", now=SHIPPED_AT)

    page = words_of(sale.order.user, reverse("order", args=[sale.order.number]))

    assert "goes back to you." in page
    assert "of it comes as points" not in page


def test_a_refund_without_cash_says_nothing_of_a_card(sale: Sale):
    order = sale.order.pk

    [letter] = refunded(order=order, cash_minor=0, points_minor=34)
    words = render_to_string("mail/refunded.html", letter.context)

    assert letter.subject == f"Your points for order {sale.order.number} are back"
    assert "Your points are back" in words
    assert "€0.34" in words
    assert "To your card" not in words
    assert "€0.00" not in words
    assert refunded(order=order, cash_minor=0, points_minor=0) == []


def test_mails_of_a_refund_name_pieces_seller_reason_and_amounts(sale: Sale):
    ship(sale)
    loaf, jam = (line.order_line.settlement_line.pk for line in sale.lines)
    refund_amounts(
        part=sale.part,
        back=WantedBack(wanted={loaf: 450, jam: 100}, pieces={loaf: 1}),
        reason="One is stale.",
        token="1",
        by=RefundedBy(is_news=True),
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    buyer, seller = (letter_of(kind) for kind in ("refunded", "sale_given_back"))

    assert "Reason: One is stale." in buyer
    assert "From Bakery Loaf 1 piece €4.50 Jam €1.00" in buyer
    assert "Given back Loaf 1 piece €4.50 Jam €1.00" in seller
    assert "do not send" not in seller.lower()


def test_a_gift_of_ours_tells_its_buyer_no_reason(sale: Sale, anna: User):
    give_goodwill(
        part=sale.part,
        cash_minor=100,
        reason="They will not stop.",
        token="gift",
        operator_id=anna.pk,
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    buyer = letter_of("refunded")

    assert "€1.00" in buyer
    assert "Reason" not in buyer


def test_a_report_of_what_is_all_paid_back_ends_without_paying_anybody(
    sale: Sale, anna: User
):
    arrive(sale)
    problem = report(sale)
    refund_part(part=sale.part, reason="Torn.", token="1", now=FRIDAY)
    answer_refunds(FRIDAY)

    client = Client()
    client.force_login(operator("support"))
    client.post(
        reverse("office-problem", args=[problem.public_id]),
        {"how": "release", "rule": "D-9", "decision": "You have it back."},
    )

    problem.refresh_from_db()
    assert problem.state == Problem.State.SETTLED
    pages = [sellers(sale), page_of(sale, "case", problem.public_id)]
    letters = [
        render_to_string(f"mail/{each.template}.html", each.context)
        for each in problem_decided(problem=problem.pk)
    ]
    for words in (*pages, *letters):
        assert "othing was left to pay" in words
        assert "seller is paid" not in words
        assert "You are paid" not in words


def test_a_seller_reads_which_money_has_a_date_while_things_wait(sale: Sale):
    loaf, _jam = sale.lines
    ship(sale, {loaf.pk: 1})
    first = sellers(sale)
    rest = Dispatch(carrier_code="bpost", tracking_number="3232051288400124")
    ship_parcel(part=sale.part, dispatch=rest, now=SHIPPED_AT)

    both = sellers(sale)

    assert "what is in the first parcel is yours at the latest on" in first
    assert "and what has not left some days after you send it" in first
    assert "what is in the first parcel is yours at the latest on" in both
    assert "what has not left" not in both


def test_nothing_of_no_money_is_promised(sale: Sale, anna: User):
    arrive(sale)
    problem = report(sale)
    give_goodwill(
        part=sale.part,
        cash_minor=2110,
        reason="Late.",
        token="gift",
        operator_id=anna.pk,
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    browser, where = portal(sale, "portal-give-back")
    pages = [sellers(sale), page_of(sale, "case", problem.public_id)]
    forms = [browser.get(where).text, browser.get(where, {"what": "pieces"}).text]

    assert "Refund these pieces" in pages[0]
    assert ["€0.00" in page for page in (*pages, *forms)] == [False] * 4
    assert "Nothing more than they have had." in forms[0]


def test_refusing_waits_for_the_bank(sale: Sale):
    charge_back(sale, at=SHIPPED_AT)

    browser, where = portal(sale, "portal-refuse")
    page = browser.get(where).text

    assert "bank has called this payment into question" in page
    assert "€0.00" not in page
    assert 'name="reason"' not in page


def test_what_gives_nothing_back_is_refused_without_a_sum(sale: Sale, anna: User):
    give_goodwill(
        part=sale.part,
        cash_minor=2110,
        reason="Late.",
        token="gift",
        operator_id=anna.pk,
        now=SHIPPED_AT,
    )
    answer_refunds(SHIPPED_AT)

    browser, where = portal(sale, "portal-refuse")
    page = browser.get(where).text
    browser.post(where, {"reason": "sold_out", "text": ""})

    assert "Refuse it" in page
    assert "€0.00" not in page
    assert sale.part.state == VendorOrder.State.CANCELLED


def test_nothing_is_left_to_report_once_all_pieces_were_given_back(sale: Sale):
    ship(sale)
    before = page_of(sale, "case-new")
    everything = {line.pk: line.quantity for line in sale.lines}
    refund_lines(
        part=sale.part, quantities=everything, reason="Torn.", token="1", now=FRIDAY
    )

    browser = Client()
    browser.force_login(sale.order.user)
    where = reverse("case-new", args=[sale.order.number, 1])
    answer = browser.get(where, follow=True)

    assert "What went wrong?" in before
    assert "All of it has been given back: there is nothing to report." in answer.text
    assert "Report a problem" not in answer.text


def test_a_return_says_how_its_shop_wants_it_back_while_it_is_open(sale: Sale):
    words = "Send it to our workshop; we pay the parcel."
    Vendor.objects.update(returns_policy=words)
    arrive(sale)
    problem = report(sale)

    other = page_of(sale, "case", problem.public_id)
    Problem.objects.update(kind=Problem.Kind.RETURN)
    asked = page_of(sale, "case", problem.public_id)

    assert (words in asked, words in other) == (True, False)
