"""Keep a part of a risky seller's money back for a while: J18, and its way back.

What a policy asks is withheld when money is released; `release_reserves` gives it back
when its days are over. A debt that nothing else covers draws on it, the oldest first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import BASIS_POINTS, share_bps
from marketplace.db import audit
from payouts.models import (
    AccountKind,
    LedgerBalance,
    ReservePolicy,
    Settlement,
    VendorPayoutAccount,
    VendorReserve,
)
from payouts.models.reserve import MOST_BPS, MOST_DAYS
from payouts.services import journals, ledger
from payouts.services.due import Position, payable_now
from payouts.services.ledger import Posting
from payouts.services.sending import send_released
from payouts.services.transfer import Outflow

# Settlements first, as everywhere; a reserve's settlement is the lock of the reserve.
_DUE = """
SELECT settlement.id FROM payouts_settlement AS settlement
JOIN payouts_vendorpayoutaccount AS account USING (vendor_id)
WHERE account.recipient_status = 'active' AND settlement.refunds_in_flight = 0
    AND (%(chosen)s::bigint[] IS NULL OR settlement.id = ANY(%(chosen)s))
    AND EXISTS (
        SELECT 1 FROM payouts_vendorreserve AS reserve
        WHERE reserve.settlement_id = settlement.id AND reserve.closed_at IS NULL
        AND reserve.release_after <= %(now)s)
    AND NOT EXISTS (
        SELECT 1 FROM payouts_settlementhold AS hold
        WHERE hold.settlement_id = settlement.id AND hold.lifted_at IS NULL)
ORDER BY settlement.id
"""
_LOCK_DUE = f"{_DUE} LIMIT %(limit)s FOR NO KEY UPDATE OF settlement SKIP LOCKED"
_OWING = """
SELECT owing.vendor_id, owing.currency
FROM payouts_ledgeraccount AS owing
JOIN payouts_ledgerbalance AS debt ON debt.account_id = owing.id
JOIN payouts_ledgeraccount AS kept
    ON kept.vendor_id = owing.vendor_id AND kept.currency = owing.currency
JOIN payouts_ledgerbalance AS reserve ON reserve.account_id = kept.id
WHERE owing.kind = 'vendor_payable' AND debt.posted_minor < 0
    AND kept.kind = 'vendor_reserve' AND reserve.posted_minor > 0
