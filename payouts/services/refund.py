"""Give a buyer's money back: reserve under lock, ask Stripe, book the answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, chargeable, half_up
from payouts.models import (
    LineKind,
    PaymentAttempt,
    RefundBearer,
    RefundLine,
    RefundRequest,
    RefundState,
    SettlementLine,
)
from payouts.services.capture import send_refund
from payouts.services.refund_booking import book_refund
from payouts.services.refund_reserving import (
    DisputedError,
    NotRefundableError,
    RefundLineInput,
    lock_lines,
    lock_payment,
    refuse_disputed,
    reserve_all,
    too_much,
    write_parts,
)

__all__ = [
    "DisputedError",
    "NotRefundableError",
    "RefundLineInput",
    "SentAlreadyError",
    "cash_due",
    "count_for_sale",
    "given_in_sellers_place",
    "is_booked",
    "is_line_refund_requested",
    "is_requested",
    "price_of_quantity",
    "request_goodwill",
    "request_refund",
    "request_refund_of_vendor_order",
    "was_sent",
]


class SentAlreadyError(RefusedError):
    """The token of a refund came again, with something else than it asked for."""

    code = "refund.sent_already"


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
    what goodwill, or what a carrier is to bear, has not given already; where no cash is
    due, it is booked at once.

    Raises NotRefundableError if a line has less left than asked, or nothing was paid;
    DisputedError if the buyer's bank has called the payment into question.
    """
    payment = lock_payment(order_id)
    rows = lock_lines(order_id, [line.line_id for line in lines])
    # Asked under the locks: the same click may have come twice at once.
    known = RefundRequest.objects.filter(token=token).first()
    if known is not None:
        return known
    parts = reserve_all(rows, lines, keeps_fee=True)
    request = RefundRequest.objects.create(
        order_id=order_id,
        payment=payment,
        token=token,
        reason=reason,
        bearer=RefundBearer.VENDOR,
        state=RefundState.REFUNDING,
        currency=next(iter(rows.values())).settlement.currency,
        cash_minor=_left_for_card(parts, rows.values(), payment),
        created_at=now,
    )
    write_parts(request, parts, rows.values())
    _send(request, payment, now)
    return request


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


def price_of_quantity(*, line_id: int, quantity: int) -> int:
    """Return the gross minor units that `quantity` further units of a line are worth.

    Cumulative, so that the last unit takes what rounding has left. Amounts that went
    back without units have made each that is left cheaper, all by the same share.

    Raises NotRefundableError if fewer units are left, or they are worth nothing.
    """
    line = SettlementLine.objects.get(pk=line_id)
    left = line.gross_minor - line.refunded_gross_minor
    rest = line.units_left
    if not 0 < quantity <= rest:
        raise NotRefundableError(_("Fewer units of this line are left to refund."))
    if quantity == rest:
        return left
    done = line.pieces_back
    before = half_up(line.gross_minor * done, line.quantity)
    upto = half_up(line.gross_minor * (done + quantity), line.quantity)
    whole = line.gross_minor - before
    worth = half_up(left * (upto - before), whole) if whole else 0
    if not worth:
        raise NotRefundableError(
            _(
                "So few pieces of it are worth less than the smallest coin: give more "
                "of them back at once, or an amount."
            )
        )
    return worth


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


def was_sent(*, token: str) -> bool:
    """Say whether a refund was asked for by this token, whatever became of it."""
    return RefundRequest.objects.filter(token=token).exists()


def is_line_refund_requested(*, token: str, wanted: Mapping[int, int]) -> bool:
    """Say whether so much of these lines was asked for by this token already.

    The delivery may have gone back with them: nothing was left to deliver. Raises
    SentAlreadyError if the token asked for something else.
    """
    known = RefundRequest.objects.filter(token=token).first()
    if known is None:
        return False
    if _without_delivery(known, wanted) != wanted:
        raise SentAlreadyError(
            _("This form was sent already with other amounts. Open the order again.")
        )
    return True


