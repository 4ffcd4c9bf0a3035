"""The market's figures: what was sold, what the platform keeps, what went back.

All of them are sums of the ledger, each on the day on which it was booked, so that they
agree with the books and with the statements of sellers.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from marketplace.core.money import half_up
from marketplace.core.viewer import Viewer
from payouts.accounting.entries import Period
from payouts.models import AccountKind, LedgerEntry
from payouts.months import Month, month_of, months_between
from vendors.models import Vendor

_SOLD, _RETURNED = "capture", "refund"
_COMMISSION = (AccountKind.COMMISSION_DEFERRED, AccountKind.COMMISSION_REVENUE)
# What a sale is parted into, and a refund takes out of again. A charge of the platform
# for a refund moves between them, and so changes no sum but the commission's.
_PARTS = (
    AccountKind.VENDOR_HELD,
    AccountKind.VENDOR_PAYABLE,
    AccountKind.VAT_ON_COMMISSION,
    *_COMMISSION,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """What was sold in a time and what of all sales went back in it, in minor units.

    `gross_minor` are goods and delivery as buyers bought them, with what the platform
    paid of it by vouchers and points. `commission_minor` is without VAT and less what
    refunds gave back of it.
    """

    gross_minor: int = 0
    refunded_minor: int = 0
    commission_minor: int = 0
    orders: int = 0

    @property
    def average_minor(self) -> int | None:
        """Return what an order is worth, rounded; None where there is none."""
        return half_up(self.gross_minor, self.orders) if self.orders else None

    @property
    def take_percent(self) -> Decimal | None:
        """Return the platform's commission as a share of sales, if there are any."""
        return self._share(self.commission_minor)

    @property
    def refund_percent(self) -> Decimal | None:
        """Return what was given back as a share of sales, if there are any."""
        return self._share(self.refunded_minor)

    def __add__(self, other: "Sales") -> "Sales":
        return Sales(
            gross_minor=self.gross_minor + other.gross_minor,
            refunded_minor=self.refunded_minor + other.refunded_minor,
            commission_minor=self.commission_minor + other.commission_minor,
            orders=self.orders + other.orders,
        )

    def _share(self, minor: int) -> Decimal | None:
        """Return hundredths with one place, rounded here so that all write the same."""
        if not self.gross_minor:
            return None
        return Decimal(half_up(1000 * minor, self.gross_minor)).scaleb(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSales:
    """The sales of a month, or of those of its days that were asked for."""

    month: Month
    days: Period
    sales: Sales

    @property
    def is_whole(self) -> bool:
        """Say whether all its days were asked for."""
        return (self.days.begins, self.days.ends) == (
            self.month.begins,
            self.month.ends,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerSales:
    """The sales of a seller; `orders` are those in which they had a part."""

    vendor: Vendor
    sales: Sales


def sales_by_day(
    viewer: Viewer, *, since: datetime, until: datetime
) -> dict[date, Sales]:
    """Return the sales of each day in the market's currency; one query.

    From `since` to before `until`. Nothing for who is no operator.
    """
    rows = _entries(viewer, since, until, settings.CURRENCY)
    day = TruncDate("transaction__booked_at", tzinfo=timezone.get_default_timezone())
    return _summed(rows.annotate(day=day), "day", orders="transaction_id")


def sales_by_month(viewer: Viewer, asked: Period, currency: str) -> list[MonthSales]:
    """Return the sales of each month, from the first in which there are any.

    The newest comes last. An order is one, however many sellers it has. One query;
    nothing for who is no operator.
    """
    rows = _entries(viewer, asked.begins, asked.ends, currency)
    first = TruncMonth("transaction__booked_at", tzinfo=timezone.get_default_timezone())
    found = _summed(rows.annotate(first=first), "first", orders="transaction_id")
    if not found:
        return []
    months = {month_of(moment): sales for moment, sales in found.items()}
    return [
        MonthSales(
            month=month, days=_days(month, asked), sales=months.get(month, Sales())
        )
        for month in months_between(min(months), max(months))
    ]


def sales_by_seller(viewer: Viewer, asked: Period, currency: str) -> list[SellerSales]:
    """Return the sales of each seller, the largest first.

    An order of several sellers is one for each of them. Two queries; nothing for who is
    no operator.
    """
    rows = _entries(viewer, asked.begins, asked.ends, currency)
    found = _summed(rows, "settlement__vendor_id", orders="settlement_id")
    vendors = Vendor.objects.select_related("partner").filter(pk__in=found)
    return sorted(
        (SellerSales(vendor=each, sales=found[each.pk]) for each in vendors),
        key=lambda row: (-row.sales.gross_minor, row.vendor.name, row.vendor.pk),
    )


def _entries(
    viewer: Viewer, since: datetime, until: datetime, currency: str
) -> QuerySet[LedgerEntry]:
    if not viewer.is_operator:
        return LedgerEntry.objects.none()
    return LedgerEntry.objects.filter(
        transaction__kind__in=(_SOLD, _RETURNED),
        transaction__booked_at__gte=since,
        transaction__booked_at__lt=until,
        currency=currency,
        account__kind__in=_PARTS,
        settlement__isnull=False,
    )


def _summed(rows: QuerySet[LedgerEntry], by: str, *, orders: str) -> dict[Any, Sales]:
    """Return the sales by a field; `orders` is what an order is one of."""
    sold, returned = (Q(transaction__kind=kind) for kind in (_SOLD, _RETURNED))
    grouped = (
        rows.order_by()
        .values_list(by)
        .annotate(
            gross=Sum("amount_minor", filter=sold, default=0),
            back=Sum("amount_minor", filter=returned, default=0),
            kept=Sum(
                "amount_minor", filter=Q(account__kind__in=_COMMISSION), default=0
            ),
            orders=Count(orders, filter=sold, distinct=True),
        )
    )
    return {
        key: Sales(
            gross_minor=-gross,
            refunded_minor=back,
            commission_minor=-kept,
            orders=count,
        )
        for key, gross, back, kept, count in grouped
    }


def _days(month: Month, asked: Period) -> Period:
    last = timezone.localtime(
        month.ends - timedelta(microseconds=1), timezone.get_default_timezone()
    )
    return Period(max(asked.first, month.begins.date()), min(asked.last, last.date()))
