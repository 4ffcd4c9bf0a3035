"""The page of the three-way match, as finance people use it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.core.identifiers import order_number
from marketplace.db import clock
from payouts.models import BankLine, MatchRun
from payouts.services import matching
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.relative import relative_in
from tests.integration.sale import make_offer, make_seller, pay_for
from tests.servers import Sandbox

pytestmark = pytest.mark.django_db

MATCH = "office-match"


def send(client: Client, content: str) -> object:
    file = SimpleUploadedFile("november.csv", content.encode(), "text/csv")
    return client.post(reverse("office-match-statement"), {"file": file}, follow=True)


def test_before_the_first_comparison_the_page_leads_on(as_operator: SignedIn) -> None:
    page = as_operator("finance").get(reverse(MATCH))

    assert "Nothing was compared yet" in page.content.decode()


def test_a_comparison_is_asked_for_once_and_waited_for(as_operator: SignedIn) -> None:
    client = as_operator("finance")

    for _ in range(2):
        answer = client.post(reverse(MATCH), follow=True)

    assert MatchRun.objects.count() == 1
    assert "Waiting for its turn." in answer.content.decode()
    waiting = client.get(reverse(MATCH), headers={"HX-Request": "true"})
    assert "Waiting for its turn." in waiting.content.decode()


def test_what_was_found_is_shown_when_it_is_done(
    committing_db: None, sandbox: Sandbox, as_operator: SignedIn
) -> None:
    client, bakery = as_operator("finance"), make_seller("Bakery")
    # Written without the provider, which has never heard of it.
    pay_for({bakery: {make_offer(bakery, "Loaf", cents=500): 2}})
    client.post(reverse(MATCH))

    matching.run_waiting(now=clock.now())

    polled = client.get(reverse(MATCH), headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == reverse(MATCH)
    page = client.get(reverse(MATCH)).content.decode()
    assert "They differ" in page
    assert "In our books, not at the provider" in page


def test_a_statement_is_taken_and_its_lines_are_seen_to(as_operator: SignedIn) -> None:
    client = as_operator("finance")

    taken = send(client, "date,amount,text\n2025-11-25,-700.00,Rent\n")
    line = BankLine.objects.get()
    aside = reverse("office-match-aside", args=[line.pk])
    refused = client.post(aside, {"reason": ""})
    client.post(aside, {"reason": "Our rent", "is_sure": "on"})

    assert "1 new line." in taken.content.decode()
    assert refused.status_code == 422
    line.refresh_from_db()
    assert line.set_aside_for == "Our rent"
    page = client.get(reverse(MATCH)).content.decode()
    assert "Our rent" in page
    client.post(reverse("office-match-reopen", args=[line.pk]))
    line.refresh_from_db()
    assert line.set_aside_for == ""


def test_lines_that_came_after_the_comparison_are_said_to_be_newer(
    as_operator: SignedIn,
) -> None:
    client, now = as_operator("finance"), clock.now()
    MatchRun.objects.create(
        state="done", requested_at=now, started_at=now, finished_at=now
    )
    words = "The table counts them once you compare anew."

    before = client.get(reverse(MATCH)).content.decode()
    send(client, "date,amount,text\n2025-11-25,-700.00,Rent\n")
    after = client.get(reverse(MATCH)).content.decode()

    assert (words in before, words in after) == (False, True)


def test_a_broken_statement_says_what_to_mend(as_operator: SignedIn) -> None:
    answer = send(as_operator("finance"), "date,amount\n25.11.2026,5\n")

    assert answer.status_code == 422
    assert "25.11.2026” is no date like 2026-11-26" in answer.content.decode()
    assert relative_in(answer.text) == []
    assert not BankLine.objects.exists()


def test_a_booking_that_is_gone_cannot_be_chosen(as_operator: SignedIn) -> None:
    client = as_operator("finance")
    send(client, "date,amount,text\n2025-11-25,50.00,Payout\n")
    line = BankLine.objects.get()

    answer = client.post(
        reverse("office-match-line", args=[line.pk]), {"key": "stripe:txn_gone"}
    )

    assert answer.status_code == 422
    assert "has its line already" in answer.content.decode()


def test_an_order_is_found_by_its_number_or_said_to_be_missing(
    as_operator: SignedIn,
) -> None:
    client, bakery = as_operator("finance"), make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=500): 2}})

    there = client.get(reverse(MATCH), {"order": sale.part.number.lower()})
    gone = client.get(reverse(MATCH), {"order": order_number() + "\0"}, follow=True)

    assert there.headers["Location"] == reverse(
        "office-match-order", args=[sale.order.number]
    )
    assert "There is no order" in gone.content.decode()


def test_who_is_not_of_finance_gets_nothing(as_operator: SignedIn) -> None:
    client = as_operator("support")

    pages = [
        client.get(reverse(MATCH)),
        client.get(reverse("office-match-order", args=["ABCDEFGH"])),
        send(client, "date,amount\n2025-11-25,5\n"),
    ]

    assert [page.status_code for page in pages] == [403, 403, 403]
    assert not BankLine.objects.exists()


def test_the_page_takes_the_same_statements_however_many_lines(
    as_operator: SignedIn, django_assert_max_num_queries
) -> None:
    client = as_operator("finance")
    send(
        client, "date,amount\n" + "".join(f"2026-11-25,{n}.00\n" for n in range(1, 40))
    )

    with django_assert_max_num_queries(33):
        client.get(reverse(MATCH))
