"""A seller's months: from the opening to the closing balance, and every line of it."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from payouts.models import (
    LedgerAccount,
    LedgerEntry,
    RefundLine,
    Settlement,
    SettlementLine,
    Statement,
    StatementKey,
)
from payouts.models.ledger import VENDOR_KINDS
from payouts.months import Month, month_named, month_of
from payouts.selectors.access import sees_vendor
from payouts.selectors.movements import ACCOUNTS
from payouts.selectors.period import (
    KindSum,
    Period,
    closing_of,
    months_of,
    opening_of,
    period_of,
)
from payouts.selectors.statement_cells import line_of
from payouts.selectors.statement_sheet import facts_of, number_of, text_of
from vendors.models import Vendor

__all__ = ["Month", "month_of"]

SALE, REFUND = "capture", "refund"
_SENT = ("transfer", "reversal", "bank_payment")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What lies on one account: held, due or reserve."""

    account: str
    opening: Money
    moved: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class SalesSum:
    """What was sold in a month; `funded` is the part that the platform paid."""

    orders: int
    gross: Money
    commission: Money
    vat: Money
    funded: Money


@dataclass(frozen=True, slots=True)
class RefundsSum:
    """What was given back in a month, and the commission with its VAT for it.

    `promo` of it went back to the platform, which had paid it; the rest to buyers.
    `back` is less what the platform kept of it for the work.
    """

    count: int
    gross: Money
    promo: Money
    back: Money


@dataclass(frozen=True, slots=True)
class PlanSum:
    """What one version of a plan took in a month."""

    plan: str
    version: int
    bps: int | None
    lines: int
    gross: Money
    commission: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the list of a seller's statements."""

    month: Month
    currency: str
    opening: Money
    closing: Money
    movements: int
    number: str
    closed_at: datetime | None


class SellerStatement:
    """One month of a seller in one currency."""

    def __init__(self, period: Period) -> None:
        self.period, self.month = period, period.month
        self.currency, self.closed = period.currency, period.closed
        self.number = number_of(period)

    @property
    def opening(self) -> Money:
        """Return what was the seller's when the month began."""
        return self._money(sum(self.period.opening.values()))

    @property
    def closing(self) -> Money:
        """Return what was theirs when it ended, or is now."""
        return self._money(sum(self.period.closing.values()))

    @property
    def reserve(self) -> Money:
        """Return what of it was kept in reserve."""
        return self._money(self.period.closing["reserve"])

    @property
    def sent(self) -> Money:
        """Return what went to the seller's Stripe account, less what was taken back."""
        return self._money(
            -sum(each.minor for each in self.totals if each.kind in _SENT)
        )

    @property
    def earned(self) -> Money:
        """Return what the month added before anything was sent."""
        return self.closing - self.opening + self.sent

    @property
    def totals(self) -> list[KindSum]:
        """Return the sum of each kind of movement."""
        return self.period.totals

    @property
    def movement_count(self) -> int:
        """Return how many movements there were."""
        return sum(each.count for each in self.totals)

    @property
    def accounts(self) -> list[AccountRow]:
        """Return what moved on each account."""
        period = self.period
        return [
            AccountRow(
                name,
                self._money(period.opening[name]),
                self._money(period.moved[name]),
                self._money(period.closing[name]),
            )
            for name in ACCOUNTS.values()
        ]

    def sales(self) -> SalesSum:
        """Return what was sold; one query."""
        found = Settlement.objects.filter(pk__in=self._sold()).aggregate(
            orders=Count("pk"),
            gross=Sum("gross_minor"),
            commission=Sum("commission_minor"),
            vat=Sum("commission_vat_minor"),
            funded=Sum("platform_discount_minor"),
        )
        orders = found.pop("orders")
        amounts = {name: self._money(minor or 0) for name, minor in found.items()}
        return SalesSum(orders=orders, **amounts)

    def refunds(self) -> RefundsSum:
        """Return what was refunded; one query."""
        keys = self.movements(REFUND).order_by().values("transaction__key")
        parts = RefundLine.objects.annotate(
            key=Concat(Value("refund:"), Cast("request_id", CharField()))
        ).filter(
            key__in=keys, settlement_line__settlement__vendor_id=self.period.vendor_id
        )
        found = parts.aggregate(
            count=Count("request_id", distinct=True),
            gross=Sum("gross_minor"),
            promo=Sum("promo_back_minor"),
            back=Sum(
                F("commission_back_minor")
                + F("vat_back_minor")
                - F("kept_commission_minor")
                - F("kept_vat_minor")
            ),
        )
        return RefundsSum(
            found["count"],
            self._money(found["gross"] or 0),
            self._money(found["promo"] or 0),
            self._money(found["back"] or 0),
        )

    def plans(self) -> list[PlanSum]:
        """Return what each plan took of the sales, the largest first; one query."""
        rows = self.sale_lines().order_by()
        grouped = rows.values(
            "plan_id", "plan_version", "plan_snapshot__plan", "plan_snapshot__bps"
        ).annotate(
            lines=Count("pk"),
            gross=Sum("gross_minor"),
            commission=Sum("commission_minor"),
            vat=Sum("commission_vat_minor"),
        )
        return [
            PlanSum(
                each["plan_snapshot__plan"] or "",
                each["plan_version"],
                each["plan_snapshot__bps"],
                each["lines"],
                self._money(each["gross"]),
                self._money(each["commission"]),
                self._money(each["vat"]),
            )
            for each in grouped.order_by("-gross", "plan_id", "plan_version")
        ]

    def movements(self, kind: str = "") -> QuerySet[LedgerEntry]:
        """Return its movements in the order of the statement; of one kind, or all."""
        rows = self.period.entries
        return rows.filter(transaction__kind=kind) if kind else rows

    def sale_lines(self) -> QuerySet[SettlementLine]:
        """Return the lines sold in the month, the newest sale first."""
        rows = SettlementLine.objects.filter(settlement__in=self._sold())
        return rows.select_related("settlement__vendor_order", "oscar_line").order_by(
            "-settlement__paid_at", "-settlement_id", "pk"
        )

    def line_counts(self) -> dict[str, int]:
        """Count its lines: all, with a refund, partly funded by the platform."""
        found: dict[str, int] = self.sale_lines().aggregate(
            all=Count("pk"),
            refunded=Count("pk", filter=Q(refunded_gross_minor__gt=0)),
            funded=Count("pk", filter=Q(platform_discount_minor__gt=0)),
        )
        return found

    def sheet(self) -> bytes:
        """Return the file: as it was signed, or as it would be without a signature."""
        if self.closed is not None:
            row = Statement.objects.only("sheet").get(pk=self.closed.pk)
            return zlib.decompress(row.sheet)
        facts = {
            **facts_of(self.period),
            **dict.fromkeys(("closed_at", "key_id"), ""),
            "state": "open",
        }
        text = "".join(text_of(self.period, facts=facts))
        return (text + line_of(["UNSIGNED", "open"])).encode()

    def _sold(self) -> QuerySet[LedgerEntry, Any]:
        return self.movements(SALE).order_by().values("settlement_id")

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def statement_of(
    viewer: Viewer, *, vendor_id: int, currency: str, month: str, now: datetime
) -> SellerStatement | None:
    """Return a month of a seller; None for a viewer who may not see it, or no month.

    `month` is `2026-10`, or nothing for the one that is open.
    """
    if not _sees(viewer, vendor_id):
        return None
    try:
        asked = month_named(month) if month else month_of(now)
    except ValueError:
        return None
    period = period_of(vendor_id=vendor_id, currency=currency, month=asked, now=now)
    return SellerStatement(period) if period else None


