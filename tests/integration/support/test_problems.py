"""Who sees which problem, in which order."""

from datetime import timedelta

import pytest

from marketplace.core.viewer import ANONYMOUS, Viewer
from support.models import Problem
from support.selectors.problems import (
    problems_about,
    problems_of_shop,
    problems_to_decide,
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
