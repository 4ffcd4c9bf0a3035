"""Lists ask the database as often for many rows as for few."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.shop.partner.models import StockRecord
from reviews.services import write_note
from tests.factories import RateFactory, ZoneFactory
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.sale import make_user, pay_for
from vendors.models import ImportJob, Member, Vendor
from vendors.services.tokens import issue_token

LISTS = [
    "portal-today",
    "portal-statement",
    "portal-notes",
    "portal-import",
    "portal-team",
    "portal-tokens",
    "portal-settings-delivery",
    "portal-ship",
    "portal-slips",
]


@pytest.fixture
def grow(anna: User, binder: User, bindery: Vendor, notebook: StockRecord):
    """Return a function that adds one more of everything that pages list."""
    sold: list[str] = []

    def more() -> list[str]:
        number = len(sold)
        part = pay_for({bindery: {notebook: 1}}, user=anna).part
        sold.append(part.number)
        write_note(
            part=part, score=4, text="Fine.", user_id=None, author_name="A.", now=NOW
        )
        ImportJob.objects.create(vendor=bindery, file_name="a.csv", created_at=NOW)
        Member.objects.create(
            user=make_user(f"hand{number}"), vendor=bindery, role="orders", since=NOW
        )
        issue_token(
            vendor=bindery,
            name="Till",
            scopes=["orders:read"],
            user_id=binder.pk,
            now=NOW,
        )
        RateFactory.create(zone=ZoneFactory.create(partner=bindery.partner))
        return sold

    return more


@pytest.mark.parametrize("route", LISTS)
def test_more_rows_ask_no_more(
    owner: Client, grow: Callable[[], list[str]], route: str
):
    def asked(numbers: list[str]) -> int:
        chosen = "&".join(f"order={number}" for number in numbers)
        where = reverse(route, kwargs={"handle": "bindery"})
        return queries_of(owner, f"{where}?{chosen}")

    for _each in range(3):
        few = grow()
    before = asked(few)
    for _each in range(4):
        many = grow()

    assert asked(many) == before
