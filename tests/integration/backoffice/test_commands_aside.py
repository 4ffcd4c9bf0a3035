"""What was refused for good and is seen to goes out of the way, with a reason."""

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.urls import reverse

from frontend.backoffice import money
from frontend.backoffice.counts import every_queue
from marketplace.core.errors import ReasonMissingError
from marketplace.core.viewer import Viewer
from marketplace.db.models import AuditEvent
from marketplace.flows.retry_command import set_command_aside
from payouts.models import MoneyCommand
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.test_held_commands import command
from tests.integration.payouts.market import NOW

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
    again = client.post(aside(row), {"reason": "Twice."})

    event = AuditEvent.objects.get(action="command.set_aside")
    row.refresh_from_db()
    assert (row.state, row.set_aside_for) == ("failed", REASON)
    assert (event.subject_label, event.reason) == ("refund:1", REASON)
    assert every_queue(Viewer())["commands"].count == 0
    assert "were refused" not in page.text
    assert page.text.count(REASON) == 1
    # A second click is told as the first: it is done, and the first reason stays.
    told = [(each.tags, str(each)) for each in get_messages(again.wsgi_request)]
    assert told == [("success", "It is set aside already.")]


def test_a_refused_form_keeps_its_page_and_what_was_written(
    as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(money, "_SHOWN", 1)
    kinds = ("refund", "transfer", "refund")
    rows = [
        command(kind, state="failed", number=number)
        for number, kind in enumerate(kinds)
    ]
    client = as_operator("finance")

    listed = client.get(reverse("office-commands"), {"page": 3}).text
    empty = client.post(aside(rows[1]), {"reason": " ", "page": "2"})
    refused = client.post(aside(rows[1]), {"reason": REASON, "page": "2"})
    done = client.post(aside(rows[0]), {"reason": REASON, "page": "3"})
    odd = client.post(aside(rows[2]), {"reason": REASON, "page": "1&x"})

    for page in (empty, refused):
        assert page.status_code == 422
        assert rows[1].natural_key in page.text
        assert f'href="{reverse("office-commands")}?page=3"' in page.text
    assert '<input type="hidden" name="page" value="3"' in listed
    assert f'<span class="sr">{rows[0].natural_key}</span>' in listed
    assert f'value="{REASON}"' in refused.text
    assert done["Location"] == f"{reverse('office-commands')}?page=3"
    assert odd["Location"] == reverse("office-commands")


def test_a_list_that_is_cut_says_so(
    as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(money, "_SHOWN", 2)
    rows = [command("refund", state="failed", number=number) for number in range(3)]
    client = as_operator("finance")

    for row in rows[:2]:
        client.post(aside(row), {"reason": REASON})
    two = client.get(reverse("office-commands")).text
    client.post(aside(rows[2]), {"reason": REASON})
    three = client.get(reverse("office-commands")).text

    words = "Only 2 are shown: there are more."
    assert (words in two, words in three) == (False, True)


def test_a_command_is_not_set_aside_without_a_reason(as_operator: SignedIn) -> None:
    row = command("refund", state="failed")

    page = as_operator("finance").post(aside(row), {"reason": " "})

    assert page.status_code == 422
    assert every_queue(Viewer())["commands"].count == 1


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


def test_a_reason_is_never_empty_and_stays() -> None:
    row = command("refund", state="failed")

    with pytest.raises(ReasonMissingError, match="Say why"):
        set_command_aside(command_id=row.pk, reason=" ", operator_id=1, now=NOW)
    MoneyCommand.objects.filter(pk=row.pk).update(set_aside_for=REASON)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        MoneyCommand.objects.filter(pk=row.pk).update(set_aside_for="Another.")

    assert not AuditEvent.objects.filter(action="command.set_aside").exists()
