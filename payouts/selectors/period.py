"""One month of a seller's accounts in one currency, closed or still open.

Which entries stand in it: those that were laid into its statement when it closed. While
it is open, every entry booked before its end that stands in no statement yet; so what
is booked late, for a month that has closed, falls into the first month still open.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Min, QuerySet, Sum

from payouts.models import AccountKind, LedgerEntry, Statement
from payouts.models.ledger import VENDOR_KINDS
from payouts.months import Month, month_named, month_of, months_between
from payouts.selectors.movements import ACCOUNTS, place_of, words_of

NO_MONEY = dict.fromkeys(ACCOUNTS.values(), 0)


@dataclass(frozen=True, slots=True)
class KindSum:
    """What one kind of movement came to; `minor` is the seller's view."""

    kind: str
    words: str
    count: int
    minor: int


@dataclass(frozen=True)
class Period:
    """A month of a seller's accounts; without `closed` it is still open.

    `previous` is the last statement before it. `is_first_open`: what came late falls
    into it.
    """

    vendor_id: int
    currency: str
    month: Month
    closed: Statement | None
    previous: Statement | None
    is_first_open: bool

    @property
    def entries(self) -> QuerySet[LedgerEntry]:
        """Return its entries in the order of the statement, with what they tell of."""
        rows = self._entries().select_related(
            "transaction", "account", "settlement__vendor_order"
        )
        return rows.order_by("transaction__booked_at", "pk")

    @cached_property
    def opening(self) -> dict[str, int]:
        """Return the balance of each account when it began."""
        if self.closed:
            return opening_of(self.closed)
        found = closing_of(self.previous)
        if not self.is_first_open:
            for kind, minor in _sums(self._unclosed_before()):
                found[ACCOUNTS[kind]] += minor
        return found

    @cached_property
    def closing(self) -> dict[str, int]:
        """Return the balance of each account when it ended, or now."""
        return {name: self.opening[name] + self.moved[name] for name in self.opening}

    @cached_property
    def moved(self) -> dict[str, int]:
        """Return what changed on each account."""
        found = dict(NO_MONEY)
        for _kind, account, _count, minor in self._grouped:
            found[ACCOUNTS[account]] += minor
        return found

    @cached_property
    def totals(self) -> list[KindSum]:
        """Return the sum of each kind, in the order in which money comes and goes."""
        counts: dict[str, int] = defaultdict(int)
        sums: dict[str, int] = defaultdict(int)
        for kind, _account, count, minor in self._grouped:
            counts[kind] += count
            sums[kind] += minor
        return [
            KindSum(kind, words_of(kind), counts[kind], sums[kind])
            for kind in sorted(counts, key=place_of)
        ]

    @cached_property
    def _grouped(self) -> list[tuple[str, str, int, int]]:
        rows = self._entries().order_by()
        found = rows.values_list("transaction__kind", "account__kind").annotate(
            count=Count("pk"), total=Sum("amount_minor")
        )
        return [(kind, account, count, -total) for kind, account, count, total in found]

    def _entries(self) -> QuerySet[LedgerEntry]:
        if self.closed:
            return LedgerEntry.objects.filter(statement_entry__statement=self.closed)
        rows = _unclosed(self.vendor_id, self.currency).filter(
            transaction__booked_at__lt=self.month.ends
        )
        if self.is_first_open:
            return rows
        return rows.filter(transaction__booked_at__gte=self.month.begins)

    def _unclosed_before(self) -> QuerySet[LedgerEntry]:
        rows = _unclosed(self.vendor_id, self.currency)
        return rows.filter(transaction__booked_at__lt=self.month.begins)


def period_of(
    *, vendor_id: int, currency: str, month: Month, now: datetime
) -> Period | None:
    """Return a month of a seller; None if it lies outside of what `months_of` gives."""
    if month not in months_of(vendor_id=vendor_id, currency=currency, now=now):
        return None
    rows = _statements(vendor_id, currency).select_related("key")
    closed = rows.filter(period=month.key).first()
    before = rows.filter(ends_at__lte=month.begins).order_by("-ends_at").first()
    first_open = (
        before.period == _before(month).key
        if before
        else month == _first_month(vendor_id, currency, now)
    )
    return Period(vendor_id, currency, month, closed, before, first_open)


def months_of(*, vendor_id: int, currency: str, now: datetime) -> list[Month]:
    """Return the months from the seller's first movement to now, newest first."""
    first = _first_month(vendor_id, currency, now)
    return months_between(first, max(month_of(now), first))[::-1]


def unclosed_months(*, vendor_id: int, currency: str, until: datetime) -> list[Month]:
    """Return the months that have ended by `until` and have no statement, oldest first.

    None before a seller's first movement.
    """
    last = _statements(vendor_id, currency).order_by("-ends_at").first()
    if last is not None:
        first = month_named(last.period).next
    else:
        booked_at = _first_booked(vendor_id, currency)
        if booked_at is None:
            return []
        first = month_of(booked_at)
    return [
        month for month in months_between(first, month_of(until)) if month.ends <= until
    ]


def closing_of(statement: Statement | None) -> dict[str, int]:
    """Return what each account held when a statement closed; zeros before the first."""
    if statement is None:
        return dict(NO_MONEY)
    return {
        "held": statement.closing_held_minor,
        "due": statement.closing_due_minor,
        "reserve": statement.closing_reserve_minor,
    }


def opening_of(statement: Statement) -> dict[str, int]:
    """Return what each account held when a statement's month began."""
    return {
        "held": statement.opening_held_minor,
        "due": statement.opening_due_minor,
        "reserve": statement.opening_reserve_minor,
    }


def _before(month: Month) -> Month:
    return month_of(month.begins - timedelta(days=1))


def _first_month(vendor_id: int, currency: str, now: datetime) -> Month:
    first = _statements(vendor_id, currency).order_by("ends_at").first()
    if first is not None:
        return month_named(first.period)
    return month_of(_first_booked(vendor_id, currency) or now)


def _first_booked(vendor_id: int, currency: str) -> datetime | None:
    rows = _of_accounts(vendor_id, currency).order_by()
    found: datetime | None = rows.aggregate(at=Min("transaction__booked_at"))["at"]
    return found


def _statements(vendor_id: int, currency: str) -> QuerySet[Statement]:
    rows = Statement.objects.filter(vendor_id=vendor_id, currency=currency)
    return rows.defer("sheet")


def _of_accounts(vendor_id: int, currency: str) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(
        account__vendor_id=vendor_id,
        account__currency=currency,
        account__kind__in=VENDOR_KINDS,
    )


def _unclosed(vendor_id: int, currency: str) -> QuerySet[LedgerEntry]:
    rows = _of_accounts(vendor_id, currency)
    return rows.filter(statement_entry__isnull=True)


def _sums(rows: QuerySet[LedgerEntry]) -> list[tuple[str, int]]:
    grouped = rows.order_by().values_list("account__kind")
    found = grouped.annotate(total=Sum("amount_minor"))
    return [(AccountKind(kind).value, -total) for kind, total in found]
