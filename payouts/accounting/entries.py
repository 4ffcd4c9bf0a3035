"""The ledger's entries of a period in one currency, read as a stream.

Nothing is kept: a million entries take the memory of a few thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.models import LedgerEntry, LedgerTransaction

_CHUNK = 2000
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class PeriodError(RefusedError):
    """The period is none that can be exported."""

    code = "books.period"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in the market's time zone."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Return its first moment."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """Return the first moment after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def year_begins(self) -> date:
        """Return the first day of the accounting year in which it begins."""
        month = settings.ACCOUNTING_YEAR_BEGINS
        year = self.first.year - (self.first.month < month)
        return date(year, month, 1)

    @property
    def is_from_the_start(self) -> bool:
        """Say whether it begins with an accounting year."""
        return self.first == self.year_begins


@dataclass(frozen=True, slots=True)
class Entry:
    """One leg of the ledger with what books say of it; debit is positive."""

    id: int
    transaction_id: int
    key: str
    kind: str
    booked_at: datetime
    account_kind: str
    vendor_id: int | None
    vendor_handle: str
    vendor_name: str
    order: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Sums:
    """How much a period holds; debit and credit are equal where books balance."""

    entries: int
    debit_minor: int
    credit_minor: int


def period(first: date, last: date) -> Period:
    """Return a period.

    Raises PeriodError if it ends before it begins, or a year is mistyped: the edges of
    the calendar have no midnight in UTC.
    """
    if not all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in (first, last)):
        raise PeriodError(
            _("Enter years from %(first)d to %(last)d.")
            % {"first": _FIRST_YEAR, "last": _LAST_YEAR}
        )
    if last < first:
        raise PeriodError(_("The period ends before it begins."))
    return Period(first, last)


def entries_of(asked: Period, currency: str) -> Iterator[Entry]:
    """Yield the entries in the order in which they were booked."""
    rows = (
        _rows(asked, currency)
        .order_by("transaction__booked_at", "transaction_id", "pk")
        .values_list(
            "pk",
            "transaction_id",
            "transaction__key",
            "transaction__kind",
            "transaction__booked_at",
            "account__kind",
            "account__vendor_id",
            "account__vendor__handle",
            "account__vendor__name",
            "settlement__vendor_order__number",
            "amount_minor",
            "currency",
        )
    )
    for row in rows.iterator(chunk_size=_CHUNK):
        handle, name, order = (text or "" for text in row[7:10])
        yield Entry(*row[:7], handle, name, order, *row[10:])


def sums_by_account(asked: Period, currency: str) -> list[tuple[str, Sums]]:
    """Return what moved on each kind of account, by its name in the ledger."""
    rows = _rows(asked, currency).order_by().values("account__kind")
    found: dict[str, Sums] = {}
    for side, sign in (("gt", 1), ("lt", -1)):
        counted = rows.filter(**{f"amount_minor__{side}": 0}).annotate(
            count=Count("pk"), total=Sum("amount_minor")
        )
        for row in counted:
            old = found.get(row["account__kind"], Sums(0, 0, 0))
            minor = sign * row["total"]
            found[row["account__kind"]] = Sums(
                old.entries + row["count"],
                old.debit_minor + (minor if sign > 0 else 0),
                old.credit_minor + (minor if sign < 0 else 0),
            )
    return sorted(found.items())


def balances_before(
    moment: datetime, currency: str
) -> list[tuple[str, int | None, str, str, int]]:
    """Return each account's balance at a moment: kind, seller, their names, amount."""
    rows = (
        LedgerEntry.objects.filter(transaction__booked_at__lt=moment, currency=currency)
        .order_by("account__kind", "account__vendor_id")
        .values_list(
            "account__kind",
            "account__vendor_id",
            "account__vendor__handle",
            "account__vendor__name",
        )
        .annotate(total=Sum("amount_minor"))
    )
    return [
        (kind, vendor_id, handle or "", name or "", total)
        for kind, vendor_id, handle, name, total in rows
        if total
    ]


def transactions_by_kind(
    begins: datetime, ends: datetime, currency: str
) -> dict[str, int]:
    """Return how many transactions of each kind a time holds in a currency."""
    own = LedgerEntry.objects.filter(transaction=OuterRef("pk"), currency=currency)
    rows = LedgerTransaction.objects.filter(
        Exists(own), booked_at__gte=begins, booked_at__lt=ends
    )
    return dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))


def currencies_of(asked: Period) -> list[str]:
    """Return the currencies in which something was booked, the market's own first."""
    rows = LedgerEntry.objects.filter(
        transaction__booked_at__gte=asked.begins,
        transaction__booked_at__lt=asked.ends,
    )
    found = set(rows.order_by().values_list("currency", flat=True).distinct())
    return sorted(found, key=lambda each: (each != settings.CURRENCY, each))


def _rows(asked: Period, currency: str) -> QuerySet[LedgerEntry, Any]:
    return LedgerEntry.objects.filter(
        transaction__booked_at__gte=asked.begins,
        transaction__booked_at__lt=asked.ends,
        currency=currency,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
