"""What banks and Stripe write, in words that a person reads.

They may add a code any day: one that is not here is shown without its underscores.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_REASONS: dict[str, Promise] = {
    "fraudulent": gettext_lazy("Card used without the holder’s knowledge"),
    "product_not_received": gettext_lazy("Not received"),
    "product_unacceptable": gettext_lazy("Not as described"),
    "duplicate": gettext_lazy("Charged twice"),
    "credit_not_processed": gettext_lazy("A promised refund did not come"),
    "subscription_canceled": gettext_lazy("Cancelled before it was charged"),
    "unrecognized": gettext_lazy("The holder does not recognise it"),
    "general": gettext_lazy("No reason given"),
    "bank_cannot_process": gettext_lazy("The bank could not process it"),
    "check_returned": gettext_lazy("The cheque was returned"),
    "customer_initiated": gettext_lazy("The holder asked for it"),
    "debit_not_authorized": gettext_lazy("The debit was not allowed"),
    "incorrect_account_details": gettext_lazy("The account’s details were wrong"),
    "insufficient_funds": gettext_lazy("Not enough money in the account"),
    "noncompliant": gettext_lazy("Against the rules of the card network"),
}
_STATES: dict[str, Promise] = {
    "warning_needs_response": gettext_lazy("it asks, and waits for an answer"),
    "warning_under_review": gettext_lazy("it asked, and reads the answer"),
    "warning_closed": gettext_lazy("it asked, and let it rest"),
    "needs_response": gettext_lazy("it waits for evidence"),
    "under_review": gettext_lazy("it reads the evidence"),
    "won": gettext_lazy("decided for you"),
    "lost": gettext_lazy("decided for the buyer"),
    "prevented": gettext_lazy("settled before it was a dispute"),
}
_REFUSALS: dict[str, Promise] = {
    "lost_or_stolen_card": gettext_lazy("The card was lost or stolen."),
    "expired_or_canceled_card": gettext_lazy("The card has expired or was cancelled."),
    "charge_for_pending_refund_disputed": gettext_lazy(
        "The buyer’s bank called the payment into question."
    ),
    "insufficient_funds": gettext_lazy("Our balance at Stripe was too small."),
    "declined": gettext_lazy("The buyer’s bank refused it."),
    "merchant_request": gettext_lazy("It was cancelled at our wish."),
    "unknown": gettext_lazy("The bank gave no reason."),
    "failed": gettext_lazy("The bank gave no reason."),
}


def reason_in_words(reason: str) -> str:
    """Return why a bank calls a payment into question."""
    return _in_words(_REASONS, reason)


def status_in_words(status: str) -> str:
    """Return where a bank is with a dispute."""
    return _in_words(_STATES, status)


def refusal_in_words(why: str) -> str:
    """Return why a card did not take a refund; a sentence stays as it is."""
    return _in_words(_REFUSALS, why)


def disputed_words(reason: str) -> str:
    """Return what a hold or a refund tells that a bank is the cause of."""
    return _("Disputed at the bank: %(why)s") % {"why": reason_in_words(reason)}


def without_codes(words: str) -> str:
    """Return words that were kept with a bank's code at their end, without it."""
    before, colon, code = words.rpartition(": ")
    return f"{before}{colon}{reason_in_words(code)}" if _is_code(code) else words


def _in_words(known: dict[str, Promise], code: str) -> str:
    return str(known.get(code) or (code.replace("_", " ") if _is_code(code) else code))


def _is_code(word: str) -> bool:
    return bool(word) and word.isascii() and word.islower() and " " not in word
