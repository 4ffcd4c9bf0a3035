"""The course of a problem: what happened when, and what comes next."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from marketplace.core.money import Money
from marketplace.flows.agree_on_problem import DECLINED, TAKEN_BACK
from marketplace.flows.report_problem import ASKED_US
from payouts.selectors.holds import limits_of
from support.models import Message, Problem
from support.rules import TOO_LATE
from support.services.problems import answer_due
from vendors.models import Parcel

_HEARD: dict[str, Promise] = {
    DECLINED: gettext_lazy("Buyer declined"),
    TAKEN_BACK: gettext_lazy("Offer taken back"),
    ASKED_US: gettext_lazy("Buyer asked us to decide"),
}
# By which rule a report comes to us when its time is over.
_BY_ITSELF = "D-2"


class Step(NamedTuple):
    """A step of the course; `state` is that of a road's step.

    The moment of a step that `is_far` is in another year.
    """

    at: datetime
    title: str
    note: str = ""
    state: str = "done"
    is_far: bool = False

    @property
    def when(self) -> str:
        """Return the moment, and what there is to say of it."""
        moment = (formats.moment_afar if self.is_far else formats.moment)(self.at)
        return f"{moment}, {self.note}" if self.note else moment


def course_of(
    problem: Problem,
    *,
    parcels: Iterable[Parcel],
    thread: Iterable[Message],
    now: datetime,
) -> list[Step]:
    """Return what happened with a problem, in order, then what comes next."""
    steps = [
        *_arrival(parcels),
        _report(problem),
        *_offers(problem),
        *_heard(problem, thread),
        *_came_to_us(problem, now),
    ]
    return [*sorted(steps, key=attrgetter("at")), *_next(problem, now)]


def _arrival(parcels: Iterable[Parcel]) -> Iterator[Step]:
    for parcel in parcels:
        if parcel.delivered_at is not None:
            yield Step(parcel.delivered_at, _("Delivered"), parcel.carrier_name)
        else:
            yield Step(parcel.shipped_at, _("Sent"), parcel.carrier_name)


def _report(problem: Problem) -> Step:
    is_held = problem.vendor_order.settlement.is_held
    is_open = problem.state == Problem.State.OPEN
    title = _("Reported, money held") if is_open and is_held else _("Reported")
    return Step(problem.opened_at, title)


def _offers(problem: Problem) -> Iterator[Step]:
    currency = problem.vendor_order.currency
    for offer in problem.proposals.all():
        amount = formats.amount(Money(offer.amount_minor, currency))
        after = formats.duration(offer.made_at - problem.opened_at)
        yield Step(
            offer.made_at,
            _("Seller offered %(amount)s") % {"amount": amount},
            _("after %(time)s") % {"time": after},
        )


def _heard(problem: Problem, thread: Iterable[Message]) -> Iterator[Step]:
    """Yield what the thread alone tells the moment of, since the report."""
    until = problem.decided_at
    for message in thread:
        at = message.created_at
        if at < problem.opened_at or (until is not None and at > until):
            continue
        title = _HEARD.get(message.said["words"]) if message.said else None
        if title is not None:
            yield Step(at, str(title))


def _came_to_us(problem: Problem, now: datetime) -> Iterator[Step]:
    is_over = problem.answer_by <= (problem.decided_at or now)
    if is_over and not problem.waits_for_us:
        note = _by(_BY_ITSELF)
        yield Step(problem.answer_by, _("Came to us by itself"), note)


def _next(problem: Problem, now: datetime) -> Iterator[Step]:
    if problem.decided_at is not None:
        note = ""
        if problem.rule:
            note = _by(problem.rule)
        yield Step(problem.decided_at, problem.get_state_display(), note)
        return
    if problem.answer_by > now:
        note = _by(_BY_ITSELF)
        yield Step(problem.answer_by, _("Comes to us by itself"), note, "now")
    else:
        due = answer_due(problem.opened_at)
        left = formats.time_left(due, now)
        note = left.words if left.tone == "late" else ""
        yield Step(due, _("Decision due"), note, "now")
    settlement = problem.vendor_order.settlement
    if settlement.is_held and settlement.paid_at is not None:
        last = limits_of(settlement.paid_at).decision
        words, is_far = _("Else decided for the buyer by itself"), last.year != now.year
        yield Step(last, words, _by(TOO_LATE), "", is_far)


def _by(code: str) -> str:
    """Name a rule; its code stays on one line."""
    return _("rule %(code)s") % {"code": code.replace("-", "\N{NON-BREAKING HYPHEN}")}
