"""The office's page of held money, and a seller's reserve."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from payouts.models import ReservePolicy
from payouts.services.perks import days_of_ranks
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import PLACED_AT, Sale, make_offer, make_seller, pay_for
from vendors.ranks import Rank

TERMS = {"percent": "10", "days": "30", "until": "", "reason": "Many returns."}


@pytest.fixture
def sale(db: None) -> Sale:
    """A loaf of the bakery, paid for so long ago that operators are told."""
    bakery = make_seller("Bakery")
    long_ago = PLACED_AT - timedelta(days=80)
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}}, at=long_ago)


@pytest.fixture
def finance(as_operator: SignedIn) -> Client:
    return as_operator("finance")


def page(client: Client, name: str, **where: str) -> str:
    return client.get(reverse(name, kwargs=where)).content.decode()


def test_what_is_held_for_long_stands_in_the_office_and_its_queue(
    sale: Sale, finance: Client
) -> None:
    shown = page(finance, "office-holds")
    home = page(finance, "office-home")

    assert sale.part.number in shown
    assert "Held for too long" in home


def test_the_days_of_ranks_are_changed_by_finance_alone(
    sale: Sale, finance: Client, as_operator: SignedIn
) -> None:
    address = reverse("office-holds")
    days = {"silver": "13", "gold": "9", "platinum": "5"}

    refused = as_operator("support").post(address, days)
    answer = finance.post(address, days)

    assert (refused.status_code, answer.status_code) == (403, 302)
    assert days_of_ranks()[Rank.GOLD] == 9


def test_days_that_a_better_rank_would_wait_longer_are_said_on_the_page(
    sale: Sale, finance: Client
) -> None:
    days = {"silver": "9", "gold": "10", "platinum": "5"}

    answer = finance.post(reverse("office-holds"), days)

    assert answer.status_code == 422
    assert "Gold: enter 0 to 9 days" in answer.content.decode()


def test_a_reserve_begins_and_ends_with_a_reason(sale: Sale, finance: Client) -> None:
    begin = reverse("office-seller-reserve", args=["bakery"])
    end = reverse("office-seller-reserve-end", args=["bakery"])

    begun = finance.post(begin, TERMS)
    policy = ReservePolicy.objects.get()
    shown = page(finance, "office-seller", handle="bakery")
    without_reason = finance.post(end, {"reason": " "}, follow=True)
    ended = finance.post(end, {"reason": "All well."})

    assert (begun.status_code, ended.status_code) == (302, 302)
    assert (policy.bps, policy.days, policy.valid_to) == (1000, 30, None)
    assert "Many returns." in shown
    assert "Say why the reserve ends." in without_reason.content.decode()
    policy.refresh_from_db()
    assert policy.ended_at is not None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"percent": "51"}, "Enter a share above 0 and up to 50 percent."),
        ({"percent": "ten"}, "Enter a number."),
        ({"days": "0"}, "Enter 1 to 180 days."),
        ({"until": "2001-01-01"}, "Choose a day that is to come."),
        ({"until": "9999-12-31"}, "Enter a year from 1970 to 2199."),
        ({"reason": " "}, "This field is required."),
    ],
)
def test_terms_that_are_wrong_come_back_with_what_to_enter(
    sale: Sale, finance: Client, wrong: dict[str, str], message: str
) -> None:
    answer = finance.post(
        reverse("office-seller-reserve", args=["bakery"]), {**TERMS, **wrong}
    )

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not ReservePolicy.objects.exists()
