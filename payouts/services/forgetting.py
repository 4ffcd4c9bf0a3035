"""Take a person out of what the payment provider told us, and nothing else.

What was asked of it (`MoneyCommand`) and the documents stay: they are the evidence of
money that moved. What it told us serves nobody with its names:
whoever reads an event fetches what it is about anew.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from payouts.models import PaymentAttempt, StripeEvent

GONE = "[erased]"
# Stripe's names for what is of a person.
_PERSONAL = frozenset(
    {
        *("customer_details", "customer_email", "billing_details", "receipt_email"),
        *("shipping", "shipping_details", "collected_information"),
        *("customer_email_address", "customer_name", "customer_purchase_ip"),
    }
)


def forget_payer(order_ids: Collection[int]) -> int:
    """Blank who paid for these orders in the events about it; return how many.

    Those that wait are blanked, too: processing reads none of it.
    """
    attempts = PaymentAttempt.objects.filter(order__in=order_ids)
    keys = attempts.values_list("session_id", "payment_intent_id", "charge_id")
    events = events_about({key for row in keys for key in row if key})
    for event in events:
        event.payload = _blanked(event.payload)
        event.save(update_fields=["payload"])
    return len(events)


def events_about(keys: Collection[str]) -> QuerySet[StripeEvent]:
    """Return the events about payments, by Stripe's keys of any of their parts.

    What comes of a payment (a charge, a refund, a dispute) names it. Read by indexes.
    """
    return StripeEvent.objects.filter(
        Q(object_id__in=keys) | Q(payload__data__object__payment_intent__in=keys)
    )


def _blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: GONE if key in _PERSONAL and each else _blanked(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_blanked(each) for each in value]
    return value
