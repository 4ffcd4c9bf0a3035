"""Book what became of a refund: J5, J6, J12 and J13, or nothing at all."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from marketplace.core.money import chargeable
from marketplace.db import outbox
from payouts.models import (
    AccountKind,
    PaymentAttempt,
    RefundLine,
    RefundRequest,
    RefundState,
    Settlement,
    SettlementLine,
    SettlementState,
)
from payouts.models.settlement import HELD_STATES
from payouts.parcels import Pocket
from payouts.selectors.owed import owed_on_payment
from payouts.services import ledger, unsent
from payouts.services.ledger import Leg, Posting
from payouts.services.parcels import held_of_lines
from payouts.services.reversals import request_reversals
from payouts.shares import Shares

_FINISHED = (RefundState.REFUNDED, RefundState.FAILED, RefundState.REFUSED)


def book_refund(
    *, request: RefundRequest, now: datetime, source: Leg | None = None
) -> None:
    """Book a refund that reached the buyer, then take the sellers' part back.

    Runs in the caller's transaction, which holds the request. Locks the settlements.
    `source` is where the buyer's money came from, if not from our balance at Stripe.
    Booking twice changes nothing.
    """
    if request.state in _FINISHED:
        return
    _book(request, now, source)
    request.state = RefundState.REFUNDED
    request.finished_at = now
    request.save()
    _tell("refund.succeeded", request, now)


def book_failure(*, request: RefundRequest, why: str, now: datetime) -> None:
    """J13: the card refused the refund, so the platform owes it to the buyer.

    The sellers' part is taken back all the same. It is never sent to the card again by
    itself: an operator finds another way.
    """
    if request.state in {RefundState.FAILED, RefundState.REFUSED}:
        return
    if request.state != RefundState.REFUNDED:
        _book(request, now)
    ledger.post(_failure_posting(request, now))
    request.state = RefundState.FAILED
    request.failure = why
    request.finished_at = now
    request.save()
    _tell("refund.failed", request, now)


@transaction.atomic
def undo_refund(*, request: RefundRequest, why: str, now: datetime) -> None:
    """Give the reservation free again: Stripe never made the refund.

    What its pieces were paid waits if they are not sent: see `payouts.services.unsent`.
    Locks the payment, the settlements and the lines.
    """
    if request.state in _FINISHED:
        return
    PaymentAttempt.objects.filter(refunds=request).update(
        refunded_minor=F("refunded_minor") - request.counted_minor
    )
    settlements = _lock_settlements(request)
    for part in _parts(request):
        line = part.settlement_line
        for row in (line, settlements[line.settlement_id]):
            add_returned(row, _shares(part), sign=-1)
        line.pieces_back -= part.pieces
        line.unsent_back -= part.unsent
        line.save()
    for settlement in settlements.values():
        settlement.refunds_in_flight -= 1
        unsent.hold_if_owed(settlement, request=request, now=now)
        settlement.save()
    request.state = RefundState.REFUSED
    request.failure = why
    request.finished_at = now
    request.save()
    _tell("refund.failed", request, now)


def add_returned(row: Settlement | SettlementLine, parts: Shares, *, sign: int) -> None:
    """Count shares as given back, or with `sign` -1 take them out again."""
    row.refunded_gross_minor += sign * parts.gross
    row.refunded_cash_minor += sign * parts.cash
    row.refunded_points_minor += sign * parts.points
    row.reversed_net_minor += sign * parts.net
    row.commission_back_minor += sign * parts.commission
    row.vat_back_minor += sign * parts.vat


def _shares(part: RefundLine) -> Shares:
    return Shares(
        gross=part.gross_minor,
        net=part.vendor_minor,
        commission=part.commission_back_minor,
        vat=part.vat_back_minor,
        cash=part.cash_minor,
        points=part.points_back_minor,
    )


def _parts(request: RefundRequest) -> list[RefundLine]:
    return list(
        request.lines.select_related("settlement_line").order_by("settlement_line_id")
    )


def _lock_settlements(request: RefundRequest) -> dict[int, Settlement]:
    ids = request.lines.values("settlement_line__settlement_id")
    rows = (
        Settlement.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _book(request: RefundRequest, now: datetime, source: Leg | None = None) -> None:
    source = source or Leg(AccountKind.STRIPE_BALANCE, -request.cash_minor)
    if request.is_orphan or not request.lines.exists():
        _note_repaid(request)
        ledger.post(_plain_posting(request, source, now))
        return
    settlements = _lock_settlements(request)
    parts = _parts(request)
    _part_held(parts, settlements)
    ledger.post(_posting(request, parts, settlements, source, now))
    owed: dict[int, int] = defaultdict(int)
    for part in parts:
        taken = part.vendor_minor - part.held_vendor_minor
        if taken:
            owed[part.settlement_line.settlement_id] += taken
    for settlement in settlements.values():
        settlement.taken_minor += owed.get(settlement.pk, 0)
        _settle(settlement, now)
    _add_kept(owed, parts)
    request.after_release_minor = sum(owed.values())
    if owed:
        request_reversals(request=request, owed=dict(owed), now=now)


def _part_held(parts: list[RefundLine], settlements: dict[int, Settlement]) -> None:
    """Note what of each part is still held: that goes first.

    Of a line that left in several parcels, some may be released already.
    """
    held: dict[int, Pocket] = {}
    for settlement in settlements.values():
        if settlement.state in HELD_STATES and settlement.is_split:
            held |= held_of_lines(settlement)
    for part in parts:
        line = part.settlement_line
        whole = Pocket(part.vendor_minor, part.commission_back_minor)
        if settlements[line.settlement_id].state not in HELD_STATES:
            whole = Pocket()
        taken = whole.at_most(held.get(line.pk, whole))
        part.held_vendor_minor = taken.net
        part.held_commission_minor = taken.commission
    RefundLine.objects.bulk_update(
        parts, ["held_vendor_minor", "held_commission_minor"]
    )


def _add_kept(owed: dict[int, int], parts: list[RefundLine]) -> None:
    """Take the platform's charge out of transfers too, where there are any."""
    for part in parts:
        settlement_id = part.settlement_line.settlement_id
        if settlement_id in owed:
            owed[settlement_id] += part.kept_commission_minor + part.kept_vat_minor


