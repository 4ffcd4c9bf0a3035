"""Calendar months in the market's time zone: the periods of statements."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from marketplace.db.dates import written_day

_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
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
        return written_day(date(self.year, self.month, 1), "MMMM y")

    @property
    def begins(self) -> datetime:
        """Return its first moment."""
        zone = timezone.get_default_timezone()
        return datetime(self.year, self.month, 1, tzinfo=zone)

    @property
    def ends(self) -> datetime:
        """Return the first moment after it."""
        return self.next.begins

    @property
    def next(self) -> "Month":
        """Return the month after it."""
        years, month = divmod(self.month, _MONTHS_IN_YEAR)
        return Month(self.year + years, month + 1)


def month_of(moment: datetime) -> Month:
    """Return the month in which a moment lies."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return Month(local.year, local.month)


def month_named(key: str) -> Month:
    """Return the month that `2026-10` names; raises ValueError for anything else."""
    first = datetime.strptime(f"{key}-01", "%Y-%m-%d")  # noqa: DTZ007 -- a date's parts
    month = Month(first.year, first.month)
    if month.key != key:
        raise ValueError(f"{key!r} is no month.")
    return month


def months_between(first: Month, last: Month) -> list[Month]:
    """Return the months from `first` to `last`, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = first.next
    return months
