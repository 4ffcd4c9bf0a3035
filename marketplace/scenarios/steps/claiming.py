"""Who should bear what a buyer gets: the carrier, and what it answers."""

from dataclasses import dataclass

from marketplace.flows.claim_from_carrier import (
    Bearer,
    ClaimOutcome,
    close_carrier_claim,
)
from marketplace.flows.resolve_problem import Decision, refund_problem_in_part
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World
from payouts.selectors.carrier_claims import claims_about
from payouts.vocabulary import CarrierClaimState
from support.models import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierBears:
    """An operator decides the complaint for the buyer, and the carrier shall bear it.

    The platform advances it and claims it for the part's first parcel.
    """

    amount: int
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Decide it so."""
        part = world.part(self.order, self.seller)
        parcel = part.parcels.first()
        if parcel is None:
            raise UnknownNameError("No parcel of this part has left.")
        refund_problem_in_part(
            problem=part.problems.get(state=Problem.State.OPEN),
            amount_minor=self.amount,
            bearer=Bearer(parcel=parcel.public_id),
            decision=Decision("Broken on the way."),
            actor_id=world.operator_id,
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierAnswers:
    """The carrier pays the part's oldest open claim, some of it, or refuses (0)."""

    received: int
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Close the claim."""
        part = world.part(self.order, self.seller)
        claim = next(
            (each for each in claims_about(part.pk) if each.is_open),
            None,
        )
        if claim is None:
            raise UnknownNameError("Nothing is claimed from a carrier of this part.")
        seen = claim.reopened_count
        outcome = ClaimOutcome(
            state=CarrierClaimState.REFUSED,
            reason="Badly packed.",
            reopened_count=seen,
        )
        if self.received:
            outcome = ClaimOutcome(
                state=CarrierClaimState.PAID,
                received_minor=self.received,
                reason="Credit note 26-4471",
                reopened_count=seen,
            )
        close_carrier_claim(
            claim=claim, outcome=outcome, operator_id=world.operator_id, now=world.now
        )


ACTIONS: dict[str, type[Action]] = {
    "carrier bears it": CarrierBears,
    "carrier answers": CarrierAnswers,
}
