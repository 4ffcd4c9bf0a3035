"""What was refused or held back stands in the office, with what may be done."""

import pytest
from django.urls import reverse

from frontend.backoffice import money
from marketplace.db.models import AuditEvent
from payouts.gateway import GatewayRefusedError
from payouts.models import MoneyCommand
from payouts.services.transfer_commands import MakeTransfer
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.payouts.market import make_seller
from tests.integration.payouts.test_bank_batches import at_the_bank, released
from tests.integration.sale import moment

NOW = moment("2026-11-25 10:00")


def command(kind: str, *, state: str, number: int = 1) -> MoneyCommand:
    return MoneyCommand.objects.create(
        kind=kind,
        natural_key=f"{kind}:{number}",
        payload={},
        state=state,
        error="Invalid API Key provided",
        created_at=NOW,
        due_at=NOW,
        finished_at=NOW,
    )


@pytest.mark.django_db
def test_an_operator_sees_why_and_sends_all_of_them_again(as_operator: SignedIn):
    rows = [command("refund", state="held", number=number) for number in range(2)]
    client = as_operator("finance")

    page = client.get(reverse("office-commands")).content.decode()
    client.post(reverse("office-command-retry", args=[rows[0].pk]))

    states = MoneyCommand.objects.values_list("state", flat=True)
    assert page.count("Our key") == 2
    assert "Invalid API Key provided" in page
    assert page.count("the same key, so never twice") == 2
    assert list(states) == ["sent", "sent"]
    event = AuditEvent.objects.get(action="command.retried")
    assert event.details == {"commands": 2}


@pytest.mark.django_db
def test_only_what_can_be_sent_again_has_a_button(as_operator: SignedIn):
    pay = command("transfer", state="failed")
    command("refund", state="failed")
    command("open_session", state="withdrawn")

    page = as_operator("finance").get(reverse("office-commands")).content.decode()

    assert page.count("Send again") == 1
    assert reverse("office-command-retry", args=[pay.pk]) in page
    assert "with a new key" in page
    assert "2 were refused" in page
    assert "open_session:1" not in page


@pytest.mark.django_db
def test_all_that_was_refused_is_counted_and_paged(
    as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(money, "_SHOWN", 1)
    old, new = (command("refund", state="failed", number=n) for n in range(2))
    client = as_operator("finance")

    pages = [
        client.get(reverse("office-commands"), {"page": number}).text
        for number in (1, 2)
    ]

    assert ["2 were refused" in page for page in pages] == [True, True]
    assert [new.natural_key in page for page in pages] == [True, False]
    assert [old.natural_key in page for page in pages] == [False, True]


@pytest.mark.django_db
def test_what_goes_to_another_account_by_now_is_not_said_to_be_sent_again(
    as_operator: SignedIn, settings
):
    settings.TRANSFERS = "immediately"
    seller = make_seller()
    released(seller, 10_000)
    refused = MoneyCommand.objects.get(kind="transfer")
    refused.state = "failed"
    refused.save()
    MakeTransfer().refuse(refused, GatewayRefusedError("It is closed."), NOW)
    at_the_bank(seller)

    page = as_operator("finance").post(
        reverse("office-command-retry", args=[refused.pk]), follow=True
    )

    assert "Their account is another one by now" in page.text
    assert "within a minute" not in page.text


@pytest.mark.django_db
def test_what_has_no_answer_yet_has_not_gone_through(as_operator: SignedIn):
    client, page = as_operator("finance"), reverse("office-commands")
    row = command("transfer", state="ambiguous")

    waits = client.get(page).text
    MoneyCommand.objects.filter(pk=row.pk).update(state="done")
    through = client.get(page).text

    assert "One command has no answer of the payment provider yet" in waits
    assert "Every command to the payment provider went through" not in waits
    assert "Every command to the payment provider went through" in through
