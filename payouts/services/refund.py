"""Give a buyer's money back: reserve under lock, ask Stripe, book the answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, half_up
from payouts.models import (
    PaymentAttempt,
    PaymentStatus,
    RefundBearer,
    RefundLine,
    RefundRequest,
    RefundState,
    Settlement,
    SettlementLine,
    SettlementState,
)
from payouts.services.capture import send_refund
from payouts.services.refund_booking import add_returned, book_refund
from payouts.shares import Shares, refund_shares

_REFUNDABLE = frozenset(SettlementState) - {SettlementState.UNPAID}


class NotRefundableError(RefusedError):
    """Nothing, or less than asked, is left to refund."""

    code = "refund.not_refundable"


class SentAlreadyError(RefusedError):
    """The token of a refund came again, with something else than it asked for."""

    code = "refund.sent_already"


@dataclass(frozen=True, slots=True)
class RefundLineInput:
    """`gross_minor` of a frozen line: how it was paid decides cash and points."""

    line_id: int
    gross_minor: int


@transaction.atomic
def request_refund(
    *,
    order_id: int,
    lines: Sequence[RefundLineInput],
    reason: str,
    token: str,
    now: datetime,
) -> RefundRequest:
    """Reserve a refund of lines of one order and ask Stripe for its cash.

    The frozen numbers decide what sellers and platform give back. The same token gives
    the same request. Locks the payment, the settlements and the lines. The card gets
    what goodwill has not given already; where no cash is due, it is booked at once.

    Raises NotRefundableError if a line has less left than asked, or nothing was paid.
    """
    payment = _lock_payment(order_id)
    rows = _lock_lines(order_id, lines)
    # Asked under the locks: the same click may have come twice at once.
    known = RefundRequest.objects.filter(token=token).first()
    if known is not None:
        return known
    parts = [
        _reserve(rows[line.line_id], line.gross_minor)
        for line in sorted(lines, key=lambda line: line.line_id)
    ]
    request = RefundRequest.objects.create(
        order_id=order_id,
        payment=payment,
        token=token,
        reason=reason,
        bearer=RefundBearer.VENDOR,
        state=RefundState.REFUNDING,
        currency=next(iter(rows.values())).settlement.currency,
        cash_minor=_cash_due(payment, sum(part.cash_minor for part in parts)),
        created_at=now,
    )
    _write_parts(request, parts, rows.values())
    _send(request, payment, now)
    return request


def _write_parts(
    request: RefundRequest,
    parts: Sequence[RefundLine],
    lines: Iterable[SettlementLine],
) -> None:
    for part in parts:
        part.request = request
    RefundLine.objects.bulk_create(parts)
    settlements = {line.settlement_id: line.settlement for line in lines}
    for settlement in settlements.values():
        settlement.refunds_in_flight += 1
        settlement.save()


def request_refund_of_vendor_order(
    *, vendor_order_id: int, reason: str, token: str, now: datetime
) -> RefundRequest:
    """Refund all that is left of a vendor order, shipping included.

    Raises NotRefundableError if nothing is left.
    """
    lines = SettlementLine.objects.filter(
        settlement__vendor_order_id=vendor_order_id,
        gross_minor__gt=F("refunded_gross_minor"),
    ).select_related("settlement")
    wanted = [
        RefundLineInput(line.pk, line.gross_minor - line.refunded_gross_minor)
        for line in lines
    ]
    known = RefundRequest.objects.filter(token=token).first()
    if known is not None:
        return known
    if not wanted:
        raise NotRefundableError(_("Nothing of this order is left to refund."))
    return request_refund(
        order_id=lines[0].settlement.order_id,
        lines=wanted,
        reason=reason,
        token=token,
        now=now,
    )


def units_left(line: SettlementLine) -> int:
    """Return how many units of a line were not refunded, counted by their price."""
    done = half_up(line.refunded_gross_minor * line.quantity, line.gross_minor or 1)
    return line.quantity - done


def price_of_quantity(*, line_id: int, quantity: int) -> int:
    """Return the gross minor units that `quantity` further units of a line are worth.

    Cumulative, so that the last unit takes what rounding has left; units are counted
    by what was refunded before.

    Raises NotRefundableError if fewer units are left.
    """
    line = SettlementLine.objects.get(pk=line_id)
    left = line.gross_minor - line.refunded_gross_minor
    rest = units_left(line)
    if not 0 < quantity <= rest:
        raise NotRefundableError(_("Fewer units of this line are left to refund."))
    done = line.quantity - rest
    upto = half_up(line.gross_minor * (done + quantity), line.quantity)
    return min(left, upto - line.refunded_gross_minor)


def is_requested(*, token: str, cash_minor: int, reason: str) -> bool:
    """Say whether this refund was asked for by this token, whatever became of it.

    Raises SentAlreadyError if another was: of other cash, or for another reason.
    """
    known = RefundRequest.objects.filter(token=token).first()
    if known is None:
        return False
    if known.cash_minor != cash_minor:
        words = _(
            "This form was sent already with another amount: %(amount)s. "
            "Open the order again."
        )
        cash = Money(known.cash_minor, known.currency)
        raise SentAlreadyError(words % {"amount": cash})
    if known.reason != reason:
        words = _(
            "This form was sent already with another reason: “%(reason)s” "
            "Open the order again."
        )
        raise SentAlreadyError(words % {"reason": known.reason})
    return True


def is_booked(*, refund_id: int) -> bool:
    """Say whether a refund stands in the books.

    A card may refuse what was booked; what Stripe never made was not.
    """
    booked = RefundRequest.objects.filter(
        state__in=(RefundState.REFUNDED, RefundState.FAILED)
    )
    return booked.filter(pk=refund_id).exists()


@transaction.atomic
def request_goodwill(
    *, order_id: int, cash_minor: int, reason: str, token: str, now: datetime
) -> RefundRequest:
    """Give cash back at the platform's expense: sellers keep theirs.

    Locks the payment. Raises NotRefundableError if the buyer paid less than that.
    """
    payment = _lock_payment(order_id)
    known = RefundRequest.objects.filter(token=token).first()
    if known is not None:
        return known
    if payment is None or cash_minor <= 0:
        raise NotRefundableError(_("This order was not paid by card."))
    request = RefundRequest.objects.create(
        order_id=order_id,
        payment=payment,
        token=token,
        reason=reason,
        bearer=RefundBearer.PLATFORM,
        state=RefundState.REFUNDING,
        currency=payment.currency,
        cash_minor=cash_minor,
        created_at=now,
    )
    _send(request, payment, now)
    return request


def _cash_due(payment: PaymentAttempt | None, cash_minor: int) -> int:
    """Return what the card still has to get of a refund's cash."""
    if payment is None:
        return cash_minor
    left = payment.amount_minor - payment.refunded_minor
    if cash_minor - left > _uncovered_goodwill(payment):
        # What Stripe may yet refuse cannot be counted as given.
        raise NotRefundableError(
            _(
                "Other money of this order is still on its way to the buyer, which may "
                "take some days at their bank. Nothing was changed; please try again "
                "when it has arrived."
            )
        )
    return min(cash_minor, left)