def _without_delivery(
    known: RefundRequest, wanted: Mapping[int, int]
) -> dict[int, int]:
    """Map the lines of a refund to what went back, but delivery nobody asked for."""
    lines = known.lines.exclude(
        ~Q(settlement_line__in=list(wanted)),
        settlement_line__kind=LineKind.SHIPPING,
    )
    return dict(lines.values_list("settlement_line", "gross_minor"))


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
    payment = lock_payment(order_id)
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


def count_for_sale(*, token: str, settlement_id: int) -> None:
    """Say that goodwill was given for a sale, in the place of its seller.

    Later refunds of the sale count on it. Call it in the transaction that gave it.
    """
    RefundRequest.objects.filter(token=token, bearer=RefundBearer.PLATFORM).update(
        in_place_of=settlement_id
    )


def _left_for_card(
    parts: Iterable[RefundLine],
    rows: Iterable[SettlementLine],
    payment: PaymentAttempt | None,
) -> int:
    """Return what the card still has to get of what was reserved of some lines."""
    cash_minor = sum(part.cash_minor for part in parts)
    settlements = {row.settlement_id for row in rows}
    return cash_due(payment, cash_minor, settlements=settlements)


def cash_due(
    payment: PaymentAttempt | None,
    cash_minor: int,
    *,
    settlements: Collection[int] = (),
) -> int:
    """Return what the card still has to get of a refund's cash of these sales.

    What a carrier or the market bears of them in the seller's place was given for the
    very things: it counts first. A gift counts only once nothing else of the payment is
    left.
    """
    if payment is None:
        return cash_minor
    cash_minor = _in_steps(payment, cash_minor)
    had = min(cash_minor, given_in_sellers_place(settlements))
    cash_minor -= had
    left = payment.amount_minor - payment.refunded_minor
    # Rounding to what cards take may leave lines with more than their refunds had.
    if cash_minor - left > max(0, _uncovered_goodwill(payment) - had):
        raise _on_its_way()
    return min(cash_minor, left)


def given_in_sellers_place(settlements: Collection[int]) -> int:
    """Return what others bear of sales, and no refund has counted on so far.

    That is a carrier, or the market where it decided a problem so.

    Raises NotRefundableError while it is on its way: what Stripe may yet refuse cannot
    be counted as given.
    """
    borne = RefundRequest.objects.filter(
        Q(carrier_claim__parcel__vendor_order__settlement__in=settlements)
        | Q(in_place_of__in=settlements)
    ).exclude(state=RefundState.REFUSED)
    if not (given := _cash_of(borne)):
        return 0
    if borne.filter(state=RefundState.REFUNDING).exists():
        raise _on_its_way()
    returns = RefundRequest.objects.filter(
        bearer=RefundBearer.VENDOR, lines__settlement_line__settlement__in=settlements
    ).exclude(state=RefundState.REFUSED)
    counted = RefundLine.objects.filter(request__in=returns)
    returns = RefundRequest.objects.filter(pk__in=returns)
    return max(0, given - _cash_of(counted) + _cash_of(returns))


def _on_its_way() -> NotRefundableError:
    return NotRefundableError(
        _(
            "Other money of this order is still on its way to the buyer, which may "
            "take some days at their bank. Nothing was changed; please try again "
            "when it has arrived."
        )
    )


def _in_steps(payment: PaymentAttempt, cash_minor: int) -> int:
    """Return what a card takes where it takes only tens of the minor unit.

    By what lines gave back in all, so that the last refund takes the rounding with it.
    """
    if chargeable(1, payment.currency) == 1:
        return cash_minor
    before = _cash_of(
        RefundLine.objects.filter(request__payment=payment).exclude(
            request__state=RefundState.REFUSED
        )
    )
    upto = chargeable(before + cash_minor, payment.currency)
    return upto - chargeable(before, payment.currency)


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


def _send(
    request: RefundRequest, payment: PaymentAttempt | None, now: datetime
) -> None:
    if request.cash_minor == 0:
        book_refund(request=request, now=now)
        return
    if payment is None:
        raise NotRefundableError(_("This order was not paid by card."))
    refuse_disputed(payment)
    left = payment.amount_minor - payment.refunded_minor
    if request.cash_minor > left:
        raise too_much(left, request.currency)
    payment.refunded_minor += request.cash_minor
    payment.save(update_fields=["refunded_minor"])
    send_refund(request=request, attempt=payment, now=now)
