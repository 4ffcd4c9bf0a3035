"""What banks write, in words that a person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Stripe may add a reason any day: what is not here is shown as it is written.
_REASONS: dict[str, Promise] = {
    "fraudulent": gettext_lazy("Card used without the holder’s knowledge"),
    "product_not_received": gettext_lazy("Not received"),
    "product_unacceptable": gettext_lazy("Not as described"),
    "duplicate": gettext_lazy("Charged twice"),
    "credit_not_processed": gettext_lazy("A promised refund did not come"),
    "subscription_canceled": gettext_lazy("Cancelled before it was charged"),
    "unrecognized": gettext_lazy("The holder does not recognise it"),
    "general": gettext_lazy("No reason given"),
}
_TONES = {
    "inquiry": "info",
    "open": "warn",
    "submitted": "info",
    "won": "good",
    "lost": "bad",
    "closed": "good",
}


def reason_in_words(reason: str) -> str:
    """Return why the bank calls a payment into question."""
    return str(_REASONS.get(reason, reason.replace("_", " ")))


def tone_of_dispute(state: str) -> str:
    """Return the colour of a dispute's state."""
    return _TONES.get(state, "")
