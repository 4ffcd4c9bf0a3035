"""The queues of the office are narrowed by their address, and say how."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.db import clock
from payouts.models import BankBatch, BankLine, RefundRequest, Settlement
from support.models import ListingReport, Problem
from tests.factories import NOW, ProductFactory
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.backoffice.happenings import apply, complain, owe, sell
from vendors.models import Application

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(name), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def age_all_but_last(rows, *, days: int = 40) -> None:
    """Let all rows but the newest be old."""
    field = "opened_at" if rows.model is Problem else "submitted_at"
    newest = rows.order_by("pk").last()
    long_ago = clock.now() - timedelta(days=days)
    rows.exclude(pk=newest.pk).update(**{field: long_ago})
    rows.filter(pk=newest.pk).update(**{field: clock.now()})


def test_refunds_are_found_by_order_seller_state_and_age(as_operator: SignedIn) -> None:
    owe(1)
    owe(2)
    first, second = RefundRequest.objects.order_by("pk")
    client = as_operator("finance")

    shown = {
        asked: page(client, "office-refunds", **{asked.partition("=")[0]: word})
        for asked in (
            *("q=dairy2", f"q={first.order.number}"),
            *("state=made", "sort=largest", "age=never", "q=\0"),
        )
        for word in [asked.partition("=")[2]]
    }

    numbers = first.order.number, second.order.number
    found = {
        asked: tuple(number in text for number in numbers)
        for asked, text in shown.items()
    }
    assert found == {
        "q=dairy2": (False, True),
        f"q={first.order.number}": (True, False),
        "state=made": (False, False),
        "sort=largest": (True, True),
        "age=never": (True, True),
        "q=\0": (True, True),
    }
    assert "Order or seller: dairy2<span" in shown["q=dairy2"]
    assert "Older than a month<span" in page(client, "office-refunds", age="month")
    assert "Nothing like that waits" in shown["state=made"]


def test_a_decision_keeps_the_filters_of_its_queue(as_operator: SignedIn) -> None:
    owe(1)
    owe(2)
    address = reverse("office-refund-repay", args=[RefundRequest.objects.first().pk])
    given = {
        "method": "Bank transfer",
        "reference": "TR 1",
        "reason": "Card closed.",
        "is_sure": "on",
    }

    answer = as_operator("finance").post(f"{address}?q=dairy&page=7", given)

    assert answer.url == f"{reverse('office-refunds')}?q=dairy"


def test_held_money_is_found_by_seller_and_by_why(as_operator: SignedIn) -> None:
    sell(1)
    sell(2)
    frozen, waiting = Settlement.objects.order_by("pk")
    Settlement.objects.filter(pk=frozen.pk).update(state="frozen")
    client = as_operator("finance")

    one = page(client, "office-holds", why="frozen")
    other = page(client, "office-holds", seller=waiting.vendor.name[1:], sort="largest")
    none = page(client, "office-holds", list="reserves")

    numbers = frozen.vendor_order.number, waiting.vendor_order.number
    assert [number in one for number in numbers] == [True, False]
    assert [number in other for number in numbers] == [False, True]
    assert [number in none for number in numbers] == [False, False]


def test_batches_and_lines_of_the_bank_are_narrowed(as_operator: SignedIn) -> None:
    client, person = as_operator("finance"), operator("finance")
    for currency, state in (("EUR", "prepared"), ("PLN", "cancelled")):
        BankBatch.objects.create(
            currency=currency, state=state, prepared_by=person, prepared_at=NOW
        )
    for text, cents in (("Rent", -90000), ("Stripe", 1200)):
        BankLine.objects.create(
            booked_on=NOW.date(),
            currency="EUR",
            amount_minor=cents,
            text=text,
            digest=text,
            source="a.csv",
            imported_at=NOW,
        )

    batches = page(client, "office-bank", state="cancelled", currency="PLN")
    lines = page(client, "office-match", way="out", q="ren")

    prepared, cancelled = BankBatch.objects.order_by("pk")
    assert reverse("office-bank-batch", args=[cancelled.pk]) in batches
    assert reverse("office-bank-batch", args=[prepared.pk]) not in batches
    assert ("Rent" in lines, "</b> Stripe" in lines) == (True, False)


def test_reports_are_found_by_kind_and_name_and_when_decided(
    as_operator: SignedIn,
) -> None:
    for title, state in (("Lamp", "open"), ("Vase", "open"), ("Bell", "founded")):
        ListingReport.objects.create(
            product=ProductFactory.create(title=title),
            kind="fake" if title == "Lamp" else "wrong",
            text="No.",
            state=state,
            created_at=NOW,
            decided_at=None if state == "open" else NOW,
            reason="" if state == "open" else "Taken down.",
        )
    client = as_operator("moderator")

    by_kind = page(client, "office-reports", kind="fake")
    by_name = page(client, "office-reports", q="vas")
    decided = page(client, "office-reports", list="decided")

    titles = ("Lamp", "Vase", "Bell")
    assert [title in by_kind for title in titles] == [True, False, False]
    assert [title in by_name for title in titles] == [False, True, False]
    assert [title in decided for title in titles] == [False, False, True]


def test_the_next_problem_opens_with_the_filters_once_one_is_decided(
    as_operator: SignedIn,
) -> None:
    for number in (1, 2, 3):
        complain(number)
    age_all_but_last(Problem.objects)
    first, second, _young = Problem.objects.order_by("pk")
    client = as_operator("support")
    address = reverse("office-problem", args=[first.public_id])

    listed = page(client, "office-problems", age="month", sort="largest")
    answer = client.post(
        f"{address}?age=month",
        {"how": "release", "rule": "D-9", "decision": "It was whole."},
    )
    settled = page(client, "office-problems", show="settled", outcome="released")

    assert f"{address}?age=month&amp;sort=largest" in listed
    assert (
        answer.url == reverse("office-problem", args=[second.public_id]) + "?age=month"
    )
    assert first.vendor_order.number in settled


def test_applications_are_found_by_age_and_when_they_are_decided(
    as_operator: SignedIn,
) -> None:
    for number in (1, 2, 3):
        apply(number)
    age_all_but_last(Application.objects)
    Application.objects.filter(vendor__name="Shop 1").update(state="refused")
    client = as_operator("moderator")

    old = page(client, "office-applications", age="week")
    refused = page(client, "office-applications", state="refused")

    shops = [f'<b class="modlist__name">Shop {number}</b>' for number in (1, 2, 3)]
    assert [shop in old for shop in shops] == [False, True, False]
    assert [shop in refused for shop in shops] == [True, False, False]
