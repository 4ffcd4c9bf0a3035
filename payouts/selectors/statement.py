"""A seller's month: from the opening to the closing balance, and every line of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from payouts.models import AdjustmentKind, LedgerEntry, Settlement
from payouts.selectors.sellers import statement_lines

_SALE, _RELEASE = "capture", "release"
KINDS = {
    _SALE: gettext_lazy("Sale"),
    "refund": gettext_lazy("Refund"),
    "transfer": gettext_lazy("Sent to your Stripe account"),
    "adjustment": gettext_lazy("Adjustment"),
    "bank_payment": gettext_lazy("Paid to your bank account"),
    "fee_share": gettext_lazy("Payment fee"),
    "reversal": gettext_lazy("Taken back from your Stripe account"),
}
_MONTHS_IN_YEAR = 12
_MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A row from opening to closing."""

    title: str
    note: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in the market's time zone."""

    year: int
    month: int

    @property
    def key(self) -> str:
        """Return it as addresses write it: `2026-10`."""
        return f"{self.year}-{self.month:02d}"

    @property
    def name(self) -> str:
        """Return it in words: October 2026."""
        return date_format(date(self.year, self.month, 1), "F Y")

    @property
    def begins(self) -> datetime:
        """Return its first moment."""
        zone = timezone.get_default_timezone()
        return datetime(self.year, self.month, 1, tzinfo=zone)

    @property
    def next(self) -> "Month":
        """Return the month after it."""
        years, month = divmod(self.month, _MONTHS_IN_YEAR)
        return Month(self.year + years, month + 1)


def month_of(moment: datetime) -> Month:
    """Return the month in which a moment lies."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return Month(local.year, local.month)


def month_asked(text: str, months: list[Month]) -> Month:
    """Return the month that an address names; the newest for anything else."""
    return next((month for month in months if month.key == text), months[0])


def months_of(viewer: Viewer, vendor_id: int, now: datetime) -> list[Month]:
    """Return the months from the seller's first line to now, newest first."""
    lines = statement_lines(viewer, vendor_id=vendor_id).order_by()
    first = lines.aggregate(first=Min("transaction__booked_at"))["first"]
    month, last = month_of(first or now), month_of(now)
    months = [month]
    while months[-1] != last and len(months) < _MOST_MONTHS:
        months.append(months[-1].next)
    return months[::-1]


class Statement:
    """One month of a seller in one currency."""

    def __init__(
        self, viewer: Viewer, *, vendor_id: int, month: Month, currency: str
    ) -> None:
        self.month, self.currency = month, currency
        self._all = statement_lines(viewer, vendor_id=vendor_id).filter(
            currency=currency
        )
        self._sums = self._read_sums()

    @property
    def lines(self) -> QuerySet[LedgerEntry]:
        """Return the lines of the month, newest first.

        A release moves money from one pocket of the seller to the other: it is no line.
        """
        within = self._all.filter(
            transaction__booked_at__gte=self.month.begins,
            transaction__booked_at__lt=self.month.next.begins,
        )
        return within.exclude(transaction__kind=_RELEASE).order_by(
            "-transaction__booked_at", "-pk"
        )

    def line(self, key: int) -> LedgerEntry | None:
        """Return a line of the month by its primary key, if it is one."""
        return self.lines.filter(pk=key).first()

    @property
    def opening(self) -> Money:
        """Return what was the seller's when the month began."""
        before = self._all.filter(transaction__booked_at__lt=self.month.begins)
        total = before.order_by().aggregate(total=Sum("amount_minor"))["total"]
        return Money(-(total or 0), self.currency)

    @property
    def closing(self) -> Money:
        """Return what was the seller's when it ended."""
        change = sum(minor for minor, _count in self._sums.values())
        return self.opening + Money(change, self.currency)

    @property
    def sent(self) -> Money:
        """Return what went to the seller's Stripe account, less what was taken back."""
        kinds = ("transfer", "reversal", "bank_payment")
        minor = sum(self._sums.get(kind, (0, 0))[0] for kind in kinds)
        return Money(-minor, self.currency)

    @property
    def earned(self) -> Money:
        """Return what the month added before anything was sent."""
        return self.closing - self.opening + self.sent

    @property
    def rows(self) -> list[StatementRow]:
        """Return what lies between opening and closing."""
        return list(self._rows())

    def _read_sums(self) -> dict[str, tuple[int, int]]:
        grouped = self.lines.order_by().values_list("transaction__kind")
        found = grouped.annotate(total=Sum("amount_minor"), count=Count("pk"))
        return {kind: (-total, count) for kind, total, count in found}

    def _rows(self) -> Iterator[StatementRow]:
        for kind, (minor, count) in sorted(self._sums.items(), key=_place):
            if kind == _SALE:
                yield from self._sales(minor, count)
                continue
            times = ngettext("%(n)d time", "%(n)d times", count) % {"n": count}
            yield StatementRow(
                str(KINDS.get(kind, kind)), times, Money(minor, self.currency)
            )

    def _sales(self, minor: int, count: int) -> Iterator[StatementRow]:
        sold = self.lines.filter(transaction__kind=_SALE).order_by()
        taken = Settlement.objects.filter(
            pk__in=sold.values("settlement_id")
        ).aggregate(
            commission=Sum("commission_minor"),
            vat=Sum("commission_vat_minor"),
            funded=Sum("platform_discount_minor"),
        )
        commission, vat, funded = (value or 0 for value in taken.values())
        orders = ngettext("%(n)d order", "%(n)d orders", count) % {"n": count}
        yield StatementRow(
            _("Sales, %s") % orders,
            _("What buyers paid, with delivery.")
            + (" " + _("A part of it came from us as points.") if funded else ""),
            Money(minor + commission + vat, self.currency),
        )
        yield StatementRow(_("Commission"), "", Money(-commission, self.currency))
        yield StatementRow(_("VAT on the commission"), "", Money(-vat, self.currency))


def _place(row: tuple[str, Any]) -> int:
    order = list(KINDS)
    return order.index(row[0]) if row[0] in order else len(order)


def line_words(entry: LedgerEntry) -> str:
    """Say what a line is; of an adjustment, why."""
    if entry.transaction.kind == "adjustment":
        ref = entry.transaction.ref
        kind = AdjustmentKind(ref["kind"]).label
        return f"{kind}: {ref['reason']}"
    return str(KINDS.get(entry.transaction.kind, entry.transaction.kind))


def has_words(words: str) -> Q:
    """Return the filter for lines of orders with this number."""
    return Q(settlement__vendor_order__number__icontains=words) if words else Q()
