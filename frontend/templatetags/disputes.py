"""Words and colours of disputes, for the portal and the office."""

from django import template

from frontend.dispute_words import tone_of_dispute
from payouts.bank_words import reason_in_words, refusal_in_words, status_in_words

register = template.Library()


@register.filter
def dispute_reason(reason: str) -> str:
    """Return why the bank calls a payment into question."""
    return reason_in_words(reason)


@register.filter
def dispute_status(status: str) -> str:
    """Return where the bank is with it."""
    return status_in_words(status)


@register.filter
def refund_failure(why: str) -> str:
    """Return why a card did not take a refund."""
    return refusal_in_words(why)


@register.filter
def dispute_tone(state: str) -> str:
    """Return the colour of a dispute's state."""
    return tone_of_dispute(state)
