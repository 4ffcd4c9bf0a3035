"""What was refused for good and is seen to goes out of the way, with a reason."""

import pytest
from django.urls import reverse

from frontend.backoffice.counts import queue_counts
from marketplace.db.models import AuditEvent
from payouts.models import MoneyCommand
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.test_held_commands import command

pytestmark = pytest.mark.django_db
REASON = "The buyer was paid from the bank."


def aside(row: MoneyCommand) -> str:
    return reverse("office-command-aside", args=[row.pk])


def test_a_command_is_set_aside_with_a_reason_that_is_kept(
    as_operator: SignedIn,
) -> None:
    row = command("refund", state="failed")
    client = as_operator("finance")

    page = client.post(aside(row), {"reason": REASON}, follow=True)
    again = client.post(aside(row), {"reason": "Twice."}, follow=True)

    event = AuditEvent.objects.get(action="command.set_aside")
    row.refresh_from_db()
    assert (row.state, row.set_aside_for) == ("failed", REASON)
    assert (event.subject_label, event.reason) == ("refund:1", REASON)
    assert queue_counts()["commands"] == 0
    assert "were refused" not in page.text
    assert page.text.count(REASON) == 1
    assert "It is set aside already." in again.text


def test_a_command_is_not_set_aside_without_a_reason(as_operator: SignedIn) -> None:
    row = command("refund", state="failed")

    page = as_operator("finance").post(aside(row), {"reason": " "})

    assert page.status_code == 422
    assert queue_counts()["commands"] == 1


@pytest.mark.parametrize(
    ("kind", "state"), [("transfer", "failed"), ("refund", "held"), ("refund", "done")]
)
def test_only_what_was_refused_for_good_is_set_aside(
    as_operator: SignedIn, kind: str, state: str
) -> None:
    row = command(kind, state=state)
    client = as_operator("finance")

    listed = client.get(reverse("office-commands"))
    page = client.post(aside(row), {"reason": REASON}, follow=True)

    row.refresh_from_db()
    assert aside(row) not in listed.text
    assert row.set_aside_for == ""
    assert "Only what was refused for good can be set aside." in page.text
    assert not AuditEvent.objects.filter(action="command.set_aside").exists()
