"""Commission plans that two people, or two tabs, have open at once."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from payouts.models import CommissionPlan
from payouts.services.commission import PlanInput, add_plan
from payouts.terms import Terms
from tests.factories import NOW, seller
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> CommissionPlan:
    """A plan of 8 % for one seller, before the one for everything else."""
    plan = PlanInput(
        name="Books", terms={"": Terms(bps=800)}, vendors=[seller("Bindery").pk]
    )
    return add_plan(plan=plan, actor_id=None, now=NOW)


def move(client: Client, plan: CommissionPlan, to: str) -> str:
    answer = client.post(
        reverse("office-plan-move", args=[plan.pk]), {"to": to, "reason": "Over."}
    )
    return f"{answer.status_code} {answer['Location']}"


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("again", ["delete", "up", "down"])
def test_a_plan_that_is_gone_stays_gone(
    books: CommissionPlan, as_operator: SignedIn, again: str
) -> None:
    client, gone = as_operator("finance"), CommissionPlan(pk=books.pk)

    answers = [move(client, gone, to) for to in ("delete", again)]

    page = f"302 {reverse('office-plans')}#plan-{gone.pk}"
    assert answers == [page, page]
    assert not CommissionPlan.objects.filter(pk=gone.pk).exists()
    assert events() == ["commission.plan_added", "commission.plan_removed"]


def test_a_plan_at_the_top_is_not_moved_up(
    books: CommissionPlan, as_operator: SignedIn
) -> None:
    move(as_operator("finance"), books, "up")

    assert events() == ["commission.plan_added"]


def test_a_plan_that_changed_meanwhile_is_not_overwritten(
    books: CommissionPlan, as_operator: SignedIn
) -> None:
    client, address = as_operator("finance"), reverse("office-plan", args=[books.pk])
    seen = client.get(address).context["form"]["seen"].value()
    saved = {
        "name": "Books",
        "vendors": [books.conditions.get().vendor_id],
        "reason": "Dearer.",
        "seen": seen,
    }

    first = client.post(address, {**saved, "percent": "9"})
    second = client.post(address, {**saved, "percent": "7", "name": "Old books"})

    books.refresh_from_db()
    text = second.content.decode()
    assert (seen, first.status_code, second.status_code) == (1, 302, 422)
    assert "Somebody changed this plan meanwhile. Look at it again." in text
    assert 'value="Old books"' in text
    assert (books.name, books.version) == ("Books", 2)
    assert books.terms.get(currency="").bps == 900
    assert events() == ["commission.plan_added", "commission.plan_changed"]
