"""What one sale brought its seller, taken apart; amounts are minor units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from marketplace.core.money import movable
from marketplace.core.viewer import Viewer
from payouts.models import (
    LineKind,
    RefundLine,
    RefundState,
    Settlement,
    SettlementLine,
    SettlementState,
    TransferState,
    VendorTransfer,
)
from payouts.selectors.access import order_is_seen

_PAID_OUT = (
    SettlementState.TRANSFERRING,
    SettlementState.TRANSFERRED,
    SettlementState.PARTIALLY_REVERSED,
    SettlementState.REVERSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMoney:
    """A line as it was frozen: gross = net + commission + vat.

    `gross` is after what the seller gave (`vendor_discount`). The plan is the one that
    was in force; `title` is empty for delivery.
    """

    title: str
    is_shipping: bool
    quantity: int
    gross: int
    vendor_discount: int
    commission: int
    vat: int
    net: int
    plan: str
    plan_version: int
    bps: int | None
    vat_bps: int
    vat_country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleMoney:
    """A sale and where its money is; `left` is what the seller keeps of it.

    `sent` is what of it went to the seller, whatever came back since; `kept` what was
    not sent when the rest was: for a debt, or into the reserve.
    """

    number: str
    currency: str
    state: str
    state_words: str
    gross: int
    vendor_discount: int
    platform_discount: int
    points: int
    cash: int
    commission: int
    vat: int
    refunded_gross: int
    refunded_cash: int
    refunded_points: int
    reversed_net: int
    commission_back: int
    vat_back: int
    left: int
    held: int
    released: int
    sent: int
    kept: int
    paid_at: datetime | None
    release_after: datetime | None
    released_at: datetime | None
    transferred_at: datetime | None

    @property
    def full(self) -> int:
        """Return what it comes to before anything that its seller gave."""
        return self.gross + self.vendor_discount

    @property
    def given(self) -> int:
        """Return what the platform paid of it in the buyer's place; points are not."""
        return self.platform_discount - self.points

    @property
    def back_to_buyer(self) -> int:
        """Return what of it went back to the buyer, as money and as points."""
        return self.refunded_cash + self.refunded_points

    @property
    def given_back(self) -> int:
        """Return what the platform has back of what it gave."""
        return self.refunded_gross - self.back_to_buyer

    @property
    def is_waiting(self) -> bool:
        """Say whether it waits for delivery, and nothing stops it."""
        return self.state == "held" and not self.is_refunded

    @property
    def is_partly_released(self) -> bool:
        """Say whether parcels of it were released while others still wait."""
        return self.held > 0 and self.released > 0

    @property
    def is_sent(self) -> bool:
        """Say whether it went to the seller's account; `kept` is what did not."""
        was_sent = self.sent or not (self.kept or self.is_refunded)
        is_there = self.state == SettlementState.TRANSFERRED
        return bool(was_sent) and is_there and not self.is_partly_released

    @property
    def is_refunded(self) -> bool:
        """Say whether all of it was given back; refunds on their way count."""
        return 0 < self.gross == self.refunded_gross


def sale_money(settlement: Settlement) -> SaleMoney:
    """Return a settlement as amounts.

    Asks nothing if its vendor order and, of what was paid out, transfers were read; but
    for one that was paid out in part and refunded.
    """
    return sales_money([settlement])[0]


def sales_money(settlements: Sequence[Settlement]) -> list[SaleMoney]:
    """Return settlements as amounts, in their order; asks like `sale_money`, once."""
    kept = kept_of(settlements)
    return [_sale_money(row, kept[row.pk]) for row in settlements]


def kept_of(settlements: Sequence[Settlement]) -> dict[int, int]:
    """Map sales to what of them was kept when the rest was sent: see `SaleMoney`.

    A refund after that changes nothing; what one took before was not kept.
    """
    sent = {row.pk: _sent(row) for row in settlements}
    parted = [
        row
        for row in settlements
        if 0 < sent[row.pk] < row.released_minor and row.reversed_net_minor
    ]
    gone = _refunded_before_sending(parted) if parted else {}
    return {
        row.pk: _kept(row, sent[row.pk], before=gone.get(row.pk, 0))
        for row in settlements
    }


