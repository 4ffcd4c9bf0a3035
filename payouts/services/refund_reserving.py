"""Lock what a refund touches, and count it as given back before anybody is asked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, half_up, share_bps, split
from marketplace.db.amounts import written_amount
from payouts.models import (
    Dispute,
    PaymentAttempt,
    PaymentStatus,
    RefundLine,
    RefundRequest,
    Settlement,
    SettlementLine,
)
from payouts.models.dispute import TAKEN
from payouts.services.refund_booking import add_returned
from payouts.services.unsent import not_sent
from payouts.shares import Shares, gross_of_cash, refund_shares


class NotRefundableError(RefusedError):
    """Nothing, or less than asked, is left to refund."""

    code = "refund.not_refundable"


class DisputedError(NotRefundableError):
    """The buyer's bank has the payment: nothing can be sent back to the card."""

    code = "refund.disputed"


@dataclass(frozen=True, slots=True)
class RefundLineInput:
    """`gross_minor` of a frozen line: how it was paid decides cash and points.

    `pieces` says how many pieces go back by it, none by an amount; `in_hand` how many
    of those the buyer has. All that is left of a line is all its pieces.
    """

    line_id: int
    gross_minor: int
    pieces: int = 0
    in_hand: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What the platform keeps of the commission for the work, with its VAT."""

    commission: int = 0
    vat: int = 0


def lock_payment(order_id: int) -> PaymentAttempt | None:
    """Lock the payment of an order; None if it was free or never paid."""
    return (
        PaymentAttempt.objects.select_for_update(no_key=True)
        .filter(order_id=order_id, status=PaymentStatus.SUCCEEDED)
        .first()
    )


def refuse_disputed(payment: PaymentAttempt) -> None:
    """Raise DisputedError if the payment's money is at the buyer's bank, or was lost.

    Stripe would refuse the refund too, after everything had been reserved.
    """
    if Dispute.objects.filter(payment=payment, state__in=TAKEN).exists():
        raise DisputedError(
            _(
                "The buyer’s bank has called this payment into question, so nothing "
                "can be sent back to the card. What the bank decides settles it."
            )
        )


def lock_lines(
    order_id: int, line_ids: Collection[int] | None = None
) -> dict[int, SettlementLine]:
    """Lock lines of an order with their settlements; all of them if none is named.

    Raises NotRefundableError if one is not of this order, or was not paid.
    """
    mine = Settlement.objects.filter(order_id=order_id)
    if line_ids is not None:
        touched = SettlementLine.objects.filter(pk__in=line_ids)
        mine = mine.filter(pk__in=touched.values("settlement"))
    settlements = {
        row.pk: row for row in mine.select_for_update(no_key=True).order_by("pk")
    }
    lines = SettlementLine.objects.filter(settlement__in=settlements)
    if line_ids is not None:
        lines = lines.filter(pk__in=line_ids)
    rows = {row.pk: row for row in lines.select_for_update(no_key=True).order_by("pk")}
    if not rows or (line_ids is not None and len(rows) != len(line_ids)):
        raise NotRefundableError(_("These lines are not of this order."))
    for row in rows.values():
        row.settlement = settlements[row.settlement_id]
        # One that was given up unpaid is cancelled as well.
        if row.settlement.paid_at is None:
            raise NotRefundableError(_("This order has not been paid."))
    return rows


def _reserve(
    line: SettlementLine, wanted: RefundLineInput, *, stays: int, keeps_fee: bool
) -> RefundLine:
    """Count so much of a locked line as given back; return who gives what.

    `stays` is how many of its pieces are not sent. With `keeps_fee` the platform keeps
    its charge for refunds, where it has one.

    Raises NotRefundableError if less is left.
    """
    parts = shares_of(line, wanted.gross_minor)
    pieces = _pieces(line, wanted)
    # What is not sent goes back before what the buyer may have.
    unsent = max(0, min(pieces - wanted.in_hand, stays - line.unsent_back))
    for row in (line, line.settlement):
        add_returned(row, parts, sign=1)
    line.pieces_back += pieces
    line.unsent_back += unsent
    line.save()
    kept = kept_of(parts) if keeps_fee else Kept()
    return RefundLine(
        settlement_line=line,
        gross_minor=parts.gross,
        cash_minor=parts.cash,
        promo_back_minor=parts.promo,
        points_back_minor=parts.points,
        commission_back_minor=parts.commission,
        vat_back_minor=parts.vat,
        vendor_minor=parts.net,
        kept_commission_minor=kept.commission,
        kept_vat_minor=kept.vat,
        pieces=pieces,
        unsent=unsent,
    )


def _pieces(line: SettlementLine, wanted: RefundLineInput) -> int:
    left = line.quantity - line.pieces_back
    is_all = wanted.gross_minor == line.gross_minor - line.refunded_gross_minor
    return left if is_all else min(wanted.pieces, left)


def shares_of(line: SettlementLine, gross_minor: int) -> Shares:
    """Return who would give back what of a line.

    Raises NotRefundableError if less is left.
    """
    try:
        return refund_shares(
            line=_frozen(line), returned=_returned(line), gross_minor=gross_minor
        )
    except ValueError as error:
        left = line.gross_minor - line.refunded_gross_minor
        raise too_much(left, line.settlement.currency) from error


def kept_of(parts: Shares) -> Kept:
    """Return what the platform keeps of a line's commission when it is refunded.

    A part of the commission that would go back, at most so much for each line
    (REFUND_FEE_BPS, REFUND_FEE_MOST_MINOR), and the VAT on it.
    """
    wanted = share_bps(parts.commission, settings.REFUND_FEE_BPS)
    commission = min(wanted, settings.REFUND_FEE_MOST_MINOR)
    if not commission:
        return Kept()
    return Kept(commission, half_up(parts.vat * commission, parts.commission))


def grosses_of_cash(lines: Sequence[SettlementLine], cash_minor: int) -> dict[int, int]:
    """Map lines to how much of them is given back when so much cash of them is.

    The cash is split by what is left of each line's (largest remainder). All of it
    takes the lines whole, with what the platform paid of them.

    Raises ValueError if they have less cash left.
    """
    lefts = [line.cash_minor - line.refunded_cash_minor for line in lines]
    if cash_minor == sum(lefts):
        whole = {row.pk: row.gross_minor - row.refunded_gross_minor for row in lines}
        return {line_id: gross for line_id, gross in whole.items() if gross}
    if not 0 <= cash_minor < sum(lefts):
        raise ValueError("That much cash is not left.")
    found = {
        line.pk: gross_of_cash(
            line=_frozen(line), returned=_returned(line), cash_minor=part
        )
        for line, part in zip(lines, split(cash_minor, lefts), strict=True)
        if part
    }
    return {line_id: gross for line_id, gross in found.items() if gross}


def amounts_of(wanted: Mapping[int, int]) -> list[RefundLineInput]:
    """Return gross minor units of lines as what goes back, in no pieces."""
    return [RefundLineInput(line_id, gross) for line_id, gross in wanted.items()]


def write_parts(
    request: RefundRequest,
    parts: Sequence[RefundLine],
    lines: Iterable[SettlementLine],
) -> None:
    """Write a request's lines; its settlements wait for it from now on."""
    for part in parts:
        part.request = request
    RefundLine.objects.bulk_create(parts)
    settlements = {line.settlement_id: line.settlement for line in lines}
    for settlement in settlements.values():
        settlement.refunds_in_flight += 1
        settlement.save()


def reserve_all(
    lines: Mapping[int, SettlementLine],
    wanted: Iterable[RefundLineInput],
    *,
    keeps_fee: bool = False,
) -> list[RefundLine]:
    """Reserve so much of each line, in the order of their keys."""
    chosen = {each.line_id: each for each in wanted}
    stays = not_sent(chosen)
    return [
        _reserve(lines[key], chosen[key], stays=stays.get(key, 0), keeps_fee=keeps_fee)
        for key in sorted(chosen)
    ]


def too_much(left: int, currency: str) -> NotRefundableError:
    """Return the refusal of more than is left."""
    if not left:
        return NotRefundableError(_("All of it has gone back already."))
    words = _("Only %(left)s of it is left to refund.")
    left_of_it = written_amount(Money(left, currency))
    return NotRefundableError(words % {"left": left_of_it})


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
