"""A carrier shall bear what a buyer got back: the claim against it, and its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError
from marketplace.core.words import says_something
from marketplace.db import audit
from payouts.services import carrier_claims as money
from payouts.services.carrier_claims import (
    CarrierClaimRefusedError,
    ClaimOutcome,
    ClaimWanted,
)
from vendors.models import VendorOrder

if TYPE_CHECKING:
    from payouts.models import CarrierClaim

__all__ = [
    "SELLER",
    "Bearer",
    "CarrierClaimRefusedError",
    "ClaimOutcome",
    "claim_from_carrier",
    "close_carrier_claim",
    "name_carrier_claim",
    "reopen_carrier_claim",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Out of whose pocket money goes back; the seller's if nothing is said.

    With a `parcel` (its public id) its carrier shall bear it: the market advances it,
    and claims it under a `reference`.
    """

    is_market: bool = False
    parcel: str = ""
    reference: str = ""

    @property
    def is_seller(self) -> bool:
        """Whether it is taken out of the seller's sale."""
        return not self.is_market and not self.parcel


SELLER = Bearer()


@transaction.atomic
def claim_from_carrier(
    *, part: VendorOrder, bearer: Bearer, token: str, operator_id: int, now: datetime
) -> None:
    """Claim what the refund of a token gave at our expense from a parcel's carrier.

    The same token claims once. Locks the refund. Raises CarrierClaimRefusedError for a
    parcel of another order.
    """
    parcel = part.parcels.filter(public_id=bearer.parcel).first()
    if parcel is None:
        raise CarrierClaimRefusedError(
            _("Choose the parcel that the carrier answers for."), field="bearer"
        )
    claim, is_news = money.open_claim(
        wanted=ClaimWanted(
            token=token,
            parcel_id=parcel.pk,
            carrier=parcel.carrier_name,
            tracking_number=parcel.tracking_number,
            reference=bearer.reference,
        ),
        by=operator_id,
        now=now,
    )
    if not is_news:
        return
    audit.record(
        "carrier_claim.opened",
        subject=claim,
        actor_id=operator_id,
        details={
            "cash_minor": claim.amount_minor,
            "currency": claim.currency,
            "carrier": claim.carrier,
        },
        now=now,
    )


@transaction.atomic
def close_carrier_claim(
    *, claim: "CarrierClaim", outcome: ClaimOutcome, operator_id: int, now: datetime
) -> None:
    """Record that a carrier paid, that it refused, or that we gave a claim up.

    Books what came in. Locks the claim. The same again by the same person changes
    nothing. Raises CarrierClaimRefusedError if it ended otherwise meanwhile, or the
    amount or the reason does not fit.
    """
    is_news = money.close_claim(
        claim_id=claim.pk, outcome=outcome, by=operator_id, now=now
    )
    if not is_news:
        return
    received = {"cash_minor": outcome.received_minor, "currency": claim.currency}
    audit.record(
        f"carrier_claim.{outcome.state}",
        subject=claim,
        actor_id=operator_id,
        reason=outcome.reason.strip(),
        details=received if outcome.received_minor else {},
        now=now,
    )


@transaction.atomic
def reopen_carrier_claim(
    *,
    claim: "CarrierClaim",
    reopened_count: int,
    reason: str,
    operator_id: int,
    now: datetime,
) -> None:
    """Take back a wrong end of a claim, seen to have been opened again so often before.

    Books back what came in. Locks the claim. The same again changes nothing. Raises
    ReasonMissingError, or CarrierClaimRefusedError if the claim is open, or has ended
    once more since.
    """
    if not says_something(reason):
        raise ReasonMissingError(_("Say why, in a few words."))
    ended = money.reopen_claim(
        claim_id=claim.pk, reopened_count=reopened_count, now=now
    )
    if ended is None:
        return
    received = {"cash_minor": ended.received_minor, "currency": claim.currency}
    audit.record(
        "carrier_claim.reopened",
        subject=claim,
        actor_id=operator_id,
        reason=reason.strip(),
        details={"state": ended.state, **(received if ended.received_minor else {})},
        now=now,
    )


@transaction.atomic
def name_carrier_claim(
    *, claim: "CarrierClaim", reference: str, operator_id: int, now: datetime
) -> None:
    """Write down under which reference a carrier has an open claim.

    Locks the claim. Raises CarrierClaimRefusedError if it is closed.
    """
    if money.note_reference(claim_id=claim.pk, reference=reference):
        audit.record(
            "carrier_claim.named",
            subject=claim,
            actor_id=operator_id,
            details={"reference": reference.strip()},
            now=now,
        )
