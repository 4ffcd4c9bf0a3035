"""Words and colours of disputes, for the portal and the office."""

from django import template

from frontend.dispute_words import reason_in_words, tone_of_dispute

register = template.Library()


@register.filter
def dispute_reason(reason: str) -> str:
    """Return why the bank calls a payment into question."""
    return reason_in_words(reason)


@register.filter
def dispute_tone(state: str) -> str:
    """Return the colour of a dispute's state."""
    return tone_of_dispute(state)