def _settle(settlement: Settlement, now: datetime) -> None:
    settlement.refunds_in_flight -= 1
    unsent.free_if_settled(settlement, now=now)
    is_all = settlement.refunded_gross_minor == settlement.gross_minor
    is_last = settlement.refunds_in_flight == 0
    if settlement.state in HELD_STATES and is_all and is_last:
        if settlement.is_partly_released:
            # Nothing is held any more; the next release says so.
            settlement.release_after = now
        else:
            settlement.state = SettlementState.CANCELLED
    settlement.save()


def _note_repaid(request: RefundRequest) -> None:
    """Note how much of a second try the buyer is still owed for the first one."""
    if request.again_minor and request.payment_id:
        owed = owed_on_payment(request.payment_id)
        request.repaid_minor = min(request.again_minor, max(0, owed))


def _plain_posting(request: RefundRequest, source: Leg, now: datetime) -> Posting:
    """J12, or what was owed: a payment that came too late, a card that refused."""
    given = -source.amount_minor
    owed = request.repaid_minor + (request.counted_minor if request.is_orphan else 0)
    return Posting(
        key=f"refund:{request.pk}",
        kind="refund",
        currency=request.currency,
        legs=[
            Leg(AccountKind.CUSTOMER_REFUND_DUE, owed),
            Leg(AccountKind.GOODWILL_EXPENSE, given - owed),
            source,
        ],
        booked_at=now,
        ref=_ref(request),
    )


