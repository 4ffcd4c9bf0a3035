"""Claims against carriers: opened with a refund at our expense, closed by a person."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from payouts.models import (
    AccountKind,
    CarrierClaim,
    CarrierClaimState,
    LedgerTransaction,
    RefundBearer,
    RefundRequest,
)
from payouts.services import journals, ledger
from payouts.services.ledger import Leg, Posting

__all__ = [
    "CarrierClaim",
    "CarrierClaimRefusedError",
    "ClaimOutcome",
    "ClaimWanted",
    "close_claim",
    "note_reference",
    "open_claim",
    "reopen_claim",
]


class CarrierClaimRefusedError(RefusedError):
    """A claim that cannot be opened or closed so; `field` says where it was typed."""

    code = "carrier_claim.refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWanted:
    """For which parcel a carrier shall bear the refund of this token."""

    token: str
    parcel_id: int
    carrier: str
    tracking_number: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOutcome:
    """How a claim ended: paid, with what came in, or not, with the reason.

    Of what was paid the reason is the reference on the bank's statement. It is said of
    a claim that was seen to have been opened again so often.
    """

    state: CarrierClaimState
    received_minor: int = 0
    reason: str = ""
    reopened_count: int = 0


@transaction.atomic
def open_claim(
    *, wanted: ClaimWanted, by: int, now: datetime
) -> tuple[CarrierClaim, bool]:
    """Claim from a carrier all that a refund at our expense gives; say if it is news.

    Books nothing: the refund is our expense until the carrier has paid. Locks the
    refund. Opening twice returns the first. Raises CarrierClaimRefusedError for a
    refund that is not at our expense.
    """
    requests = RefundRequest.objects.select_for_update(no_key=True)
    request = requests.get(token=wanted.token)
    known = CarrierClaim.objects.filter(refund=request).first()
    if known is not None:
        return known, False
    if request.bearer != RefundBearer.PLATFORM or not request.cash_minor:
        raise CarrierClaimRefusedError(
            _("Only what the market gave can be claimed from a carrier."),
            field="bearer",
        )
    claim = CarrierClaim.objects.create(
        refund=request,
        parcel_id=wanted.parcel_id,
        carrier=wanted.carrier,
        tracking_number=wanted.tracking_number,
        reference=wanted.reference.strip(),
        currency=request.currency,
        amount_minor=request.cash_minor,
        opened_by_id=by,
        opened_at=now,
        due_at=now + timedelta(days=settings.CARRIER_CLAIM_DAYS),
    )
    return claim, True


@transaction.atomic
def close_claim(
    *, claim_id: int, outcome: ClaimOutcome, by: int, now: datetime
) -> bool:
    """Write down how a claim ended, and book what came in (J22); say if it is news.

    Locks the claim. The same outcome by the same person again changes nothing. Raises
    CarrierClaimRefusedError if it ended otherwise, the amount or the reason does not
    fit, or a payment is told of a refund that was never made.
    """
    row = CarrierClaim.objects.select_for_update(no_key=True).get(pk=claim_id)
    if row.reopened_count != outcome.reopened_count:
        raise _changed_meanwhile()
    if not row.is_open:
        if _ended_so(row, outcome, by):
            return False
        raise _closed_already(row)
    _check(row, outcome)
    row.state, row.received_minor = outcome.state, outcome.received_minor
    row.reason, row.closed_by_id, row.closed_at = outcome.reason.strip(), by, now
    row.save()
    if row.received_minor:
        ledger.post(posting_of(row, booked_at=now))
    return True


@transaction.atomic
def reopen_claim(
    *, claim_id: int, reopened_count: int, now: datetime
) -> ClaimOutcome | None:
    """Take the end of a claim back, and book back what came in; return that end.

    None if that is no news: the claim that was seen to have been opened again so often
    has been meanwhile. Locks the claim. Raises CarrierClaimRefusedError if it is open,
    or has ended once more since.
    """
    row = CarrierClaim.objects.select_for_update(no_key=True).get(pk=claim_id)
    if row.reopened_count == reopened_count + 1 and row.is_open:
        return None
    if row.reopened_count != reopened_count:
        raise _changed_meanwhile()
    if row.is_open:
        raise CarrierClaimRefusedError(_("This claim is open."))
    ended = ClaimOutcome(
        state=CarrierClaimState(row.state),
        received_minor=row.received_minor,
        reason=row.reason,
        reopened_count=row.reopened_count,
    )
    if row.received_minor:
        ledger.post(_back(posting_of(row, booked_at=now)))
    row.state, row.received_minor, row.reason = CarrierClaimState.OPEN, 0, ""
    row.closed_by_id, row.closed_at = None, None
    row.reopened_count += 1
    row.save()
    return ended


@transaction.atomic
def note_reference(*, claim_id: int, reference: str) -> bool:
    """Write down what an open claim is called in letters; say if that is news.

    Locks the claim. Raises CarrierClaimRefusedError if it is closed.
    """
    row = CarrierClaim.objects.select_for_update(no_key=True).get(pk=claim_id)
    if row.reference == reference.strip():
        return False
    if not row.is_open:
        raise _closed_already(row)
    row.reference = reference.strip()
    row.save(update_fields=["reference"])
    return True


def posting_of(row: CarrierClaim, *, booked_at: datetime) -> Posting:
    """J22: a carrier paid to our bank."""
    again = f":{row.reopened_count}" if row.reopened_count else ""
    return journals.two_legs(
        key=f"carrier_claim:{row.pk}{again}",
        kind="carrier_paid",
        currency=row.currency,
        debit=Leg(AccountKind.BANK, row.received_minor),
        credit=AccountKind.CARRIER_RECOVERIES,
        booked_at=booked_at,
        ref={
            "order": row.refund.order_id,
            "claim": row.public_id,
            "reference": row.reference,
            # Under which it stands on the bank's statement.
            "bank_reference": row.reason,
        },
    )


def _back(posting: Posting) -> Posting:
    """J22 the other way round: what was written down had not come in so."""
    return replace(
        posting,
        key=f"{posting.key}:back",
        kind="carrier_paid_back",
        legs=[replace(leg, amount_minor=-leg.amount_minor) for leg in posting.legs],
        reverses_id=LedgerTransaction.objects.get(key=posting.key).pk,
    )


def _ended_so(row: CarrierClaim, outcome: ClaimOutcome, by: int) -> bool:
    ended = (row.state, row.received_minor, row.reason, row.closed_by_id)
    wanted = (outcome.state, outcome.received_minor, outcome.reason.strip(), by)
    return ended == wanted


def _changed_meanwhile() -> CarrierClaimRefusedError:
    words = _("Somebody opened this claim again meanwhile: look at how it stands now.")
    return CarrierClaimRefusedError(words)


def _closed_already(row: CarrierClaim) -> CarrierClaimRefusedError:
    words = _("This claim is closed already: %(state)s.")
    return CarrierClaimRefusedError(words % {"state": row.get_state_display()})


def _check(row: CarrierClaim, outcome: ClaimOutcome) -> None:
    if outcome.state == CarrierClaimState.PAID:
        if not 0 < outcome.received_minor <= row.amount_minor:
            raise CarrierClaimRefusedError(
                _("Give what came in: more than nothing, and no more than is claimed."),
                field="amount",
            )
        if row.refund.was_never_made:
            raise CarrierClaimRefusedError(
                _("The buyer never got this money: give the claim up.")
            )
        if not says_something(outcome.reason):
            raise CarrierClaimRefusedError(
                _("Give the reference of the payment."), field="reason"
            )
        return
    if outcome.state == CarrierClaimState.OPEN or outcome.received_minor:
        raise CarrierClaimRefusedError(_("Say how the claim ended."))
    if not says_something(outcome.reason):
        raise CarrierClaimRefusedError(_("Say why, in a few words."), field="reason")
