"""What a refund would do, before anybody asks for it: who gives what, out of which."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.core.money import split
from payouts.models import (
    PaymentAttempt,
    PaymentStatus,
    Settlement,
    SettlementLine,
    TransferState,
    VendorTransfer,
)
from payouts.models.settlement import HELD_STATES
from payouts.services.parcels import held_of_lines
from payouts.services.refund import cash_due
from payouts.services.refund_reserving import (
    NotRefundableError,
    grosses_of_cash,
    kept_of,
    refuse_disputed,
    shares_of,
    too_much,
)
from payouts.shares import Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPreview:
    """One vendor order's side of a refund, in minor units.

    `gross` = `cash` + `points` + `promo` = `net` + `commission` + `vat`. The card gets
    `to_card`: less than the cash where goodwill, or what a carrier is to bear, gave
    some before. The seller gives `net` and `kept` (the platform's charge) out of what
    is `held`, by taking back what they were paid (`taken_back`), and the rest out of
    what comes next (`owed`).
    """

    currency: str
    gross: int
    cash: int
    to_card: int
    points: int
    promo: int
    commission: int
    vat: int
    net: int
    kept: int
    held: int
    taken_back: int
    owed: int

    @property
    def to_buyer(self) -> int:
        """Return what the buyer gets by it: to the card, and as points."""
        return self.to_card + self.points

    @property
    def had_already(self) -> int:
        """Return what goodwill gave of it before; the platform has that back now."""
        return self.cash - self.to_card

    @property
    def moved(self) -> int:
        """Return all that changes hands: who gives and who gets come to this."""
        return self.gross + self.kept


def preview_of_lines(
    *, settlement: Settlement, wanted: Mapping[int, int]
) -> RefundPreview:
    """Say what giving back so much of some lines would do; reads without a lock.

    `wanted` maps lines of the settlement to gross minor units.

    Raises NotRefundableError if less is left, or nothing is wanted; DisputedError if
    the bank has the payment.
    """
    if not wanted:
        raise NotRefundableError(_("Say how much of what goes back."))
    preview = _preview(settlement, wanted)
    payment = _payment(settlement)
    if payment is not None and preview.cash:
        refuse_disputed(payment)
    return preview


def preview_of_cash(*, settlement: Settlement, cash_minor: int) -> RefundPreview | None:
    """Say what bearing so much of a lost dispute, or of a refund, takes from a seller.

    No money goes to the card by it. None if nothing of their lines is left for it.
    """
    lines = list(settlement.lines.order_by("pk"))
    try:
        wanted = grosses_of_cash(lines, cash_minor)
    except ValueError:
        return None
    return _preview(settlement, wanted, to_card=0) if wanted else None


def spread_over(
    *, settlement: Settlement, amount_minor: int, order_lines: Collection[int] = ()
) -> dict[int, int]:
    """Spread an amount over what is left of some order lines, or of all lines.

    By what is left of each (largest remainder). Reads without a lock.

    Raises NotRefundableError if that much is not left, or nothing is asked for.
    """
    lines = settlement.lines.order_by("pk")
    if order_lines:
        lines = lines.filter(oscar_line__in=order_lines)
    lefts = {row.pk: row.gross_minor - row.refunded_gross_minor for row in lines}
    if amount_minor <= 0:
        raise NotRefundableError(_("Say how much goes back."))
    if amount_minor > sum(lefts.values()):
        raise too_much(sum(lefts.values()), settlement.currency)
    parts = split(amount_minor, list(lefts.values()))
    return {key: part for key, part in zip(lefts, parts, strict=True) if part}


def left_of(settlement: Settlement) -> dict[int, int]:
    """Map the lines of a settlement to what is left to give back of each."""
    lines = settlement.lines.order_by("pk")
    return {
        line.pk: line.gross_minor - line.refunded_gross_minor
        for line in lines
        if line.gross_minor > line.refunded_gross_minor
    }


def _preview(
    settlement: Settlement, wanted: Mapping[int, int], *, to_card: int | None = None
) -> RefundPreview:
    lines = list(settlement.lines.filter(pk__in=wanted).order_by("pk"))
    if len(lines) != len(wanted):
        raise NotRefundableError(_("These lines are not of this order."))
    for line in lines:
        line.settlement = settlement
    parts = [shares_of(line, wanted[line.pk]) for line in lines]
    fees = [kept_of(part) for part in parts] if to_card is None else []
    kept = sum(fee.commission + fee.vat for fee in fees)
    cash = sum(part.cash for part in parts)
    net = sum(part.net for part in parts)
    held = _held(settlement, lines, parts)
    taken_back = min(net - held + (kept if net > held else 0), _reversible(settlement))
    return RefundPreview(
        currency=settlement.currency,
        gross=sum(part.gross for part in parts),
        cash=cash,
        to_card=_to_card(settlement, cash) if to_card is None else to_card,
        points=sum(part.points for part in parts),
        promo=sum(part.promo for part in parts),
        commission=sum(part.commission for part in parts),
        vat=sum(part.vat for part in parts),
        net=net,
        kept=kept,
        held=held,
        taken_back=taken_back,
        owed=net + kept - held - taken_back,
    )


def _to_card(settlement: Settlement, cash: int) -> int:
    return cash_due(_payment(settlement), cash, settlements=[settlement.pk])


def _held(
    settlement: Settlement,
    lines: Sequence[SettlementLine],
    parts: Sequence[Shares],
) -> int:
    if settlement.state not in HELD_STATES:
        return 0
    if not settlement.is_split:
        return sum(part.net for part in parts)
    pockets = held_of_lines(settlement)
    return sum(
        min(part.net, pockets[line.pk].net) if line.pk in pockets else part.net
        for line, part in zip(lines, parts, strict=True)
    )


def _reversible(settlement: Settlement) -> int:
    """Return what was paid to the seller of this sale, and may be taken back."""
    paid = VendorTransfer.objects.filter(settlement=settlement).exclude(
        state__in=(TransferState.FAILED, TransferState.WITHDRAWN)
    )
    moved = paid.aggregate(all=Sum("amount_minor"), back=Sum("reversed_minor"))
    return (moved["all"] or 0) - (moved["back"] or 0)


def _payment(settlement: Settlement) -> PaymentAttempt | None:
    return PaymentAttempt.objects.filter(
        order_id=settlement.order_id, status=PaymentStatus.SUCCEEDED
    ).first()
