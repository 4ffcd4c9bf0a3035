"""Who sees which problem, in which order."""

from datetime import timedelta

import pytest

from marketplace.core.viewer import ANONYMOUS, Viewer
from support.models import Problem
from support.selectors.problems import (
    problems_about,
    problems_of_shop,
    problems_to_decide,
    problems_with,
)
from tests.integration.sale import Sale, moment

NOW = moment("2026-11-25 10:00")


def problem(sale: Sale, hours: int = 48) -> Problem:
    return Problem.objects.create(
        vendor_order=sale.part,
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        opened_at=NOW,
        answer_by=NOW + timedelta(hours=hours),
    )


def ended_problem(sale: Sale, days_ago: int) -> Problem:
    ended = problem(sale, hours=1)
    ended.state, ended.resolved_at = Problem.State.REFUNDED, NOW
    ended.opened_at = NOW - timedelta(days=days_ago)
    ended.save()
    return ended


@pytest.mark.parametrize(
    ("permission", "count"),
    [("support", 2), ("administer", 2), ("moderate", 0), ("finance", 0)],
)
def test_support_decides_the_most_urgent_first(
    sale: Sale, guest_sale: Sale, permission: str, count: int
):
    problem(sale)
    urgent = problem(guest_sale, hours=1)
    operator = Viewer(user_id=1, operator_permissions=frozenset({permission}))

    found = list(problems_to_decide(operator))

    assert len(found) == count
    assert found[:1] == ([urgent] if count else [])


def test_a_shop_sees_its_own(sale: Sale):
    mine = problem(sale)
    partner = sale.part.vendor.partner_id

    for role, expected in (("owner", [mine]), ("orders", [mine]), ("finance", [])):
        viewer = Viewer(user_id=1, roles={partner: role})
        assert list(problems_of_shop(viewer, partner)) == expected
    assert list(problems_of_shop(ANONYMOUS, partner)) == []
    assert list(problems_about([sale.part.pk])) == [mine]


def test_what_is_open_with_a_seller_comes_before_what_ended(
    sale: Sale, guest_sale: Sale
):
    ended, older = (ended_problem(sale, days_ago=days) for days in (3, 5))
    calm, urgent = problem(sale), problem(guest_sale, hours=2)
    operator = Viewer(user_id=1, operator_permissions=frozenset({"support"}))

    found = list(problems_with(operator, sale.part.vendor_id))

    assert found == [urgent, calm, ended, older]