def statement_months(
    viewer: Viewer, *, vendor_id: int, currency: str, now: datetime
) -> list[Month]:
    """Return the months from the seller's first movement to now, newest first."""
    if not _sees(viewer, vendor_id):
        return []
    return months_of(vendor_id=vendor_id, currency=currency, now=now)


def statements_of(
    viewer: Viewer, *, vendor_id: int, currency: str, now: datetime
) -> list[MonthRow]:
    """Return every month of a seller with its balances, newest first."""
    closed = {
        row.period: row
        for row in Statement.objects.filter(vendor_id=vendor_id, currency=currency)
        .defer("sheet")
        .order_by("ends_at")
    }
    months = statement_months(viewer, vendor_id=vendor_id, currency=currency, now=now)
    return [
        _closed_row(closed[month.key], month)
        if month.key in closed
        else _open_row(vendor_id, currency, month, now)
        for month in months
    ]


def currencies_of(viewer: Viewer, *, vendor_id: int) -> list[str]:
    """Return the currencies a seller has accounts in; the market's before a sale."""
    if not _sees(viewer, vendor_id):
        return []
    found = LedgerAccount.objects.filter(vendor_id=vendor_id, kind__in=VENDOR_KINDS)
    named = set(found.values_list("currency", flat=True))
    return sorted(named or {settings.CURRENCY}, key=_market_first)


def published_keys() -> list[StatementKey]:
    """Return every key that signs or has signed statements, the newest first."""
    return list(StatementKey.objects.order_by("-valid_from", "-pk"))


def _market_first(currency: str) -> tuple[bool, str]:
    return currency != settings.CURRENCY, currency


def _sees(viewer: Viewer, vendor_id: int) -> bool:
    partner = Vendor.objects.filter(pk=vendor_id).values_list("partner_id", flat=True)
    return any(sees_vendor(viewer, partner_id) for partner_id in partner)


def _closed_row(row: Statement, month: Month) -> MonthRow:
    return MonthRow(
        month,
        row.currency,
        Money(sum(opening_of(row).values()), row.currency),
        Money(sum(closing_of(row).values()), row.currency),
        row.movements,
        row.number,
        row.closed_at,
    )


def _open_row(vendor_id: int, currency: str, month: Month, now: datetime) -> MonthRow:
    period = period_of(vendor_id=vendor_id, currency=currency, month=month, now=now)
    if period is None:
        raise LookupError(f"{month.key} is no month of seller {vendor_id}.")
    found = SellerStatement(period)
    return MonthRow(
        month,
        currency,
        found.opening,
        found.closing,
        found.movement_count,
        found.number,
        None,
    )
