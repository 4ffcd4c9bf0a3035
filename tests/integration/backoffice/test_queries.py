"""What a list of the office asks of the database does not grow with the list."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.integration.backoffice import happenings
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db


HAPPENINGS = [
    *(happenings.propose, happenings.apply, happenings.dispute, happenings.owe),
    *(happenings.refund_at_stripe, happenings.sell, happenings.complain),
    *(happenings.claim, happenings.promote, happenings.fine),
    *(happenings.fail, happenings.break_down),
]
PAGES = [
    *("office-home", "office-products", "office-applications", "office-sellers"),
    *("office-orders", "office-problems", "office-disputes", "office-refunds"),
    "office-carrier-claims",
    *("office-payouts", "office-holds", "office-adjustments", "office-commands"),
    *("office-match", "office-promotions", "office-plans", "office-audit"),
    *("office-failures", "office-sent-mail", "office-figures", "office-system"),
]


def test_more_rows_ask_no_more(as_operator: SignedIn) -> None:
    client, numbers = as_operator(), iter(range(8))

    def asked(more: int) -> dict[str, list[str]]:
        for number in (next(numbers) for _ in range(more)):
            for happen in HAPPENINGS:
                happen(number)
        return {page: _queries(client, page) for page in PAGES}

    few, many = asked(2), asked(4)

    grown = {page: many[page] for page in PAGES if len(many[page]) > len(few[page])}
    assert {page: _more(few[page], asks) for page, asks in grown.items()} == {}


def _queries(client: Client, page: str) -> list[str]:
    client.get(reverse(page), follow=True)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(page), follow=True)
    return [each["sql"] for each in queries]


def _more(few: list[str], many: list[str]) -> list[str]:
    """Return what is asked more often, without the values asked for."""
    shapes = [
        [re.sub(r"'[^']*'|\d+", "?", sql) for sql in each] for each in (many, few)
    ]
    return list((Counter(shapes[0]) - Counter(shapes[1])).elements())