def _sale_money(settlement: Settlement, kept: int) -> SaleMoney:
    sent = _sent(settlement)
    return SaleMoney(
        number=settlement.vendor_order.number,
        currency=settlement.currency,
        state=settlement.state,
        state_words=_state_words(settlement, sent, kept),
        gross=settlement.gross_minor,
        vendor_discount=settlement.vendor_discount_minor,
        platform_discount=settlement.platform_discount_minor,
        points=settlement.points_minor,
        cash=settlement.cash_minor,
        commission=settlement.commission_minor,
        vat=settlement.commission_vat_minor,
        refunded_gross=settlement.refunded_gross_minor,
        refunded_cash=settlement.refunded_cash_minor,
        refunded_points=settlement.refunded_points_minor,
        reversed_net=settlement.reversed_net_minor,
        commission_back=settlement.commission_back_minor,
        vat_back=settlement.vat_back_minor,
        left=settlement.left_minor,
        held=settlement.held_minor,
        released=settlement.released_minor,
        sent=sent,
        kept=kept,
        paid_at=settlement.paid_at,
        release_after=settlement.release_after,
        released_at=settlement.released_at,
        transferred_at=settlement.transferred_at,
    )


def line_money(settlement: Settlement) -> list[LineMoney]:
    """Return the lines of a settlement in order; one query."""
    lines = settlement.lines.select_related("oscar_line").order_by("pk")
    return [_line(line) for line in lines]


def sales_of_order(viewer: Viewer, *, order_id: int) -> dict[int, SaleMoney]:
    """Return the money of an order's parts by vendor order, if the viewer may see."""
    if not order_is_seen(viewer, order_id):
        return {}
    rows = Settlement.objects.filter(order_id=order_id).select_related("vendor_order")
    parts = list(rows.prefetch_related("transfers"))
    return {
        row.vendor_order_id: money
        for row, money in zip(parts, sales_money(parts), strict=True)
    }


def items_cash_given_back(settlement: Settlement) -> int:
    """Return the money for a sale's items that its buyer got back, or is owed.

    What is still on its way does not count: Stripe may refuse it. One query.
    """
    parts = RefundLine.objects.filter(
        settlement_line__settlement=settlement,
        settlement_line__kind=LineKind.ITEM,
        request__state__in=(RefundState.REFUNDED, RefundState.FAILED),
    )
    return parts.aggregate(all=Sum("cash_minor"))["all"] or 0


def _transfers(settlement: Settlement) -> list[VendorTransfer]:
    if settlement.state not in _PAID_OUT:
        return []
    rows = settlement.transfers.all()
    return [row for row in rows if row.state != TransferState.WITHDRAWN]


def _sent(settlement: Settlement) -> int:
    """Return what of a sale that is paid out goes, or went, to its seller's account."""
    return sum(row.amount_minor for row in _transfers(settlement))


def _kept(settlement: Settlement, sent: int, *, before: int) -> int:
    if settlement.state not in _PAID_OUT:
        return 0
    if not sent:
        return settlement.left_minor
    kept = max(0, settlement.released_minor - before - sent)
    # Less than can be moved stays due, and goes with the next.
    return kept if movable(kept, settlement.currency) else 0


def _refunded_before_sending(settlements: Sequence[Settlement]) -> dict[int, int]:
    """Map sales to what refunds had taken out of what was released, unsent; one query.

    A refund counts from when it was asked for: what it will take is not sent.
    """
    first = {
        row.pk: min(each.created_at for each in _transfers(row)) for row in settlements
    }
    rows = (
        RefundLine.objects.filter(settlement_line__settlement__in=first)
        .exclude(request__state=RefundState.REFUSED)
        .values_list("settlement_line__settlement", "request__created_at")
        .annotate(taken=Sum(F("vendor_minor") - F("held_vendor_minor")))
    )
    found: dict[int, int] = {}
    for key, asked_at, taken in rows:
        if asked_at < first[key]:
            found[key] = found.get(key, 0) + taken
    return found


def _state_words(settlement: Settlement, sent: int, kept: int) -> str:
    is_paid_out = settlement.state in _PAID_OUT
    was_sent = sent if is_paid_out else settlement.transferred_at
    if settlement.is_refunded and not was_sent:
        return _("Refunded to the buyer")
    if settlement.is_partly_released and settlement.state != SettlementState.FROZEN:
        return _("Partly released")
    if kept and not sent:
        return _("Kept back")
    if settlement.state == SettlementState.TRANSFERRED:
        # At the provider: when it is at their bank, others say.
        partly = _("Partly sent to the seller’s account")
        return partly if kept else _("Sent to the seller’s account")
    return str(settlement.get_state_display())


def _line(line: SettlementLine) -> LineMoney:
    frozen = line.plan_snapshot
    return LineMoney(
        title=line.oscar_line.title if line.oscar_line else "",
        is_shipping=line.kind == LineKind.SHIPPING,
        quantity=line.quantity,
        gross=line.gross_minor,
        vendor_discount=line.vendor_discount_minor,
        commission=line.commission_minor,
        vat=line.commission_vat_minor,
        net=line.net_minor,
        plan=frozen.get("plan", ""),
        plan_version=line.plan_version,
        bps=frozen.get("bps"),
        vat_bps=frozen.get("vat_bps") or 0,
        vat_country=frozen.get("vat_country") or "",
    )
