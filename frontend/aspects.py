"""Ratings by aspect and by month, as shop, portal and office draw them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import formats
from marketplace.db.dates import written_day
from reviews.models import ASPECTS
from reviews.selectors.years import Given, Month, Year

TITLES: Mapping[str, Promise] = {
    "described": gettext_lazy("As described"),
    "dispatch": gettext_lazy("Dispatch"),
    "packing": gettext_lazy("Packing"),
    "contact": gettext_lazy("Contact"),
}
QUESTIONS: Mapping[str, Promise] = {
    "described": gettext_lazy("Was it as described?"),
    "dispatch": gettext_lazy("Was it sent in time?"),
    "packing": gettext_lazy("Was it packed well?"),
    "contact": gettext_lazy("Did they answer well?"),
}
# From here on a mean is fine, or near to it.
_FINE, _NEAR = Decimal("4.2"), Decimal("3.5")
_WIDTH, _TOP, _BOTTOM, _LABELS = 320, 8, 88, 104
_HIGHEST, _BAR = 5, 0.62
_FEWEST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Aspect:
    """A line of the breakdown; `tone` is ok, near or off."""

    title: Promise
    mean: Decimal
    count: int
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month's bar; numbers are written as SVG reads them, in every language."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Twelve months as bars, with one sentence for who cannot see them."""

    bars: tuple[Bar, ...]
    words: str
    view_box: str = f"0 0 {_WIDTH} {_LABELS + 4}"
    baseline: int = _BOTTOM
    labels: int = _LABELS
    right: int = _WIDTH


def aspects_of(given: Mapping[str, Given]) -> list[Aspect]:
    """Return the aspects that somebody has rated, in their usual order."""
    return [
        Aspect(TITLES[name], mean, given[name].count, tone_of(mean))
        for name in ASPECTS
        if (mean := given[name].mean) is not None
    ]


def tone_of(mean: Decimal) -> str:
    """Return how a meter is coloured."""
    if mean >= _FINE:
        return "ok"
    return "near" if mean >= _NEAR else "off"


def chart_of(year: Year) -> Chart:
    """Draw the means of up to twelve months; a month without a rating has no bar.

    The months before the first rating are left out, as long as half a year stays.
    """
    rated = (n for n, month in enumerate(year.months) if month.stars.count)
    months = year.months[min(next(rated, 0), len(year.months) - _FEWEST_MONTHS) :]
    slot = _WIDTH / len(months)
    bars = (_bar(month, n * slot, slot) for n, month in enumerate(months))
    return Chart(bars=tuple(bars), words=_words(months))


def _bar(month: Month, left: float, slot: float) -> Bar:
    mean = float(month.stars.mean or 0)
    y = _BOTTOM - (_BOTTOM - _TOP) * mean / _HIGHEST
    name = written_day(month.first, "MMMM y")
    return Bar(
        x=f"{left + slot * (1 - _BAR) / 2:.1f}",
        y=f"{y:.1f}",
        width=f"{slot * _BAR:.1f}",
        height=f"{_BOTTOM - y:.1f}",
        middle=f"{left + slot / 2:.1f}",
        label=written_day(month.first, "LLLLL"),
        words=f"{name}: {given_words(month.stars)}",
    )


def given_words(given: Given) -> str:
    """Write a mean with its count; never one without the other."""
    if given.mean is None:
        return _("no rating")
    return ngettext(
        "%(mean)s of 5 from %(n)s rating",
        "%(mean)s of 5 from %(n)s ratings",
        given.count,
    ) % {"mean": formats.number(given.mean, 1), "n": formats.number(given.count)}


def _words(months: Iterable[Month]) -> str:
    rated = [month for month in months if month.stars.mean is not None]
    if not rated:
        return _("No rating in twelve months.")
    return _("Rating by month: %(first)s in %(from)s, %(last)s in %(to)s.") % {
        "first": formats.number(rated[0].stars.mean or 0, 1),
        "from": written_day(rated[0].first, "MMMM y"),
        "last": formats.number(rated[-1].stars.mean or 0, 1),
        "to": written_day(rated[-1].first, "MMMM y"),
    }