ORDER BY owing.id
"""


class ReserveTermsError(RefusedError):
    """The share or the days are out of bounds, or nobody says why."""

    code = "reserve.terms"

    def __init__(self, message: object, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NoReserveError(RefusedError):
    """The seller has no reserve that could end."""

    code = "reserve.none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveTerms:
    """So many basis points of each release wait so many days; `until` ends the policy.

    What was withheld by then still waits its days.
    """

    bps: int
    days: int
    reason: str
    until: datetime | None = None


@transaction.atomic
def set_policy(
    *, vendor_id: int, terms: ReserveTerms, actor_id: int, now: datetime
) -> ReservePolicy:
    """Let a seller's reserve begin now; one that runs ends. What was released stays so.

    Raises ReserveTermsError.
    """
    _refuse_wrong(terms, now)
    _lock_seller(vendor_id)
    ReservePolicy.objects.filter(vendor_id=vendor_id, ended_at=None).update(
        ended_at=now
    )
    policy = ReservePolicy.objects.create(
        vendor_id=vendor_id,
        bps=terms.bps,
        days=terms.days,
        reason=terms.reason.strip(),
        created_by_id=actor_id,
        valid_from=now,
        valid_to=terms.until,
    )
    audit.record(
        "reserve.set",
        subject=policy.vendor,
        actor_id=actor_id,
        reason=policy.reason,
        details={"bps": policy.bps, "days": policy.days},
        now=now,
    )
    return policy


@transaction.atomic
def end_policy(*, vendor_id: int, reason: str, actor_id: int, now: datetime) -> None:
    """Withhold nothing more; what is kept back goes when its days are over.

    Raises ReserveTermsError without a reason, NoReserveError if none runs.
    """
    if not reason.strip():
        raise ReserveTermsError(_("Say why the reserve ends."), field="reason")
    _lock_seller(vendor_id)
    policy = ReservePolicy.objects.filter(vendor_id=vendor_id, ended_at=None).first()
    if policy is None:
        raise NoReserveError(_("This seller has no reserve that could end."))
    policy.ended_at = now
    policy.save(update_fields=["ended_at"])
    audit.record(
        "reserve.ended",
        subject=policy.vendor,
        actor_id=actor_id,
        reason=reason.strip(),
        now=now,
    )


def withhold(
    *, outflows: Sequence[Outflow], sequences: Sequence[int]
) -> tuple[list[Outflow], list[Posting]]:
    """Put aside what policies ask of money that is being released.

    Writes the reserves; returns what is left to pay, and the postings (J18) for the
    caller to book with the release. `sequences` numbers each release of its settlement.
    The caller holds the settlements.
    """
    policies = _policies({outflow.settlement.vendor_id for outflow in outflows})
    left: list[Outflow] = []
    reserves: list[VendorReserve] = []
    for outflow, sequence in zip(outflows, sequences, strict=True):
        policy = policies.get(outflow.settlement.vendor_id)
        kept = _share(outflow, policy)
        if policy is not None and kept:
            reserves.append(_reserve(outflow, policy, sequence, kept))
        left.append(replace(outflow, amount_minor=outflow.amount_minor - kept))
    VendorReserve.objects.bulk_create(reserves)
    return left, [_withheld(row) for row in reserves]


@transaction.atomic
def release_reserves(
    *, now: datetime, limit: int = 100, settlement_ids: Collection[int] | None = None
) -> int:
    """Give back and pay what was kept back long enough; return how many settlements.

    Not of a sale that a hold stops or a refund is on its way for, nor to a seller who
    cannot be paid. Locks the settlements, then their reserves, balances and accounts.
    """
    chosen = None if settlement_ids is None else sorted(settlement_ids)
    ids = _due(_LOCK_DUE, {"now": now, "limit": limit, "chosen": chosen})
    if not ids:
        return 0
    rows = list(
        VendorReserve.objects.select_for_update(no_key=True)
        .filter(settlement_id__in=ids, closed_at=None, release_after__lte=now)
        .order_by("pk")
    )
    settlements = Settlement.objects.in_bulk(ids)
    amounts = [row.left_minor for row in rows]
    ledger.post_many(_given_back(row, now) for row in rows)
    for row in rows:
        row.released_minor += row.left_minor
        row.closed_at = now
    VendorReserve.objects.bulk_update(rows, ["released_minor", "closed_at"])
    send_released(
        outflows=[
            Outflow(settlements[row.settlement_id], amount, now)
            for row, amount in zip(rows, amounts, strict=True)
        ],
        now=now,
    )
    return len(ids)


def due(*, now: datetime) -> list[int]:
    """Return the settlements whose reserves `release_reserves` would give back."""
    return _due(_DUE, {"now": now, "chosen": None})


def _due(query: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return [pk for (pk,) in cursor.fetchall()]


def cover_debts(*, now: datetime) -> int:
    """Let all that `owing` names draw on their reserves; return how many did.

    Call it outside a transaction: each seller has one of their own.
    """
    return sum(
        cover_debt(vendor_id=vendor_id, currency=currency, now=now)
        for vendor_id, currency in owing()
    )


def owing() -> list[Position]:
    """Return the sellers, with the currency, who owe something and have a reserve."""
    with connection.cursor() as cursor:
        cursor.execute(_OWING)
        return [(vendor_id, currency) for vendor_id, currency in cursor.fetchall()]


@transaction.atomic
def cover_debt(*, vendor_id: int, currency: str, now: datetime) -> bool:
    """Let a seller's debt draw on their reserve; say whether it did.

    A debt is what they owe beyond all that is on its way back. Locks the reserves, then
    the seller's balance.
    """
    rows = list(
        VendorReserve.objects.select_for_update(no_key=True)
        .filter(vendor_id=vendor_id, currency=currency, closed_at=None)
        .order_by("release_after", "pk")
    )
    # Read under this lock: no release pays meanwhile what is drawn here, nor again.
    LedgerBalance.objects.select_for_update(no_key=True).get(
        account__kind=AccountKind.VENDOR_PAYABLE,
        account__vendor_id=vendor_id,
        account__currency=currency,
    )
    debt = -payable_now([vendor_id])[vendor_id, currency]
    postings = []
    drawn = []
    for row in rows:
        part = min(row.left_minor, max(0, debt))
        if part:
            debt -= part
            postings.append(_draw(row, part, now))
            drawn.append(row)
    ledger.post_many(postings)
    VendorReserve.objects.bulk_update(drawn, ["drawn_minor", "draws", "closed_at"])
    return bool(drawn)


def _draw(row: VendorReserve, part: int, now: datetime) -> Posting:
    row.drawn_minor += part
    row.draws += 1
    row.closed_at = None if row.left_minor else now
    return journals.reserve(
        key=f"reserve_draw:{row.pk}:{row.draws}",
        kind="reserve_draw",
        row=row,
        amount_minor=-part,
        booked_at=now,
    )


def _withheld(row: VendorReserve) -> Posting:
    return journals.reserve(
        key=f"reserve:{row.settlement_id}:{row.sequence}",
        kind="reserve",
        row=row,
        amount_minor=row.withheld_minor,
        booked_at=row.withheld_at,
    )


def _given_back(row: VendorReserve, now: datetime) -> Posting:
    return journals.reserve(
        key=f"reserve_release:{row.pk}",
        kind="reserve_release",
        row=row,
        amount_minor=-row.left_minor,
        booked_at=now,
    )


def _policies(vendor_ids: Iterable[int]) -> dict[int, ReservePolicy]:
    rows = ReservePolicy.objects.filter(vendor_id__in=vendor_ids, ended_at=None)
    return {row.vendor_id: row for row in rows}


def _share(outflow: Outflow, policy: ReservePolicy | None) -> int:
    if policy is None or outflow.at < policy.valid_from:
        return 0
    if policy.valid_to is not None and outflow.at >= policy.valid_to:
        return 0
    return share_bps(outflow.amount_minor, policy.bps)


def _reserve(
    outflow: Outflow, policy: ReservePolicy, sequence: int, kept: int
) -> VendorReserve:
    row = outflow.settlement
    return VendorReserve(
        settlement=row,
        sequence=sequence,
        vendor_id=row.vendor_id,
        policy=policy,
        currency=row.currency,
        withheld_minor=kept,
        withheld_at=outflow.at,
        release_after=outflow.at + timedelta(days=policy.days),
    )


def _lock_seller(vendor_id: int) -> None:
    # One change of a seller's reserve at a time; who never sold has no account yet.
    list(
        VendorPayoutAccount.objects.select_for_update(no_key=True).filter(
            vendor_id=vendor_id
        )
    )


def _refuse_wrong(terms: ReserveTerms, now: datetime) -> None:
    if not 0 < terms.bps <= MOST_BPS:
        most = MOST_BPS * 100 // BASIS_POINTS
        raise ReserveTermsError(
            _("Enter a share above 0 and up to %(most)d percent.") % {"most": most},
            field="percent",
        )
    if not 0 < terms.days <= MOST_DAYS:
        raise ReserveTermsError(
            _("Enter 1 to %(most)d days.") % {"most": MOST_DAYS}, field="days"
        )
    if not terms.reason.strip():
        raise ReserveTermsError(_("Say why: the seller reads it too."), field="reason")
    if terms.until is not None and terms.until <= now:
        raise ReserveTermsError(_("Choose a day that is to come."), field="until")
