"""Refunds that somebody made in Stripe's dashboard: ours to book, and to allocate."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from payouts.gateway import RefundFacts
from payouts.models import (
    PaymentAttempt,
    PaymentStatus,
    RefundBearer,
    RefundLine,
    RefundOrigin,
    RefundRequest,
    RefundState,
    SettlementLine,
)
from payouts.selectors.owed import counted, owed_on_payment
from payouts.services.capture import CAPTURED
from payouts.services.refund_booking import book_refund
from payouts.services.refund_reserving import (
    NotRefundableError,
    amounts_of,
    grosses_of_cash,
    lock_lines,
    lock_payment,
    reserve_all,
    write_parts,
)


@transaction.atomic
def adopt_refund(*, facts: RefundFacts, now: datetime) -> RefundRequest | None:
    """Take in a refund of our payment that none of our commands made.

    First it pays what the buyer is owed because the card refused a refund. The rest
    lowers what can be refunded from now on; the platform bears it until somebody
    allocates it. Of a payment that reached a dead order it pays what is owed of that.
    Locks the payment. None if the payment is none of ours, or what is reserved on it
    does not leave room yet: Stripe will refuse one of the two.
    """
    payment = (
        PaymentAttempt.objects.select_for_update(no_key=True)
        .filter(payment_intent_id=facts.payment_intent_id or None)
        .first()
    )
    known = RefundRequest.objects.select_for_update(no_key=True)
    if (found := known.filter(stripe_id=facts.refund_id).first()) is not None:
        return found
    if payment is None or payment.status not in CAPTURED:
        return None
    again = _again(payment, facts.amount_minor)
    if again is None:
        return None
    payment.refunded_minor += facts.amount_minor - again
    payment.save(update_fields=["refunded_minor"])
    return RefundRequest.objects.create(
        order_id=payment.order_id,
        payment=payment,
        token=f"stripe:{facts.refund_id}",
        reason="Refunded by hand at Stripe.",
        bearer=RefundBearer.PLATFORM,
        is_orphan=payment.status == PaymentStatus.RETURNED,
        origin=RefundOrigin.STRIPE,
        state=RefundState.REFUNDING,
        currency=payment.currency,
        cash_minor=facts.amount_minor,
        again_minor=again,
        stripe_id=facts.refund_id,
        created_at=facts.created_at or now,
    )


def _again(payment: PaymentAttempt, amount_minor: int) -> int | None:
    """Return how much of a refund by hand was counted before, or None without room.

    Stripe lets what a card refused be refunded once more, also when it was paid from
    our bank meanwhile.
    """
    rows = RefundRequest.objects.filter(payment=payment)
    on_its_way = rows.filter(state=RefundState.REFUNDING)
    arrived = rows.filter(state__in=(RefundState.REFUNDING, RefundState.REFUNDED))
    came_back = rows.filter(state=RefundState.FAILED).aggregate(
        all=Sum(counted(), default=0)
    )["all"]
    most = came_back - arrived.aggregate(all=Sum("again_minor", default=0))["all"]
    owed = owed_on_payment(payment.pk)
    owed -= on_its_way.aggregate(all=Sum("again_minor", default=0))["all"]
    room = payment.amount_minor - payment.refunded_minor
    again = max(0, min(amount_minor, owed, most), amount_minor - room)
    return again if again <= max(0, most) else None


def left_to_allocate(request: RefundRequest) -> int:
    """Return how much cash of a refund made at Stripe no seller has borne yet."""
    parts = RefundLine.objects.filter(request__allocates=request)
    taken = parts.aggregate(all=Sum("cash_minor"))["all"] or 0
    return request.counted_minor - taken


@transaction.atomic
def allocate_refund(
    *,
    refund_id: int,
    amounts: Mapping[int, int],
    reason: str,
    token: str,
    now: datetime,
) -> RefundRequest:
    """Let sellers bear a refund that was made at Stripe; no money moves to the card.

    `amounts` maps settlements to cash of theirs. It is taken as a refund of their lines
    is, and pays back what the platform bore. The same token allocates once. Locks the
    payment, the settlements and lines.

    Raises NotRefundableError if there is less to allocate, or less left of a seller's.
    """
    refund = RefundRequest.objects.get(pk=refund_id)
    payment = lock_payment(refund.order_id)
    known = RefundRequest.objects.filter(token=token).first()
    if known is not None:
        return known
    _refuse_wrong_amounts(refund, amounts)
    lines = lock_lines(refund.order_id)
    wanted: dict[int, int] = {}
    for settlement_id, cash_minor in amounts.items():
        mine = [row for row in lines.values() if row.settlement_id == settlement_id]
        wanted |= _wanted(mine, cash_minor, refund.currency)
    request = RefundRequest.objects.create(
        order_id=refund.order_id,
        payment=payment,
        token=token,
        reason=reason.strip(),
        bearer=RefundBearer.VENDOR,
        origin=RefundOrigin.ALLOCATION,
        allocates=refund,
        state=RefundState.REFUNDING,
        currency=refund.currency,
        cash_minor=0,
        created_at=now,
    )
    touched = {line_id: lines[line_id] for line_id in wanted}
    write_parts(request, reserve_all(touched, amounts_of(wanted)), touched.values())
    book_refund(request=request, now=now)
    return request


def _refuse_wrong_amounts(refund: RefundRequest, amounts: Mapping[int, int]) -> None:
    is_ours_to_bear = refund.origin == RefundOrigin.STRIPE and not refund.is_orphan
    if not is_ours_to_bear or refund.state not in {
        RefundState.REFUNDED,
        RefundState.FAILED,
    }:
        raise NotRefundableError(
            _("Only a refund that was made at Stripe, and has arrived, is allocated.")
        )
    left = left_to_allocate(refund)
    if not 0 < sum(amounts.values()) <= left or min(amounts.values()) < 0:
        raise NotRefundableError(
            _("Allocate at most %(left)s, and more than nothing.")
            % {"left": Money(left, refund.currency)}
        )


def _wanted(
    lines: list[SettlementLine], cash_minor: int, currency: str
) -> dict[int, int]:
    if not cash_minor:
        return {}
    left = sum(row.cash_minor - row.refunded_cash_minor for row in lines)
    if cash_minor > left:
        raise NotRefundableError(
            _("Of one seller’s part only %(left)s is left to take.")
            % {"left": Money(left, currency)}
        )
    return grosses_of_cash(lines, cash_minor)
