"""What our own key held back stands in the office, and goes on by one hand."""

import pytest
from django.urls import reverse

from payouts.models import MoneyCommand
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import moment

NOW = moment("2026-11-25 10:00")


@pytest.mark.django_db
def test_an_operator_sees_why_and_sends_all_of_them_again(as_operator: SignedIn):
    rows = [
        MoneyCommand.objects.create(
            kind="refund",
            natural_key=f"refund:{number}",
            payload={},
            state="held",
            error="Invalid API Key provided",
            created_at=NOW,
            due_at=NOW,
            finished_at=NOW,
        )
        for number in range(2)
    ]
    client = as_operator("finance")

    page = client.get(reverse("office-commands")).content.decode()
    client.post(reverse("office-command-retry", args=[rows[0].pk]))

    states = MoneyCommand.objects.values_list("state", flat=True)
    assert page.count("Our key") == 2
    assert "Invalid API Key provided" in page
    assert list(states) == ["sent", "sent"]
