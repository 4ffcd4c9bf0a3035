"""Fines, credits and debts written off: one asks, a second person may have to agree."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import MOST_AT_ONCE
from marketplace.db import outbox
from payouts.models import (
    AccountKind,
    Adjustment,
    AdjustmentKind,
    AdjustmentState,
    LedgerBalance,
    Settlement,
)
from payouts.services import ledger
from payouts.services.due import lock_accounts
from payouts.services.ledger import Leg, Posting

__all__ = [
    "Adjustment",
    "AdjustmentRefusedError",
    "AdjustmentRequest",
    "approve",
    "needs_second",
    "posting_of",
    "refuse",
    "request_adjustment",
    "take_back",
]


class AdjustmentRefusedError(RefusedError):
    """An adjustment that does not add up, or may not be decided so; `field` says where.

    Its message fits the operator who asked.
    """

    code = "adjustment.refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRequest:
    """What an operator wants booked; `amount_minor` is without a sign.

    `token` makes a second click the same request.
    """

    vendor_id: int
    currency: str
    kind: AdjustmentKind
    amount_minor: int
    reason: str
    token: str
    settlement_id: int | None = None


@transaction.atomic
def request_adjustment(
    *, request: AdjustmentRequest, by: int, now: datetime
) -> Adjustment:
    """Write an adjustment down; book it if it needs no second person.

    Locks the seller's payout account. Asking twice returns the first.

    Raises AdjustmentRefusedError for an amount, a sale or a debt that does not fit.
    """
    _check(request)
    sign = -1 if request.kind == AdjustmentKind.FINE else 1
    return _write(
        Adjustment(
            vendor_id=request.vendor_id,
            settlement_id=request.settlement_id,
            currency=request.currency,
            amount_minor=sign * request.amount_minor,
            kind=request.kind,
            reason=request.reason,
            token=request.token,
            needs_second=needs_second(request.amount_minor, request.currency),
            requested_by_id=by,
            requested_at=now,
        ),
        now,
    )


@transaction.atomic
def take_back(*, adjustment_id: int, reason: str, by: int, now: datetime) -> Adjustment:
    """Ask for the opposite of a booked adjustment; it is decided as any other.

    Where that was refused it may be asked for again. Locks the adjustment and the
    seller's payout account. Raises AdjustmentRefusedError if it was not booked, or was
    taken back before.
    """
    row = Adjustment.objects.select_for_update(no_key=True).get(pk=adjustment_id)
    if row.state != AdjustmentState.BOOKED or row.kind == AdjustmentKind.REVERSAL:
        raise AdjustmentRefusedError(_("Only what was booked can be taken back."))
    refused = Q(state=AdjustmentState.REFUSED)
    if row.reversals.exclude(refused).exists():
        raise AdjustmentRefusedError(_("This has been taken back already."))
    return _write(
        Adjustment(
            vendor_id=row.vendor_id,
            settlement_id=row.settlement_id,
            currency=row.currency,
            amount_minor=-row.amount_minor,
            kind=AdjustmentKind.REVERSAL,
            reason=reason,
            reverses=row,
            token=f"reverses:{row.pk}:{row.reversals.count() + 1}",
            needs_second=needs_second(abs(row.amount_minor), row.currency),
            requested_by_id=by,
            requested_at=now,
        ),
        now,
    )


@transaction.atomic
def approve(*, adjustment_id: int, by: int, now: datetime) -> Adjustment:
    """Book an adjustment that another person asked for.

    Locks the adjustment and the seller's payout account. Approving twice books once.

    Raises AdjustmentRefusedError for one's own, or one that was decided otherwise.
    """
    row = Adjustment.objects.select_for_update(no_key=True).get(pk=adjustment_id)
    if row.state == AdjustmentState.BOOKED and row.decided_by_id == by:
        return row
    _check_open(row)
    if row.requested_by_id == by:
        raise AdjustmentRefusedError(
            _("You asked for this yourself. Somebody else has to approve it.")
        )
    return _book(row, by, now)


@transaction.atomic
def refuse(*, adjustment_id: int, reason: str, by: int, now: datetime) -> Adjustment:
    """Refuse an adjustment, or withdraw one's own: nothing is booked.

    Locks the adjustment. Raises AdjustmentRefusedError if it was decided before.
    """
    row = Adjustment.objects.select_for_update(no_key=True).get(pk=adjustment_id)
    _check_open(row)
    row.state = AdjustmentState.REFUSED
    row.decided_by_id, row.decided_at, row.refusal = by, now, reason
    row.save()
    return row


def needs_second(amount_minor: int, currency: str) -> bool:
    """Say whether a second person has to approve such an amount.

    The limit is in the market's currency; any other currency needs two people.
    """
    limit: int = settings.ADJUSTMENT_ALONE_UP_TO
    return currency != settings.CURRENCY or amount_minor > limit


def _check(request: AdjustmentRequest) -> None:
    if not 0 < request.amount_minor <= MOST_AT_ONCE:
        raise AdjustmentRefusedError(
            _("Give an amount above zero, of eight digits at most."), field="amount"
        )
    if not request.reason.strip():
        raise AdjustmentRefusedError(_("Say why: the seller reads it."), field="reason")
    if request.kind == AdjustmentKind.REVERSAL:
        raise AdjustmentRefusedError(_("Choose what to take back."), field="kind")
    sale = None
    if request.settlement_id is not None:
        sale = Settlement.objects.get(pk=request.settlement_id)
    if sale and (sale.vendor_id, sale.currency) != (
        request.vendor_id,
        request.currency,
    ):
        raise AdjustmentRefusedError(
            _("That order is not a sale of this seller in this currency."),
            field="order",
        )


def _check_open(row: Adjustment) -> None:
    if row.state != AdjustmentState.REQUESTED:
        raise AdjustmentRefusedError(_("This has been decided meanwhile."))


def _write(row: Adjustment, now: datetime) -> Adjustment:
    known = Adjustment.objects.filter(token=row.token).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # The other click of a double click has just written it.
        return Adjustment.objects.get(token=row.token)
    if row.needs_second:
        _check_debt(row)
        return row
    return _book(row, row.requested_by_id, now)


def _book(row: Adjustment, by: int, now: datetime) -> Adjustment:
    lock_accounts([row.vendor_id])
    _check_debt(row)
    row.state = AdjustmentState.BOOKED
    row.decided_by_id, row.decided_at = by, now
    row.save()
    ledger.post(posting_of(row, booked_at=now))
    outbox.emit(
        topic="adjustment.booked",
        key=str(row.pk),
        now=now,
        payload={"vendor": row.vendor_id},
    )
    return row


def _check_debt(row: Adjustment) -> None:
    if row.kind != AdjustmentKind.WRITE_OFF:
        return
    balance = LedgerBalance.objects.filter(
        account__kind=AccountKind.VENDOR_PAYABLE,
        account__vendor_id=row.vendor_id,
        account__currency=row.currency,
    ).first()
    debt = -balance.posted_minor if balance else 0
    if row.amount_minor > debt:
        raise AdjustmentRefusedError(
            _("The seller owes less than that: only a debt can be written off."),
            field="amount",
        )


def posting_of(row: Adjustment, *, booked_at: datetime) -> Posting:
    """J19 for a debt written off, J20 for everything else."""
    origin = row.reverses or row
    other = (
        AccountKind.BAD_DEBT
        if origin.kind == AdjustmentKind.WRITE_OFF
        else AccountKind.ADJUSTMENTS
    )
    vendor, sale = row.vendor_id, row.settlement_id
    return Posting(
        key=f"adjustment:{row.pk}",
        kind="adjustment",
        currency=row.currency,
        legs=[
            Leg(AccountKind.VENDOR_PAYABLE, -row.amount_minor, vendor, sale),
            Leg(other, row.amount_minor, settlement_id=sale),
        ],
        booked_at=booked_at,
        ref={"adjustment": row.pk, "kind": row.kind, "reason": row.reason},
    )