def _failure_posting(request: RefundRequest, now: datetime) -> Posting:
    """J13; what went to a buyer who was owed nothing any more is simply back."""
    beyond = request.again_minor - request.repaid_minor
    return Posting(
        key=f"refund_failed:{request.pk}",
        kind="refund_failed",
        currency=request.currency,
        legs=[
            Leg(AccountKind.STRIPE_BALANCE, request.cash_minor),
            Leg(AccountKind.CUSTOMER_REFUND_DUE, beyond - request.cash_minor),
            Leg(AccountKind.GOODWILL_EXPENSE, -beyond),
        ],
        booked_at=now,
        ref={"refund": request.stripe_id, "order": request.order_id},
    )


def _posting(
    request: RefundRequest,
    parts: list[RefundLine],
    settlements: dict[int, Settlement],
    source: Leg,
    now: datetime,
) -> Posting:
    """J5 for what is held, J6 for what was released; J10 where the bank took it."""
    legs = [
        source,
        # The buyer has this already: the sellers' part pays the goodwill back. Where
        # cards take only tens of the minor unit it is what the charge was rounded by.
        Leg(
            AccountKind.GOODWILL_EXPENSE
            if chargeable(1, request.currency) == 1
            else AccountKind.ROUNDING,
            -source.amount_minor - sum(part.cash_minor for part in parts),
        ),
        Leg(AccountKind.PROMO_EXPENSE, -sum(part.promo_back_minor for part in parts)),
        Leg(
            AccountKind.POINTS_LIABILITY,
            -sum(part.points_back_minor for part in parts),
        ),
    ]
    for part in parts:
        settlement = settlements[part.settlement_line.settlement_id]
        legs += _legs_of(part, settlement)
    return Posting(
        key=f"refund:{request.pk}",
        kind="refund",
        currency=request.currency,
        legs=legs,
        booked_at=now,
        ref=_ref(request),
    )


def _legs_of(part: RefundLine, settlement: Settlement) -> list[Leg]:
    row, vendor = settlement.pk, settlement.vendor_id
    held, deferred = part.held_vendor_minor, part.held_commission_minor
    due, earned = part.vendor_minor - held, part.commission_back_minor - deferred
    return [
        Leg(AccountKind.VENDOR_HELD, held, vendor, row),
        Leg(AccountKind.VENDOR_PAYABLE, due, vendor, row),
        Leg(AccountKind.COMMISSION_DEFERRED, deferred, settlement_id=row),
        Leg(AccountKind.COMMISSION_REVENUE, earned, settlement_id=row),
        Leg(AccountKind.VAT_ON_COMMISSION, part.vat_back_minor, settlement_id=row),
        *_kept_legs(part, settlement),
    ]


def _kept_legs(part: RefundLine, settlement: Settlement) -> list[Leg]:
    """Earn the platform's charge at once, out of what the seller is due."""
    kept, vat, row = part.kept_commission_minor, part.kept_vat_minor, settlement.pk
    return [
        Leg(AccountKind.VENDOR_PAYABLE, kept + vat, settlement.vendor_id, row),
        Leg(AccountKind.COMMISSION_REVENUE, -kept, settlement_id=row),
        Leg(AccountKind.VAT_ON_COMMISSION, -vat, settlement_id=row),
    ]


def _ref(request: RefundRequest) -> dict[str, Any]:
    return {
        "order": request.order_id,
        "refund": request.stripe_id,
        "reason": request.reason,
    }


def _tell(topic: str, request: RefundRequest, now: datetime) -> None:
    lines = _parts(request)
    vendor_orders = Settlement.objects.filter(
        lines__refund_lines__request=request
    ).distinct()
    outbox.emit(
        topic=topic,
        key=str(request.pk),
        now=now,
        payload={
            "order": request.order_id,
            "origin": request.origin,
            "cash_minor": request.cash_minor,
            "points_minor": sum(line.points_back_minor for line in lines),
            "vendor_orders": list(
                vendor_orders.order_by("pk").values_list("vendor_order_id", flat=True)
            ),
        },
    )
