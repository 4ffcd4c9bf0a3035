"""What buyers report of a shop's orders, and what settling it would move."""

from dataclasses import dataclass

from frontend.offered import Offered, offered_for
from frontend.storefront.sale_forms import words_of_wish
from marketplace.flows.refund_look import Look
from marketplace.flows.resolve_problem import Moves, moves_of
from support.models import Problem
from support.selectors.problems import problems_about
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, what its buyer wants, and what giving all, or its pieces, back moves.

    Without `pieces` the report is about all that is left.
    """

    problem: Problem
    wish: str
    rest: Look | None
    pieces: Look | None
    offered: Offered | None


def reported_of(part: VendorOrder) -> list[Reported]:
    """Return what was reported of an order, newest first, and what each would move."""
    found = []
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
            )
        )
    return found
