"""What the page of a problem shows: both sides, the money, and how others ended."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from frontend.agreed import agreed_of
from frontend.backoffice.course import course_of
from frontend.backoffice.why_nothing import why_nothing
from frontend.offered import offered_for
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.db import clock
from marketplace.flows.refund_look import Look
from marketplace.flows.report_problem import hold_key
from marketplace.flows.resolve_problem import moves_of, pieces_left
from payouts.selectors.carrier_claims import claim_under
from payouts.selectors.refunds import refund_by_token, sent_under
from payouts.selectors.sale_money import SaleMoney, sale_money
from support.models import Message, Problem
from support.selectors.conversation import messages_of
from support.selectors.problems import ended_alike, history_of_buyer, outcomes_alike
from vendors.models import Standing

_MOST_ALIKE = 3
# A thread of so many messages is read at once; of a longer one these stay open.
_SHORT = 3
_LAST_SAID = 2
# More steps do not stand side by side.
_MOST_ACROSS = 6


class Alike(NamedTuple):
    """A problem of the same kind that is settled, and what its buyer got back."""

    problem: Problem
    title: str
    back: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """A sale's money, and what each way to decide its problem would move.

    Of a settled problem there is nothing to decide. `why_not` says why nothing can be
    given back; `is_free` that it needs none; `pieces_back` counts the reported pieces
    whose money has gone back.
    """

    money: SaleMoney
    is_held: bool = False
    rest: Look | None = None
    pieces: Look | None = None
    pieces_back: int = 0
    why_not: str = ""
    is_free: bool = False


def stakes_of(told: Problem) -> Stakes:
    """Return what is at stake, also for who may not look into sellers' books."""
    part = told.vendor_order
    money = sale_money(part.settlement)
    if told.state != Problem.State.OPEN:
        return Stakes(money=money)
    moves = moves_of(told)
    reported = sum(line.quantity for line in told.lines.all())
    return Stakes(
        money=money,
        is_held=part.settlement.is_held,
        rest=moves.rest,
        pieces=moves.pieces,
        pieces_back=reported - sum(pieces_left(told).values()),
        **(why_nothing(part) if moves.rest is None else {}),
    )


def facts_of(viewer: Viewer, told: Problem, stakes: Stakes) -> dict[str, Any]:
    """Return all that the page says of a problem that the viewer may see."""
    parcels = list(told.vendor_order.parcels.all())
    thread = list(messages_of(told.vendor_order_id))
    now = clock.now()
    course = course_of(told, parcels=parcels, thread=thread, now=now)
    return {
        "problem": told,
        "part": told.vendor_order,
        "parcels": parcels,
        "agreed": agreed_of(told, parcels=parcels, asked=_asked(told, stakes)),
        **_sides(told),
        "thread": thread,
        **_parted(thread),
        "course": course,
        "course_is_long": len(course) > _MOST_ACROSS,
        **{each.name: getattr(stakes, each.name) for each in fields(Stakes)},
        **(_given(told) if told.state != Problem.State.OPEN else {}),
        "alike": _alike(viewer, told),
        "outcomes": outcomes_alike(viewer, told, now=now),
    }


def _parted(thread: list[Message]) -> dict[str, list[Message]]:
    """Return a long thread in two: what is folded, and what was said last."""
    last = len(thread) - _LAST_SAID if len(thread) > _SHORT else 0
    return {"thread_before": thread[:last], "thread_last": thread[last:]}


def _asked(told: Problem, stakes: Stakes) -> Money | None:
    """Return what the reported pieces would bring the buyer, or all that is left."""
    look = stakes.pieces or stakes.rest
    return Money(look.to_buyer, told.vendor_order.currency) if look else None


def _alike(viewer: Viewer, told: Problem) -> list[Alike]:
    found = list(ended_alike(viewer, told)[:_MOST_ALIKE])
    given = sent_under([hold_key(each) for each in found])
    return [
        Alike(
            problem=each,
            title=_title(each),
            back=Money(given.get(hold_key(each), 0), each.vendor_order.currency),
        )
        for each in found
    ]


def _title(told: Problem) -> str:
    """Return the first thing that a problem is about; without one, its order."""
    first = next(iter(told.lines.all()), None)
    return str(first.line.order_line.title if first else told.vendor_order.number)


def _sides(told: Problem) -> dict[str, Any]:
    """Return who the two are, what they wrote, and how it went with each before."""
    part = told.vendor_order
    bought, reported, refunded = history_of_buyer(told)
    return {
        "bought_count": bought,
        "reported_count": reported,
        "refunded_count": refunded,
        "standing": Standing.objects.filter(vendor=part.vendor_id).first(),
        "offered": offered_for(told),
    }


def _given(told: Problem) -> dict[str, Any]:
    """Return what the decision gave the buyer, and which carrier is to bear it."""
    key = hold_key(told)
    found: dict[str, Any] = {"claim": claim_under(key)}
    given = refund_by_token(key)
    if given is not None and (back := sent_under([key]).get(key)):
        found |= {"given": given, "back": back, "points": back - given.cash_minor}
    return found
