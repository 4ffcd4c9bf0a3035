"""What the money must keep, in words; docs/algorithms/ledger.md has the rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from payouts.selectors.invariants import Violation

_RULES: dict[str, Promise] = {
    "I1": gettext_lazy("Every booking balances, and every balance equals its bookings"),
    "I2": gettext_lazy("Our books and the payment provider name the same amount"),
    "I3": gettext_lazy("Of each sale exactly what is not refunded or released is held"),
    "I4": gettext_lazy("Each seller is due what was released and not yet transferred"),
    "I5": gettext_lazy("No more is transferred out of a payment than was paid in"),
    "I6": gettext_lazy("No more is refunded than was paid"),
    "I7": gettext_lazy("The money at the provider covers what sellers and buyers get"),
    "I8": gettext_lazy("What points are worth is set aside"),
    "I9": gettext_lazy("Every command that was carried out was booked"),
    "I10": gettext_lazy("Sales sum up their lines, and bookings cannot be changed"),
}


# Our copy of the provider's rows is as old as the last time somebody asked.
NEEDS_THE_PROVIDER = frozenset({"I2"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the books: it "holds", is "broken", or was "not_asked" about."""

    code: str
    words: str
    state: str


def rules_checked(violations: Iterable[Violation], *, is_asked: bool) -> list[Rule]:
    """Return every rule with its outcome; `is_asked` if the provider was."""
    broken = {violation.code for violation in violations}
    return [
        Rule(code, str(words), _state(code, broken, is_asked=is_asked))
        for code, words in _RULES.items()
    ]


def _state(code: str, broken: set[str], *, is_asked: bool) -> str:
    if code in NEEDS_THE_PROVIDER and not is_asked:
        return "not_asked"
    return "broken" if code in broken else "holds"
