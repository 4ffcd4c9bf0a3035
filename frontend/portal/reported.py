"""What buyers report of a shop's orders, and what settling it would move."""

from dataclasses import dataclass
from datetime import datetime

from frontend.agreed import Row, agreed_of
from frontend.offered import Offered, offered_for
from frontend.portal.points_form import PointsForm
from frontend.storefront.problem_form import words_of_wish
from marketplace.core.money import Money
from marketplace.flows.refund_look import Look
from marketplace.flows.resolve_problem import Moves, moves_of
from support.models import Problem
from support.selectors.problems import problems_about
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, what its buyer wants, and what giving all, or its pieces, back moves.

    Without `pieces` the report is about all that is left. It `is_ours` once the time to
    find an agreement is over, or the buyer did not want to wait for that.
    """

    problem: Problem
    wish: str
    rest: Look | None
    pieces: Look | None
    offered: Offered | None
    is_ours: bool
    agreed: list[Row]
    points: PointsForm | None


def reported_of(part: VendorOrder, now: datetime) -> list[Reported]:
    """Return what was reported of an order, newest first, and what each would move."""
    found, parcels = [], list(part.parcels.all())
    for problem in problems_about([part.pk]):
        is_open = problem.state == Problem.State.OPEN
        moves = moves_of(problem) if is_open else Moves(None, None)
        found.append(
            Reported(
                problem=problem,
                wish=words_of_wish(problem),
                rest=moves.rest,
                pieces=moves.pieces,
                offered=offered_for(problem),
                is_ours=is_open and problem.answer_by <= now,
                agreed=agreed_of(problem, parcels=parcels, asked=_asked(part, moves)),
                points=PointsForm(problem=problem, auto_id=f"{problem.pk}-%s")
                if is_open
                else None,
            )
        )
    return found


def _asked(part: VendorOrder, moves: Moves) -> Money | None:
    look = moves.pieces or moves.rest
    return Money(look.to_buyer, part.currency) if look else None
