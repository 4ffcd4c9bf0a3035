"""What the two sides of a report agree on, and what not: point by point."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from marketplace.core.money import Money
from support.models import Problem, ProblemAnswer, Proposal, Side
from support.services.points import Answer, Point, points_for
from vendors.models import Parcel

_NAMES: dict[Point, Promise] = {
    Point.CAUSE: gettext_lazy("Cause"),
    Point.USABLE: gettext_lazy("Can be used"),
    Point.BACK: gettext_lazy("Comes back"),
}
_WISHES: dict[str, Promise] = {
    "refund": gettext_lazy("Money back"),
    "replacement": gettext_lazy("Another one"),
    "less": gettext_lazy("A part back, and keep it"),
    "answer": gettext_lazy("An answer"),
}
_EITHER: dict[str, bool] = {Answer.YES: True, Answer.NO: False, Answer.PARTLY: False}
_Answers = Mapping[tuple[str, str], ProblemAnswer]


class Row(NamedTuple):
    """What each side says of a point; `agrees` is None where one says nothing."""

    point: str
    buyer: str
    seller: str
    agrees: bool | None = None


def agreed_of(
    problem: Problem, *, parcels: Iterable[Parcel], asked: Money | None
) -> list[Row]:
    """Return the points of a report. `asked` is what the reported pieces are worth.

    Needs the problem's proposals and answers.
    """
    answers = {(each.side, each.point): each for each in problem.answers.all()}
    return [
        _told(problem, answers),
        _arrival(problem, list(parcels)),
        *_answered(problem, answers),
        _outcome(problem, asked),
    ]


def _told(problem: Problem, answers: _Answers) -> Row:
    said = answers.get((Side.SELLER, Point.TOLD))
    is_asked = Point.TOLD in points_for(problem.kind, Side.SELLER)
    return Row(
        point=_("What happened"),
        buyer=str(problem.get_kind_display()),
        seller=_words(problem, said) if is_asked else _("Not asked"),
        agrees=_EITHER.get(said.answer) if said else None,
    )


def _arrival(problem: Problem, parcels: list[Parcel]) -> Row:
    """Say what the buyer and what the carrier say of the parcel."""
    is_missing = problem.kind == Problem.Kind.NOT_RECEIVED
    arrived = [each.delivered_at for each in parcels if each.delivered_at]
    last = max(arrived) if len(arrived) == len(parcels) and arrived else None
    reported = {"at": formats.moment(problem.opened_at)}
    seller = _("Carrier: not delivered yet")
    if last is not None:
        seller = _("Carrier: delivered %(at)s") % {"at": formats.moment(last)}
    return Row(
        point=_("Arrival"),
        buyer=(_("No; reported %(at)s") if is_missing else _("Yes; reported %(at)s"))
        % reported,
        seller=seller if parcels else _("No parcel has left."),
        agrees=_came_as_said(parcels, is_missing=is_missing, has_come=last is not None),
    )


def _came_as_said(
    parcels: list[Parcel], *, is_missing: bool, has_come: bool
) -> bool | None:
    """Say whether buyer and carrier tell the same of the arrival.

    A parcel that the buyer has and no scan knows contradicts nobody.
    """
    if not parcels or not (is_missing or has_come):
        return None
    return is_missing != has_come


def _answered(problem: Problem, answers: _Answers) -> Iterator[Row]:
    of_buyer = points_for(problem.kind, Side.BUYER)
    for point in points_for(problem.kind, Side.SELLER):
        if point == Point.TOLD:
            continue
        theirs = answers.get((Side.BUYER, point))
        ours = answers.get((Side.SELLER, point))
        said, buyer = theirs.answer if theirs else "", _words(problem, theirs)
        if point not in of_buyer:
            # Who asks for a return sends it back.
            said, buyer = Answer.YES, _("Yes")
        yield Row(str(_NAMES[point]), buyer, _words(problem, ours), _agree(said, ours))


def _agree(said: str, ours: ProblemAnswer | None) -> bool | None:
    """Say whether both answer alike; None where one does not know, or says nothing."""
    if ours is None or not said or Answer.UNKNOWN in {said, ours.answer}:
        return None
    return said == ours.answer


def _words(problem: Problem, said: ProblemAnswer | None) -> str:
    if said is not None:
        return str(said.get_answer_display())
    return _("No answer yet") if problem.state == Problem.State.OPEN else _("No answer")


def _outcome(problem: Problem, asked: Money | None) -> Row:
    wish = _WISHES.get(problem.wanted)
    buyer = str(wish) if wish else _("Not asked")
    currency = problem.vendor_order.currency
    if problem.wanted_minor is not None:
        asked = Money(problem.wanted_minor, currency)
    if asked and (problem.wanted == "refund" or problem.wanted_minor is not None):
        buyer = _("%(amount)s back") % {"amount": formats.amount(asked)}
    offer, is_open = _offer(problem), problem.state == Problem.State.OPEN
    if offer is None:
        none = _("No offer yet") if is_open else _("No offer")
        return Row(_("Outcome"), buyer, none)
    amount = Money(offer.amount_minor, currency)
    seller = _("%(amount)s back") % {"amount": formats.amount(amount)}
    agrees = {Proposal.State.TAKEN: True, Proposal.State.DECLINED: False}
    return Row(_("Outcome"), buyer, seller, agrees.get(Proposal.State(offer.state)))


def _offer(problem: Problem) -> Proposal | None:
    """Return the last offer that was not taken back."""
    made = [
        each
        for each in problem.proposals.all()
        if each.state != Proposal.State.WITHDRAWN
    ]
    return made[-1] if made else None
