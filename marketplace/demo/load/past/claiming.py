"""What broke on the way: some of it is claimed from its carrier, who may answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from marketplace.demo.load.past.world import World
from marketplace.demo.load.people import FINANCE
from marketplace.flows.claim_from_carrier import (
    Bearer,
    ClaimOutcome,
    close_carrier_claim,
    name_carrier_claim,
)
from marketplace.flows.resolve_problem import (
    Decision,
    moves_of,
    refund_problem_in_part,
)
from payouts.selectors.carrier_claims import claims_about
from payouts.vocabulary import CarrierClaimState
from support.models import Problem

_DECISION = (
    "By what was reported it broke on the way. The buyer gets the price back; the"
    " seller is not at fault and is paid, and we claim the amount from the carrier."
)
# What was claimed so lately has no answer yet.
_UNANSWERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a carrier answers after some days: a share of the claim, or why not."""

    days: int
    percent: int
    reason: str


_ANSWERS = (
    _Answer(9, 80, "Credit note 26-4471, value without the packing."),
    _Answer(12, 0, "“No damage was noted at the handover.” Their letter is filed."),
)


def is_borne_by_carrier(world: World, problem: Problem, moment: datetime) -> bool:
    """Decide a problem so that the carrier bears it; say whether that is so.

    The first that break are answered, one of late is not; the others are the sellers'.
    """
    number = len(world.claimed)
    is_late = moment > world.diary.until - _UNANSWERED
    if problem.kind != Problem.Kind.DAMAGED or number > len(_ANSWERS):
        return False
    if is_late != (number == len(_ANSWERS)):
        return False
    parcel = problem.vendor_order.parcels.first()
    look = moves_of(problem).pieces
    if parcel is None or look is None or look.preview.points:
        return False
    if not look.preview.to_card:
        return False
    rule = world.voices.decision(problem.kind, "refunded").rule
    refund_problem_in_part(
        problem=problem,
        amount_minor=look.preview.to_card,
        bearer=Bearer(parcel=parcel.public_id),
        decision=Decision(_DECISION, rule),
        actor_id=world.people.operator.pk,
        now=moment,
    )
    world.claimed.append(problem.vendor_order_id)
    if not is_late:
        answer = _ANSWERS[number]
        later = moment + timedelta(days=answer.days)
        part_id = problem.vendor_order_id
        world.diary.note(later, partial(_answer, world, part_id, answer))
    return True


def _answer(world: World, part_id: int, answer: _Answer, moment: datetime) -> None:
    """Let the carrier pay, or refuse; finance writes it down."""
    claim = claims_about(part_id)[0]
    by = {"operator_id": world.people.by_email[FINANCE].pk}
    reference = f"{claim.carrier[:2].upper()}-{claim.tracking_number[-4:]}"
    asked_at = claim.opened_at + timedelta(days=1)
    name_carrier_claim(claim=claim, reference=reference, now=asked_at, **by)
    received = claim.amount_minor * answer.percent // 100
    outcome = ClaimOutcome(
        state=CarrierClaimState.PAID if received else CarrierClaimState.REFUSED,
        received_minor=received,
        reason=answer.reason,
    )
    close_carrier_claim(claim=claim, outcome=outcome, now=moment, **by)
