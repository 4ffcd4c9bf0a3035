"""Take a person out of what the payment provider told us, and nothing else.

What was asked of it (`MoneyCommand`) and the documents stay: they are the evidence of
money that moved. What it told us was read long ago; names in it serve nobody.
"""

from typing import Any

from payouts.models import StripeEvent

GONE = "[erased]"
# Stripe's names for what is of a person.
_PERSONAL = frozenset(
    {
        *("customer_details", "customer_email", "billing_details", "receipt_email"),
        *("shipping", "shipping_details", "collected_information"),
        *("customer_email_address", "customer_name", "customer_purchase_ip"),
    }
)


def forget_payer(email: str) -> int:
    """Blank a payer in the events that were read; return how many held them."""
    small = email.lower()
    events = StripeEvent.objects.filter(
        processed_at__isnull=False, payload__icontains=small
    )
    found = 0
    for event in events:
        event.payload = _blanked(event.payload)
        event.save(update_fields=["payload"])
        found += 1
    return found


def _blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: GONE if key in _PERSONAL and each else _blanked(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_blanked(each) for each in value]
    return value
