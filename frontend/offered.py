"""What the seller of an open report offers, for all who look at it."""

from dataclasses import dataclass

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.flows.agree_on_problem import look_at_part
from marketplace.flows.refund_look import Look
from support.models import Problem, Proposal
from support.selectors.problems import standing_proposal


@dataclass(frozen=True, slots=True)
class Offered:
    """What a seller offers to settle a report; `look` is None if it cannot be taken."""

    proposal: Proposal
    amount: Money
    look: Look | None


def offered_for(problem: Problem) -> Offered | None:
    """Return the offer that stands for an open report, and what it would move."""
    proposal = standing_proposal(problem)
    if proposal is None:
        return None
    amount = Money(proposal.amount_minor, problem.vendor_order.currency)
    try:
        look = look_at_part(problem, proposal.amount_minor)
    except RefusedError:
        # The bank decides, or too little is left of it by now.
        look = None
    return Offered(proposal, amount, look)
