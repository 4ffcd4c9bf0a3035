"""An operator decides a problem: its outcome, who bears it, by which rule, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from marketplace.flows.claim_from_carrier import SELLER, Bearer
from marketplace.flows.refund_line import RefundedBy
from marketplace.flows.resolve_problem import (
    Decision,
    borne_elsewhere,
    refund_problem,
    refund_problem_in_part,
    release_problem,
)
from support.models import Problem


class Outcome(StrEnum):
    """How a problem can end."""

    PIECES = "refund_lines"
    ALL = "refund"
    PART = "refund_part"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided; `amount_minor` of a part, `seen` the mark of all or pieces."""

    outcome: Outcome
    decision: Decision
    bearer: Bearer = SELLER
    amount_minor: int = 0
    seen: str = ""


@transaction.atomic
def decide_problem(
    *, problem: Problem, verdict: Verdict, actor_id: int, now: datetime
) -> Problem:
    """End a problem as it was decided. Locks and raises as `resolve_problem` does."""
    decision, bearer = verdict.decision, verdict.bearer
    pieces_only = verdict.outcome == Outcome.PIECES
    if verdict.outcome == Outcome.RELEASE:
        return release_problem(
            problem=problem, decision=decision, actor_id=actor_id, now=now
        )
    if verdict.outcome != Outcome.PART and bearer.is_seller:
        return refund_problem(
            problem=problem,
            pieces_only=pieces_only,
            decision=decision,
            by=RefundedBy(actor_id=actor_id, seen=verdict.seen),
            now=now,
        )
    minor = verdict.amount_minor
    if verdict.outcome != Outcome.PART:
        minor = borne_elsewhere(problem, pieces_only=pieces_only, seen=verdict.seen)
    return refund_problem_in_part(
        problem=problem,
        amount_minor=minor,
        bearer=bearer,
        decision=decision,
        actor_id=actor_id,
        now=now,
    )