def _uncovered_goodwill(payment: PaymentAttempt) -> int:
    """Return what goodwill gave and no refund of lines has counted on so far."""
    requests = RefundRequest.objects.filter(payment=payment)
    goodwill = requests.filter(
        bearer=RefundBearer.PLATFORM,
        state__in=(RefundState.REFUNDED, RefundState.FAILED),
    )
    returns = requests.filter(bearer=RefundBearer.VENDOR).exclude(
        state=RefundState.REFUSED
    )
    lines = RefundLine.objects.filter(request__in=returns)
    return _cash_of(goodwill) + _cash_of(returns) - _cash_of(lines)


def _cash_of(rows: QuerySet[RefundRequest] | QuerySet[RefundLine]) -> int:
    return rows.aggregate(all=Sum("cash_minor"))["all"] or 0


def _lock_payment(order_id: int) -> PaymentAttempt | None:
    return (
        PaymentAttempt.objects.select_for_update()
        .filter(order_id=order_id, status=PaymentStatus.SUCCEEDED)
        .first()
    )


def _lock_lines(
    order_id: int, wanted: Sequence[RefundLineInput]
) -> dict[int, SettlementLine]:
    ids = [line.line_id for line in wanted]
    settlements = {
        row.pk: row
        for row in Settlement.objects.select_for_update()
        .filter(order_id=order_id, lines__in=ids)
        .order_by("pk")
    }
    lines = SettlementLine.objects.select_for_update().filter(
        pk__in=ids, settlement__in=settlements
    )
    rows = {row.pk: row for row in lines.order_by("pk")}
    if not ids or len(rows) != len(ids):
        raise NotRefundableError(_("These lines are not of this order."))
    for row in rows.values():
        row.settlement = settlements[row.settlement_id]
        if row.settlement.state not in _REFUNDABLE:
            raise NotRefundableError(_("This order has not been paid."))
    return rows


def _reserve(line: SettlementLine, gross_minor: int) -> RefundLine:
    try:
        parts = refund_shares(
            line=_frozen(line), returned=_returned(line), gross_minor=gross_minor
        )
    except ValueError as error:
        left = line.gross_minor - line.refunded_gross_minor
        raise _too_much(left, line.settlement.currency) from error
    for row in (line, line.settlement):
        add_returned(row, parts, sign=1)
    line.save()
    return RefundLine(
        settlement_line=line,
        gross_minor=parts.gross,
        cash_minor=parts.cash,
        promo_back_minor=parts.promo,
        points_back_minor=parts.points,
        commission_back_minor=parts.commission,
        vat_back_minor=parts.vat,
        vendor_minor=parts.net,
    )


def _frozen(line: SettlementLine) -> Shares:
    return Shares(
        gross=line.gross_minor,
        net=line.net_minor,
        commission=line.commission_minor,
        vat=line.commission_vat_minor,
        cash=line.cash_minor,
        points=line.points_minor,
    )


def _returned(line: SettlementLine) -> Shares:
    return Shares(
        gross=line.refunded_gross_minor,
        net=line.reversed_net_minor,
        commission=line.commission_back_minor,
        vat=line.vat_back_minor,
        cash=line.refunded_cash_minor,
        points=line.refunded_points_minor,
    )


def _send(
    request: RefundRequest, payment: PaymentAttempt | None, now: datetime
) -> None:
    if request.cash_minor == 0:
        book_refund(request=request, now=now)
        return
    if payment is None:
        raise NotRefundableError(_("This order was not paid by card."))
    left = payment.amount_minor - payment.refunded_minor
    if request.cash_minor > left:
        raise _too_much(left, request.currency)
    payment.refunded_minor += request.cash_minor
    payment.save(update_fields=["refunded_minor"])
    send_refund(request=request, attempt=payment, now=now)


def _too_much(left: int, currency: str) -> NotRefundableError:
    if not left:
        return NotRefundableError(_("All of it has gone back already."))
    words = _("Only %(left)s of it is left to refund.")
    return NotRefundableError(words % {"left": Money(left, currency)})
