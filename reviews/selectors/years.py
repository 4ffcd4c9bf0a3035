"""What buyers gave a seller in the last twelve months, by aspect and by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.core.money import half_up
from marketplace.core.ratings import bayesian
from reviews.models import ASPECTS, NoteSums, SellerRatingMonth

_MONTHS = 12
# Stars that count as positive, and how many notes a share needs to say something.
_POSITIVE, _ENOUGH = 4, 5
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Given:
    """How many gave something, and the mean as it is shown."""

    count: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its stars and aspects; `first` is its first day."""

    first: date
    stars: Given
    aspects: dict[str, Given]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months, the oldest first, and all of them together."""

    months: tuple[Month, ...]
    stars: Given
    aspects: dict[str, Given]
    positive_percent: int | None


def year_of(partner_id: int, *, today: date) -> Year:
    """Return a seller's twelve months up to this one, empty ones too. One query."""
    firsts = [_back(today, months) for months in range(_MONTHS - 1, -1, -1)]
    kept = {
        row.month: row
        for row in SellerRatingMonth.objects.filter(
            partner_id=partner_id, month__gte=firsts[0], month__lte=firsts[-1]
        )
    }
    rows = [kept.get(day) or SellerRatingMonth(month=day) for day in firsts]
    counts = {star: sum(dict(row.counts)[star] for row in rows) for star in range(1, 6)}
    count, total = sum(counts.values()), sum(s * many for s, many in counts.items())
    positive = sum(many for star, many in counts.items() if star >= _POSITIVE)
    percent = half_up(_WHOLE * positive, count) if count >= _ENOUGH else None
    return Year(
        months=tuple(
            Month(row.month, Given(row.count, row.mean), _aspects([row]))
            for row in rows
        ),
        stars=Given(count, bayesian(total, count)),
        aspects=_aspects(rows),
        positive_percent=percent,
    )


def _aspects(rows: Iterable[NoteSums]) -> dict[str, Given]:
    rows = list(rows)
    found = {}
    for name in ASPECTS:
        count = sum(getattr(row, f"{name}_count") for row in rows)
        total = sum(getattr(row, f"{name}_sum") for row in rows)
        found[name] = Given(count, bayesian(total, count))
    return found


def _back(day: date, months: int) -> date:
    """Return the first day of the month so many months before."""
    years, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return date(years, month + 1, 1)
