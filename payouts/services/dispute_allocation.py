"""A dispute was lost: say who bears it, and book that (J10, J11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, split
from marketplace.db import outbox
from payouts.bank_words import disputed_words
from payouts.models import (
    AccountKind,
    Dispute,
    DisputeAllocation,
    PaymentAttempt,
    PaymentStatus,
    RefundBearer,
    RefundOrigin,
    RefundRequest,
    RefundState,
    Settlement,
    SettlementLine,
)
from payouts.services import exchange, journals, ledger
from payouts.services.dispute import hold_or_free
from payouts.services.ledger import Leg
from payouts.services.refund_booking import book_refund
from payouts.services.refund_reserving import (
    amounts_of,
    grosses_of_cash,
    lock_lines,
    reserve_all,
    write_parts,
)


class NotAllocatableError(RefusedError):
    """It is not lost, was allocated before, or the shares do not add up."""

    code = "dispute.not_allocatable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one settlement's side bears of a lost dispute, in minor units.

    The platform bears the amount where the seller does not; `fee_minor` is the seller's
    part of the bank's fee, none if the platform bears it.
    """

    settlement_id: int
    amount_minor: int
    bearer: RefundBearer = RefundBearer.VENDOR
    fee_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How a lost dispute would be shared out by the rules.

    `most` is what each settlement can bear: the cash of it that was not given back.
    `nobodys` is what no line covers, so that the platform bears it.
    """

    shares: tuple[Share, ...]
    most: Mapping[int, int]
    nobodys: int
    fee_is_sellers: bool


def propose(*, dispute: Dispute) -> Proposal:
    """Share a dispute out over its vendor orders; reads without a lock.

    By the cash that is left of each (largest remainder). Sellers are liable; they bear
    the bank's fee too if its reason is theirs (DISPUTE_FEE_REASONS).
    """
    most = _cash_left(dispute.payment, _lines_of(dispute.payment))
    covered = min(dispute.amount_minor, sum(most.values()))
    amounts = split(covered, list(most.values())) if most else []
    by_fault = dispute.reason in settings.DISPUTE_FEE_REASONS
    # Stripe's fee goes with what was disputed, to the last cent.
    fee = dispute.fee_minor if by_fault and covered else 0
    fees = split(fee, amounts) if amounts else []
    shares = tuple(
        Share(settlement_id=settlement_id, amount_minor=amount, fee_minor=fee_minor)
        for settlement_id, amount, fee_minor in zip(most, amounts, fees, strict=True)
        if amount
    )
    return Proposal(
        shares=shares,
        most=most,
        nobodys=dispute.amount_minor - covered,
        fee_is_sellers=by_fault,
    )


@transaction.atomic
def allocate(
    *,
    dispute_id: int,
    shares: Sequence[Share],
    decision: str,
    decided_by: int,
    now: datetime,
) -> None:
    """Book who bears a lost dispute, and let the rest of the sellers' money go on.

    What a seller bears is taken as a refund of their lines is, commission and all, so
    that nothing of it can be given back a second time; the bank's fee is theirs to owe.
    What the shares leave of the amount is the platform's. Locks the payment, the
    dispute, the settlements and lines. The same decision twice changes nothing.

    Raises NotAllocatableError if it cannot be done so.
    """
    payment, dispute = _lock(dispute_id)
    if dispute.allocated_at is not None and _is_same(dispute, shares):
        return
    _refuse_wrong_moment(payment, dispute)
    lines = _lock_lines(payment)
    _refuse_wrong_shares(payment, dispute, shares, list(lines.values()))
    for share in sorted(shares, key=lambda each: each.settlement_id):
        _bear(payment, dispute, share, lines, now)
    rest = dispute.amount_minor - sum(share.amount_minor for share in shares)
    if rest:
        _bear_as_platform(payment, dispute, rest, None, now)
    dispute.allocated_at = now
    dispute.decision = decision.strip()
    dispute.decided_by_id = decided_by
    dispute.save()
    hold_or_free(dispute=dispute, now=now)
    outbox.emit(topic="dispute.allocated", key=str(dispute.pk), now=now)


def _lock(dispute_id: int) -> tuple[PaymentAttempt, Dispute]:
    payments = PaymentAttempt.objects.select_for_update(no_key=True)
    payment = payments.get(disputes=dispute_id)
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=dispute_id)
    dispute.payment = payment
    return payment, dispute


def _is_same(dispute: Dispute, shares: Sequence[Share]) -> bool:
    known = dispute.allocations.exclude(settlement=None)
    columns = ("settlement_id", "amount_minor", "bearer", "fee_minor")
    return set(known.values_list(*columns)) == {
        (share.settlement_id, share.amount_minor, share.bearer, share.fee_minor)
        for share in shares
    }


def _refuse_wrong_moment(payment: PaymentAttempt, dispute: Dispute) -> None:
    if dispute.allocated_at is not None:
        raise NotAllocatableError(
            _("Somebody has decided who bears it already. Open the case again.")
        )
    if not dispute.waits_for_allocation:
        raise NotAllocatableError(_("The bank has not decided against you."))
    if dispute.currency != payment.currency:
        raise NotAllocatableError(
            _("The bank took another currency than the buyer paid: ask your developer.")
        )
    on_the_way = payment.refunds.filter(
        state__in=(RefundState.REQUESTED, RefundState.REFUNDING)
    )
    if on_the_way.exists():
        raise NotAllocatableError(
            _(
                "A refund of this order is on its way to the buyer, which may take "
                "some days at their bank. Decide when it has arrived."
            )
        )


def _lines_of(payment: PaymentAttempt) -> list[SettlementLine]:
    lines = SettlementLine.objects.filter(settlement__order_id=payment.order_id)
    return list(lines.order_by("pk"))


def _lock_lines(payment: PaymentAttempt) -> dict[int, SettlementLine]:
    # A payment that came too late was for no settlement: it is the platform's.
    if payment.status != PaymentStatus.SUCCEEDED:
        return {}
    return lock_lines(payment.order_id)


def _cash_left(
    payment: PaymentAttempt, lines: Sequence[SettlementLine]
) -> dict[int, int]:
    left: dict[int, int] = {}
    if payment.status != PaymentStatus.SUCCEEDED:
        return left
    for line in sorted(lines, key=lambda row: (row.settlement_id, row.pk)):
        rest = line.cash_minor - line.refunded_cash_minor
        left[line.settlement_id] = left.get(line.settlement_id, 0) + rest
    return left


def _refuse_wrong_shares(
    payment: PaymentAttempt,
    dispute: Dispute,
    shares: Sequence[Share],
    lines: Sequence[SettlementLine],
) -> None:
    most = _cash_left(payment, lines)
    chosen = [share.settlement_id for share in shares]
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(most):
        raise NotAllocatableError(_("These are not the sellers of this payment."))
    for share in shares:
        if not 0 <= share.amount_minor <= most[share.settlement_id]:
            left = Money(most[share.settlement_id], dispute.currency)
            raise NotAllocatableError(
                _("Of one seller’s part only %(left)s is left to take.")
                % {"left": left}
            )
    _refuse_wrong_sums(dispute, shares)


def _refuse_wrong_sums(dispute: Dispute, shares: Sequence[Share]) -> None:
    if sum(share.amount_minor for share in shares) > dispute.amount_minor:
        raise NotAllocatableError(_("That is more than the bank took."))
    fees = [share.fee_minor for share in shares]
    if min(fees, default=0) < 0 or sum(fees) > dispute.fee_minor:
        raise NotAllocatableError(_("That is more than the bank’s fee."))


def _bear(
    payment: PaymentAttempt,
    dispute: Dispute,
    share: Share,
    lines: Mapping[int, SettlementLine],
    now: datetime,
) -> None:
    mine = [row for row in lines.values() if row.settlement_id == share.settlement_id]
    settlement = mine[0].settlement
    if not share.amount_minor:
        _write(dispute, share, settlement, None, now)
        return
    if share.bearer == RefundBearer.PLATFORM:
        _bear_as_platform(payment, dispute, share.amount_minor, settlement, now, share)
        return
    request = _request(payment, dispute, share.amount_minor, settlement, now)
    wanted = grosses_of_cash(mine, share.amount_minor)
    if wanted:
        touched = {row.pk: row for row in mine if row.pk in wanted}
        write_parts(request, reserve_all(touched, amounts_of(wanted)), touched.values())
    _book(request, share.amount_minor, now)
    _write(dispute, share, settlement, request, now)


def _bear_as_platform(
    payment: PaymentAttempt,
    dispute: Dispute,
    amount_minor: int,
    settlement: Settlement | None,
    now: datetime,
    share: Share | None = None,
) -> None:
    request = _request(
        payment, dispute, amount_minor, settlement, now, RefundBearer.PLATFORM
    )
    _book(request, amount_minor, now)
    share = share or Share(
        settlement_id=0, amount_minor=amount_minor, bearer=RefundBearer.PLATFORM
    )
    _write(dispute, share, settlement, request, now)


def _request(
    payment: PaymentAttempt,
    dispute: Dispute,
    amount_minor: int,
    settlement: Settlement | None,
    now: datetime,
    bearer: RefundBearer = RefundBearer.VENDOR,
) -> RefundRequest:
    # What goodwill gave before counts already: the payment never counts beyond itself.
    counted = min(amount_minor, payment.amount_minor - payment.refunded_minor)
    payment.refunded_minor += counted
    payment.save(update_fields=["refunded_minor"])
    name = settlement.pk if settlement else "nobody"
    return RefundRequest.objects.create(
        order_id=payment.order_id,
        payment=payment,
        token=f"dispute:{dispute.pk}:{name}",
        reason=disputed_words(dispute.reason),
        bearer=bearer,
        origin=RefundOrigin.DISPUTE,
        state=RefundState.REFUNDING,
        currency=payment.currency,
        cash_minor=counted,
        created_at=now,
    )


def _book(request: RefundRequest, amount_minor: int, now: datetime) -> None:
    source = Leg(AccountKind.DISPUTED_FUNDS, -amount_minor)
    book_refund(request=request, now=now, source=source)


def _write(
    dispute: Dispute,
    share: Share,
    settlement: Settlement | None,
    request: RefundRequest | None,
    now: datetime,
) -> None:
    allocation = DisputeAllocation.objects.create(
        dispute=dispute,
        settlement=settlement,
        bearer=share.bearer,
        amount_minor=share.amount_minor,
        fee_minor=share.fee_minor,
        refund=request,
        created_at=now,
    )
    if settlement is not None and share.fee_minor:
        posting = journals.dispute_fee(
            allocation=allocation,
            settlement=settlement,
            taken=exchange.settled(
                dispute.payment, share.fee_minor, settlement.currency
            ),
            booked_at=now,
        )
        ledger.post(posting)
