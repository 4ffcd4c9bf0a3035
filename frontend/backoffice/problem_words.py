"""What buyers report, in the office's words: theirs are in the first person."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_KINDS: dict[str, Promise] = {
    "not_received": gettext_lazy("Not arrived"),
    "damaged": gettext_lazy("Arrived damaged"),
    "not_as_described": gettext_lazy("Not as described"),
    "incomplete": gettext_lazy("Something missing"),
    "return": gettext_lazy("Return wanted"),
}
_WISHES: dict[str, Promise] = {
    "refund": gettext_lazy("the money back"),
    "replacement": gettext_lazy("another one"),
    "less": gettext_lazy("to keep it for less"),
    "answer": gettext_lazy("an answer"),
}
_OUTCOMES: dict[str, Promise] = {
    "refunded": gettext_lazy("refunded"),
    "released": gettext_lazy("for the seller"),
    "agreed": gettext_lazy("agreed"),
}
_TONES = {"open": "warn", "refunded": "info", "released": "good", "agreed": "good"}


def kind_in_words(kind: str) -> str:
    """Return what is wrong, in few words."""
    return str(_KINDS.get(kind, kind))


def tone_of(state: str) -> str:
    """Return the colour of a problem's state."""
    return _TONES.get(state, "")


def outcome_of(state: str) -> str:
    """Return how a problem ended, for a count of them."""
    return str(_OUTCOMES.get(state, state))


def wish_of(wanted: str) -> str:
    """Return what would put it right for the buyer."""
    return str(_WISHES.get(wanted, wanted))
