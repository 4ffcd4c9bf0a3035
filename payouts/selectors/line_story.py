"""One line of a sale, from its price to the last cent; amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from payouts.models import (
    AccountKind,
    LedgerEntry,
    LineKind,
    RefundLine,
    RefundOrigin,
    RefundState,
    Settlement,
    SettlementLine,
    TransferReversal,
    TransferState,
    VendorTransfer,
)
from payouts.selectors.sale_money import kept_of
from payouts.selectors.statement_rows import (
    SoldLine,
    named,
    shares_of,
    unit_price,
    why_words,
)
from payouts.terms import NOTHING, Terms, commission_of


@dataclass(frozen=True, slots=True)
class Gift:
    """What one promotion took off a line, and who paid it."""

    name: str
    code: str
    platform: int
    vendor: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund of a line, as it was booked or is on its way."""

    at: datetime
    reason: str
    is_dispute: bool
    state: str
    gross: int
    cash: int
    promo: int
    points: int
    commission: int
    vat: int
    kept: int
    stripe_id: str
    reversals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer of the sale that the line is of."""

    stripe_id: str
    at: datetime | None
    minor: int


@dataclass(frozen=True)
class LineStory:
    """Everything that happened to the money of a line.

    `is_recomputed`: its terms give the frozen commission, VAT and net once more.
    Of the whole sale, `kept` was not sent when the rest was, for a debt or a reserve,
    and `reserved` lies in the seller's reserve now.
    """

    line: SettlementLine
    terms: Terms
    is_recomputed: bool
    kept: int
    reserved: int
    gifts: list[Gift]
    refunds: list[GivenBack]
    transfers: list[Sent]

    @property
    def sale(self) -> Settlement:
        """Return the sale that it is of."""
        return self.line.settlement

    @property
    def currency(self) -> str:
        """Return the sale's currency."""
        return self.sale.currency

    @property
    def title(self) -> str:
        """Return what was sold; nothing for delivery."""
        return self.line.oscar_line.title if self.line.oscar_line else ""

    @property
    def is_shipping(self) -> bool:
        """Say whether it is the delivery."""
        return self.line.kind == LineKind.SHIPPING

    @property
    def unit_price(self) -> int | None:
        """Return the price of one unit, if it is a whole one."""
        return unit_price(self.line)

    @property
    def promo(self) -> int:
        """Return what the platform gave by promotions."""
        return self.line.platform_discount_minor - self.line.points_minor

    @property
    def base(self) -> int:
        """Return what the commission is counted on."""
        return base_of(self.line)

    @property
    def frozen(self) -> dict[str, Any]:
        """Return the plan as it was frozen."""
        terms: dict[str, Any] = self.line.plan_snapshot
        return terms

    @property
    def why(self) -> str:
        """Return the conditions of the plan that the line met."""
        return why_words(self.line)

    @property
    def vat_bps(self) -> int:
        """Return the rate of the VAT on the commission."""
        return self.frozen.get("vat_bps") or 0

    @property
    def left(self) -> int:
        """Return what the seller keeps of it now."""
        kept = sum(refund.kept for refund in self.refunds)
        return self.line.net_minor - self.line.reversed_net_minor - kept


def base_of(line: SettlementLine) -> int:
    """Return what the commission of a line is counted on."""
    without_tax = line.plan_snapshot.get("base") == "excl_tax"
    return line.gross_minor - (line.tax_minor if without_tax else 0)


def names_of(lines: list[SettlementLine]) -> dict[int, SoldLine]:
    """Return how lines are called in statements; one query for all their sales."""
    sales = {line.settlement_id: line.settlement for line in lines}
    rows = SettlementLine.objects.filter(settlement__in=sales).order_by("pk")
    by_sale: dict[int, list[SettlementLine]] = {pk: [] for pk in sales}
    for row in rows:
        by_sale[row.settlement_id].append(row)
    return {
        sold.line.pk: sold
        for pk, sale in sales.items()
        for sold in named(sale, by_sale[pk])
    }


def line_story(line: SettlementLine) -> LineStory:
    """Return what happened to a line; at most so many queries."""
    terms = _terms(line)
    return LineStory(
        line=line,
        terms=terms,
        is_recomputed=_is_recomputed(line, terms),
        kept=kept_of([line.settlement])[line.settlement_id],
        reserved=_reserved(line),
        gifts=_gifts(line, names_of([line])[line.pk]),
        refunds=_refunds(line),
        transfers=_transfers(line),
    )


def _terms(line: SettlementLine) -> Terms:
    frozen = line.plan_snapshot
    terms = Terms(
        bps=frozen.get("bps") or 0,
        fixed_minor=frozen.get("fixed_minor") or 0,
        min_minor=frozen.get("min_minor") or 0,
        max_minor=frozen.get("max_minor"),
    )
    if line.kind != LineKind.SHIPPING:
        return terms
    if frozen.get("include_shipping") is False:
        return NOTHING
    return terms.for_shipping()


def _is_recomputed(line: SettlementLine, terms: Terms) -> bool:
    if line.plan_snapshot.get("bps") is None:
        return False
    fee = commission_of(
        base_minor=base_of(line),
        quantity=line.quantity,
        terms=terms,
        vat_bps=line.plan_snapshot.get("vat_bps") or 0,
    )
    net = line.gross_minor - fee.commission_minor - fee.vat_minor
    frozen = (line.commission_minor, line.commission_vat_minor, line.net_minor)
    return (fee.commission_minor, fee.vat_minor, net) == frozen


def _gifts(line: SettlementLine, sold: SoldLine) -> list[Gift]:
    shares = shares_of([(line.settlement, [sold])])[line.pk]
    return [
        Gift(
            share.redemption.promotion.name,
            share.redemption.promotion.code,
            share.platform_minor,
            share.vendor_minor,
        )
        for share in shares
    ]


def _refunds(line: SettlementLine) -> list[GivenBack]:
    rows = RefundLine.objects.filter(settlement_line=line).exclude(
        request__state=RefundState.REFUSED
    )
    taken: dict[int, list[str]] = {}
    for refund_id, stripe_id in TransferReversal.objects.filter(
        transfer__settlement=line.settlement_id, state=TransferState.DONE
    ).values_list("refund_id", "stripe_id"):
        taken.setdefault(refund_id or 0, []).append(stripe_id or "")
    return [
        GivenBack(
            at=row.request.finished_at or row.request.created_at,
            reason=row.request.reason,
            is_dispute=row.request.origin == RefundOrigin.DISPUTE,
            state=str(row.request.get_state_display()),
            gross=row.gross_minor,
            cash=row.cash_minor,
            promo=row.promo_back_minor,
            points=row.points_back_minor,
            commission=row.commission_back_minor,
            vat=row.vat_back_minor,
            kept=row.kept_commission_minor + row.kept_vat_minor,
            stripe_id=row.request.stripe_id or "",
            reversals=tuple(taken.get(row.request_id, ())),
        )
        for row in rows.select_related("request").order_by("request_id")
    ]


def _transfers(line: SettlementLine) -> list[Sent]:
    rows = VendorTransfer.objects.filter(
        settlement=line.settlement_id, state=TransferState.DONE
    )
    return [
        Sent(row.stripe_id or "", row.done_at, row.amount_minor)
        for row in rows.order_by("sequence")
    ]


def _reserved(line: SettlementLine) -> int:
    rows = LedgerEntry.objects.filter(
        settlement=line.settlement_id, account__kind=AccountKind.VENDOR_RESERVE
    )
    return -(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)
