"""A buyer keeps what they have, for so much back: they name it, the seller answers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from support.models import Problem
from tests.integration.aftersale.offers import LOAF, baker, signed_in
from tests.integration.aftersale.steps import arrive, report
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import Sale


@pytest.fixture
def annas(sale: Sale, anna: User) -> Client:
    arrive(sale)
    return signed_in(anna)


def tell(client: Client, sale: Sale, **more: str) -> str:
    """Report a flat loaf, and return the page that answers."""
    loaf = sale.lines[0]
    data = {"kind": "damaged", "text": "Flat.", "wanted": "less"}
    pieces = {f"line_{loaf.pk}": "1"}
    to = reverse("case-new", args=[sale.order.number, 1])
    return client.post(to, {**data, **pieces, **more}, follow=True).text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("", "Say how much back would be right."),
        ("0", "0.01"),
        ("-3", "0.01"),
        ("2.999", "2 "),
        ("half", "Enter"),
        (str(LOAF + 1), "At most €"),
        ("9" * 40, "Enter"),
    ],
)
def test_an_amount_that_cannot_be_is_asked_for_again(
    annas: Client, sale: Sale, asked: str, says: str
):
    page = tell(annas, sale, less=asked)

    assert says in page
    assert "Flat." in page
    assert not Problem.objects.exists()


def test_everybody_reads_how_much_back_it_is_kept_for(annas: Client, sale: Sale):
    page = tell(annas, sale, less="2.50")
    problem = Problem.objects.get()
    boss = operator("administrator")
    office = reverse("office-problem", args=[problem.public_id])
    shop = reverse("portal-order", args=["bakery", sale.part.number])

    assert problem.wanted_minor == 250
    assert "Keep it, with €2.50 back" in page
    assert "Keep it, with €2.50 back" in signed_in(baker()).get(shop).text
    assert "to keep it for less: €2.50" in signed_in(boss).get(office).text


def test_the_sellers_offer_begins_with_what_is_asked(annas: Client, sale: Sale):
    tell(annas, sale, less="2.50")
    to = reverse("portal-propose", args=["bakery", sale.part.number])

    page = signed_in(baker()).get(to, {"problem": Problem.objects.get().public_id})

    assert page.context["form"]["amount"].value() == pytest.approx(2.5)


def test_who_chooses_no_piece_is_told_so_and_not_that_nothing_can_be_given(
    annas: Client, sale: Sale
):
    page = tell(annas, sale, less="2.50", **{f"line_{sale.lines[0].pk}": "0"})

    assert "Choose at least one thing." in page
    assert "At most" not in page


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("refund", "To your card"),
        ("replacement", "You ask for a replacement, not for money."),
        ("answer", "You ask for an answer, not for money."),
        ("less", "You ask for €2.50, the seller answers."),
    ],
)
def test_a_look_says_what_is_asked_for_so_far(
    annas: Client, sale: Sale, wanted: str, says: str
):
    page = tell(annas, sale, look="yes", wanted=wanted, less="2.50")

    assert says in page
    assert ("To your card" in page) is (wanted == "refund")
    assert not Problem.objects.exists()


def test_a_look_at_what_is_no_amount_yet_asks_for_one(annas: Client, sale: Sale):
    assert "You say how much" in tell(annas, sale, look="yes", less="half")


def test_an_amount_counts_for_nothing_else(annas: Client, sale: Sale):
    tell(annas, sale, wanted="refund", less="rubbish")

    assert Problem.objects.get().wanted_minor is None


def test_a_report_says_how_the_shops_reports_usually_end(annas: Client, sale: Sale):
    """Returns, and what is open or older, count for nothing; few say nothing."""
    to = reverse("case-new", args=[sale.order.number, 1])
    words = (
        "In 4 of 6 reports about Bakery in a year the buyer got money back;"
        " half were settled within 2 days."
    )
    seen, now = [], clock.now()
    ends = ["refunded", "agreed", "released", "refunded", None, "released", "agreed"]
    for state in ends:
        Problem.objects.create(
            vendor_order=sale.part,
            kind="damaged" if state else "return",
            text="Flat.",
            state=state or "refunded",
            opened_at=now - timedelta(days=3),
            answer_by=now,
            decided_at=now - timedelta(days=1),
        )
        seen.append("reports about Bakery" in annas.get(to).text)

    assert seen == [False] * 5 + [True] * 2
    assert words in " ".join(annas.get(to).text.split())


@pytest.mark.parametrize(("wanted", "minor"), [("refund", 100), ("less", 0)])
def test_the_database_keeps_no_amount_that_says_nothing(
    sale: Sale, wanted: str, minor: int
):
    arrive(sale)
    problem = report(sale)

    with pytest.raises(IntegrityError, match="problem_names_an_amount"):
        Problem.objects.filter(pk=problem.pk).update(wanted=wanted, wanted_minor=minor)
