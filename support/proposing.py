"""Which rule the facts of a report speak for, and why: a proposal, never a decision."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from support.models import Problem, ProblemAnswer, Side
from support.rules import IN_PART, PROOF_HOURS, RULES, Rule

Kind = Problem.Kind
Answer = ProblemAnswer.Answer
Point = ProblemAnswer.Point

_USABLE = frozenset({Answer.YES, Answer.PARTLY})


class Proposed(NamedTuple):
    """A rule and the facts that speak for it; without a rule, why there is none."""

    rule: Rule | None
    why: list[str]

    @property
    def head(self) -> str:
        """Return for whom it would end."""
        if self.rule is None:
            return _("No proposal")
        if Problem.State.RELEASED in self.rule.ends:
            return _("Proposed: for the seller")
        if self.rule.gives == "part":
            return _("Proposed: a part goes back")
        return _("Proposed: refund what was reported")


class _Facts(NamedTuple):
    """What is known of a report."""

    problem: Problem
    buyer: Mapping[str, str]
    seller: Mapping[str, str]
    # None until the carrier has brought all of it.
    delivered_at: datetime | None
    now: datetime


def proposed_for(problem: Problem, *, now: datetime) -> Proposed:
    """Return which rule fits a report by what both sides and the carrier say.

    Reads its answers, photos, and the order's parcels. Where the sides differ, or do
    not say enough, there is no rule: somebody has to look.
    """
    return _BY_KIND[Kind(problem.kind)](_facts(problem, now))


def _facts(problem: Problem, now: datetime) -> _Facts:
    said: dict[str, dict[str, str]] = {Side.BUYER: {}, Side.SELLER: {}}
    for each in problem.answers.all():
        said[each.side][each.point] = each.answer
    brought = [each.delivered_at for each in problem.vendor_order.parcels.all()]
    known = [at for at in brought if at is not None]
    is_all = bool(brought) and len(known) == len(brought)
    return _Facts(
        problem=problem,
        buyer=said[Side.BUYER],
        seller=said[Side.SELLER],
        delivered_at=max(known) if is_all else None,
        now=now,
    )


def _not_received(facts: _Facts) -> Proposed:
    if facts.seller.get(Point.TOLD) == Answer.YES:
        return _propose("D-3.1", _("The seller agrees that it has not arrived."))
    says_no = facts.seller.get(Point.TOLD) == Answer.NO
    if facts.delivered_at is None and says_no:
        return _none(_("The seller says that it has arrived, the carrier does not."))
    if facts.delivered_at is not None:
        return _propose("D-3.2", _("The carrier says that it was delivered."))
    until = facts.problem.vendor_order.deliver_until
    if until is not None and until < timezone.localdate(facts.now):
        return _propose(
            "D-3.1",
            _("The carrier says nothing of a delivery."),
            _("The promised day has passed."),
        )
    return _none(_("It may still come: the promised day has not passed."))


def _damaged(facts: _Facts) -> Proposed:
    told, shown = facts.seller.get(Point.TOLD), _shown(facts)
    if not shown:
        return _not_shown(facts)
    if facts.seller.get(Point.CAUSE) == Answer.AFTER:
        return _none(_("The seller says that it happened after it had arrived."))
    if told in {Answer.NO, Answer.PARTLY}:
        return _none(_("The two sides differ on whether it arrived so."))
    return _by_use(facts, shown)


def _not_shown(facts: _Facts) -> Proposed:
    """Propose where neither a picture in time nor the seller shows the damage."""
    if _has_pictures(facts) and facts.delivered_at is None:
        return _none(_("It is not known when it arrived."))
    if not _has_pictures(facts) and facts.seller.get(Point.TOLD) == Answer.NO:
        return _propose(
            "D-4.3",
            _("No picture shows it."),
            _("The seller says that it is not so."),
        )
    return _none(
        _("No picture came within %(hours)d hours of the delivery.")
        % {"hours": PROOF_HOURS}
    )


def _by_use(facts: _Facts, shown: str) -> Proposed:
    """Propose by whether both say that what is damaged can be used."""
    buyer, seller = facts.buyer.get(Point.USABLE), facts.seller.get(Point.USABLE)
    if buyer in _USABLE:
        says = _("The buyer says that it can be used.")
        if buyer == Answer.PARTLY:
            says = _("The buyer says that it can be used in part.")
        return _propose(IN_PART, shown, says)
    if buyer == Answer.NO and seller in _USABLE:
        return _none(_("The two sides differ on whether it can be used."))
    if Answer.NO in {buyer, seller}:
        says = _("The seller says that it cannot be used.")
        if buyer == seller:
            says = _("Both say that it cannot be used.")
        elif buyer == Answer.NO:
            says = _(
                "The buyer says that it cannot be used; the seller says nothing else."
            )
        return _propose("D-4.2", shown, says)
    if facts.problem.wanted == "less":
        return _propose(IN_PART, shown, _("The buyer would keep it for less."))
    return _none(_("The buyer has not said whether it can be used."))


def _shown(facts: _Facts) -> str:
    """Say what shows that something arrived damaged; nothing if nothing does."""
    if facts.seller.get(Point.TOLD) == Answer.YES:
        return _("The seller agrees that it arrived so.")
    if facts.delivered_at is None or not _has_pictures(facts):
        return ""
    if facts.problem.opened_at - facts.delivered_at > timedelta(hours=PROOF_HOURS):
        return ""
    return _("A picture came within %(hours)d hours of the delivery.") % {
        "hours": PROOF_HOURS
    }


def _has_pictures(facts: _Facts) -> bool:
    return bool(facts.problem.photos.all())


def _conceded(code: str) -> Callable[[_Facts], Proposed]:
    """Return what proposes a rule once the seller says that it is as reported."""

    def propose(facts: _Facts) -> Proposed:
        said = facts.seller.get(Point.TOLD)
        if said == Answer.YES:
            return _propose(code, _("The seller agrees that it is so."))
        if said == Answer.NO:
            return _none(_("The seller says that it is not so."))
        if said == Answer.PARTLY:
            return _none(_("The seller says that it is so in part."))
        return _none(_("The seller has not said whether it is so."))

    return propose


def _return(_facts: _Facts) -> Proposed:
    return _none(_("Nothing here tells whether it has come back: ask the seller."))


_BY_KIND: Mapping[Problem.Kind, Callable[[_Facts], Proposed]] = {
    Kind.NOT_RECEIVED: _not_received,
    Kind.DAMAGED: _damaged,
    Kind.NOT_AS_DESCRIBED: _conceded("D-5.1"),
    Kind.INCOMPLETE: _conceded("D-6.1"),
    Kind.RETURN: _return,
}


def _propose(code: str, *why: str) -> Proposed:
    return Proposed(RULES[code], list(why))


def _none(why: str) -> Proposed:
    return Proposed(None, [why])
