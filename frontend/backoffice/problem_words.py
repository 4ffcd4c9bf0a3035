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
_TONES = {"open": "warn", "refunded": "info", "released": "good", "agreed": "good"}


def kind_in_words(kind: str) -> str:
    """Return what is wrong, in few words."""
    return str(_KINDS.get(kind, kind))


def tone_of(state: str) -> str:
    """Return the colour of a problem's state."""
    return _TONES.get(state, "")
