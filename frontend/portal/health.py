"""How a shop stands against what buyers may expect of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from frontend import formats
from marketplace.core.money import half_up
from vendors.models import Standing, Vendor

# A share of fewer orders than this says nothing.
ENOUGH = 5
_THOUSAND = 1000
_NEAR = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A share with its target; `state` is ok, near or off (nothing: too few)."""

    title: str
    value: str
    target: str
    at: Decimal
    state: str


def measures_of(vendor: Vendor) -> list[Measure]:
    """Return the shop's measures: shares of a thousand against their limits."""
    standing = Standing.objects.filter(vendor=vendor).first() or Standing(vendor=vendor)
    on_time = standing.shipped - standing.shipped_late
    return [
        _at_least(_("Shipped on time"), on_time, standing.shipped, target=950),
        _at_most(
            _("Cancelled by you"),
            standing.cancelled_by_seller,
            standing.orders,
            limit=25,
        ),
        _at_most(_("Problems reported"), standing.problems, standing.orders, limit=20),
        _at_most(_("Sent back"), standing.returned, standing.orders, limit=80),
    ]


def _at_least(title: str, good: int, all_of_them: int, *, target: int) -> Measure:
    share = _share(good, all_of_them)
    words = _("Buyers may expect %s or more") % _percent(target)
    if share is None:
        return _too_few(title, words)
    state = "ok" if share >= target + _NEAR else "near" if share >= target else "off"
    return Measure(title, _percent(share), words, _at(share), state)


def _at_most(title: str, bad: int, all_of_them: int, *, limit: int) -> Measure:
    share = _share(bad, all_of_them)
    words = _("Limit %s") % _percent(limit)
    if share is None:
        return _too_few(title, words)
    state = "ok" if share <= limit - _NEAR else "near" if share <= limit else "off"
    return Measure(title, _percent(share), words, _at(share), state)


def _too_few(title: str, words: str) -> Measure:
    return Measure(title, formats.NO_BREAK + "–", words, Decimal(0), "")


def _share(part: int, whole: int) -> int | None:
    """Return so many of a thousand, or None where there are too few to tell."""
    return half_up(part * _THOUSAND, whole) if whole >= ENOUGH else None


def _percent(thousandths: int) -> str:
    places = 0 if thousandths % 10 == 0 else 1
    return f"{formats.number(_at(thousandths), places)}{formats.NO_BREAK}%"


def _at(thousandths: int) -> Decimal:
    return Decimal(thousandths) / 10
