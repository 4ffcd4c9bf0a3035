"""The rules by which reports are decided, for both sides to read.

A code keeps its meaning for ever: decisions name it. A rule that changes gets a new
code, and the old one leaves the page.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import RefusedError
from marketplace.core.said import Said
from support.models import Problem
from support.models.problems import AGREED

Kind, State = Problem.Kind, Problem.State
# How soon a picture of damage has to come to be believed without more.
PROOF_HOURS = 48
TOO_LATE, OTHERWISE = "D-8.2", "D-9"
IN_PART = "D-4.1"

_FOR_BUYER = frozenset({State.REFUNDED})
_FOR_SELLER = frozenset({State.RELEASED, State.SETTLED})


class RuleRefusedError(RefusedError):
    """The rule is not one of ours, or does not end a report like this."""

    code = "problem.rule"


class Rule(NamedTuple):
    """A rule: which reports it may end, and how. Without `kind` it is for all of them.

    `words` are English, as catalogues know them, with placeholders. What it says of how
    much goes back binds: `gives` all of what was reported, a part, or either.
    """

    code: str
    title: Promise
    words: str
    ends: frozenset[Problem.State]
    kind: Problem.Kind | None = None
    gives: Literal["all", "part", "either"] = "either"
    # It ends a report without an operator, who cannot choose it.
    by_itself: bool = False

    @property
    def said(self) -> Said:
        """Return the rule as it stands today."""
        named = {k: v for k, v in _values().items() if f"%({k})s" in self.words}
        return Said(self.words, named)

    def __str__(self) -> str:
        """Return it as it stands today, in the language of the reader."""
        return gettext(self.words) % _values()


class Chapter(NamedTuple):
    """Rules about one matter."""

    title: Promise
    rules: tuple[Rule, ...]


CHAPTERS = (
    Chapter(
        _("Before we decide"),
        (
            Rule(
                "D-1",
                _("The money waits"),
                gettext_noop(
                    "While a report is open the seller’s payment for the parcel waits,"
                    " unless it was released before."
                ),
                frozenset(),
            ),
            Rule(
                "D-2",
                _("Time to agree"),
                gettext_noop(
                    "The two sides have %(hours)s hours to agree. Without an agreement"
                    " the report comes to %(market)s by itself; the buyer can ask for a"
                    " decision earlier, once the seller has answered."
                ),
                frozenset(),
            ),
        ),
    ),
    Chapter(
        _("It has not arrived"),
        (
            Rule(
                "D-3.1",
                _("No proof of arrival"),
                gettext_noop(
                    "The carrier does not show that the parcel arrived: the buyer gets"
                    " back what they paid."
                ),
                _FOR_BUYER,
                Kind.NOT_RECEIVED,
                gives="all",
            ),
            Rule(
                "D-3.2",
                _("The carrier shows that it arrived"),
                gettext_noop(
                    "The carrier shows that the parcel arrived where the order says,"
                    " and nothing speaks against it: the seller is paid."
                ),
                _FOR_SELLER,
                Kind.NOT_RECEIVED,
            ),
        ),
    ),
    Chapter(
        _("It arrived damaged"),
        (
            Rule(
                "D-4.1",
                _("Damaged, can still be used"),
                gettext_noop(
                    "It arrived damaged and can still be used: a part of its price goes"
                    " back, and the buyer keeps it."
                ),
                _FOR_BUYER,
                Kind.DAMAGED,
                gives="part",
            ),
            Rule(
                "D-4.2",
                _("Damaged, cannot be used as sold"),
                gettext_noop(
                    "It was broken on arrival, as a picture within %(proof)s hours of"
                    " the delivery shows or the seller agrees, and it cannot be used as"
                    " sold: the buyer gets back what they paid for it."
                ),
                _FOR_BUYER,
                Kind.DAMAGED,
                gives="all",
            ),
            Rule(
                "D-4.3",
                _("The damage is not shown"),
                gettext_noop(
                    "Nothing shows the damage, or it came after the arrival: the seller"
                    " is paid."
                ),
                _FOR_SELLER,
                Kind.DAMAGED,
            ),
        ),
    ),
    Chapter(
        _("It is not what was described"),
        (
            Rule(
                "D-5.1",
                _("It differs from its listing"),
                gettext_noop(
                    "It differs from its listing in a way that matters: the buyer gets"
                    " back what they paid for it, or a part if they keep it."
                ),
                _FOR_BUYER,
                Kind.NOT_AS_DESCRIBED,
            ),
            Rule(
                "D-5.2",
                _("It is as its listing says"),
                gettext_noop("It is as its listing says: the seller is paid."),
                _FOR_SELLER,
                Kind.NOT_AS_DESCRIBED,
            ),
        ),
    ),
    Chapter(
        _("Something is missing"),
        (
            Rule(
                "D-6.1",
                _("It was not in the parcel"),
                gettext_noop(
                    "What was ordered was not in the parcel: the buyer gets back what"
                    " they paid for it."
                ),
                _FOR_BUYER,
                Kind.INCOMPLETE,
                gives="all",
            ),
            Rule(
                "D-6.2",
                _("It was there, or has come since"),
                gettext_noop(
                    "What was missing was in the parcel, or has come since: the seller"
                    " is paid."
                ),
                _FOR_SELLER,
                Kind.INCOMPLETE,
            ),
        ),
    ),
    Chapter(
        _("I want to send it back"),
        (
            Rule(
                "D-7.1",
                _("Sent back in time"),
                gettext_noop(
                    "The return was asked for in time, and the thing came back as it"
                    " was: the buyer gets back what they paid for it."
                ),
                _FOR_BUYER,
                Kind.RETURN,
                gives="all",
            ),
            Rule(
                "D-7.2",
                _("Kept, or not as it was"),
                gettext_noop(
                    "The buyer kept it, or it did not come back as it was: the seller"
                    " is paid."
                ),
                _FOR_SELLER,
                Kind.RETURN,
            ),
        ),
    ),
    Chapter(
        _("Whatever it is about"),
        (
            Rule(
                AGREED,
                _("Both sides agree"),
                gettext_noop(
                    "The buyer takes what the seller offers, or the seller gives the"
                    " money back: nothing is left to decide."
                ),
                frozenset({State.AGREED, State.REFUNDED}),
                by_itself=True,
            ),
            Rule(
                TOO_LATE,
                _("Too long without a decision"),
                gettext_noop(
                    "Nobody has decided within %(days)s days of the payment: the buyer"
                    " gets back what was reported and is not given back yet."
                ),
                frozenset({State.REFUNDED, *_FOR_SELLER}),
                by_itself=True,
            ),
            Rule(
                OTHERWISE,
                _("No other rule fits"),
                gettext_noop(
                    "None of these rules fits: %(market)s decides by what both sides"
                    " have shown, and says why."
                ),
                frozenset({State.REFUNDED, *_FOR_SELLER}),
            ),
        ),
    ),
)
RULES: Mapping[str, Rule] = {
    rule.code: rule for chapter in CHAPTERS for rule in chapter.rules
}


def rules_for(kind: str) -> Iterator[Rule]:
    """Yield the rules by which an operator may decide a report of this kind."""
    for rule in RULES.values():
        if rule.ends and not rule.by_itself and rule.kind in {None, kind}:
            yield rule


def rule_that_ends(problem: Problem, *, state: Problem.State, code: str) -> Rule:
    """Return the rule with this code. Raises RuleRefusedError if it does not end so."""
    rule = RULES.get(code)
    if rule is None or rule.kind not in {None, problem.kind}:
        raise RuleRefusedError(gettext("Choose the rule that decides this."))
    if state not in rule.ends:
        words = gettext("Rule %(code)s does not end a report in this way.")
        raise RuleRefusedError(words % {"code": code})
    return rule


def refuse_measure(code: str, *, is_all: bool) -> None:
    """Refuse to give all back by a rule of a part, and a part by a rule of all.

    Raises RuleRefusedError. What is no rule says nothing of how much.
    """
    gives = RULES[code].gives if code in RULES else "either"
    if gives == "part" and is_all:
        raise RuleRefusedError(
            gettext(
                "By this rule a part goes back: choose a part of it, or another rule."
            )
        )
    if gives == "all" and not is_all:
        raise RuleRefusedError(
            gettext(
                "By this rule all that was reported goes back: choose that, or another"
                " rule."
            )
        )


def _values() -> dict[str, str]:
    return {
        "hours": str(settings.PROBLEM_ANSWER_HOURS),
        "proof": str(PROOF_HOURS),
        "days": str(settings.HOLD_DECISION_DAYS),
        "market": settings.MARKET_NAME,
    }
