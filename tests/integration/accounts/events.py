"""What comes in from the payment provider about a payment."""

from datetime import datetime

from payouts.models import StripeEvent

NOW = datetime.fromisoformat("2026-11-25T10:00:00+00:00")


def come_in(
    key: str,
    *,
    is_parked: bool = False,
    processed_at: datetime | None = None,
    **about: object,
) -> StripeEvent:
    """Keep an event about something at Stripe."""
    return StripeEvent.objects.create(
        event_id=f"evt_{key}",
        endpoint="platform",
        type="charge.failed",
        object_id=key,
        is_live=False,
        created_at=NOW,
        payload={"data": {"object": {"id": key, "amount": 900, **about}}},
        received_at=NOW,
        due_at=NOW,
        processed_at=processed_at,
        is_parked=is_parked,
    )
