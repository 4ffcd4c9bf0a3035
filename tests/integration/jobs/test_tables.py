"""A wake-up empties its whole table, however much has gathered there."""

import pytest

from marketplace.db import clock
from marketplace.jobs.topics import TABLES
from payouts.models import StripeEvent

MORE_THAN_A_BATCH = 101


@pytest.mark.django_db
def test_one_wake_up_reads_every_event_that_waits() -> None:
    now = clock.now()
    StripeEvent.objects.bulk_create(
        StripeEvent(
            event_id=f"evt_{number}",
            endpoint="platform",
            type="radar.early_fraud_warning.created",
            is_live=False,
            created_at=now,
            payload={},
            received_at=now,
            due_at=now,
        )
        for number in range(MORE_THAN_A_BATCH)
    )

    TABLES["payouts.inbox"](now)

    assert StripeEvent.objects.filter(processed_at=None).count() == 0
