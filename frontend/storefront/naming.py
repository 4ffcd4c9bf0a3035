"""What filters and their values are called on pages, instead of their codes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import isnan

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from frontend.countries import country_name
from frontend.templatetags.comptoir import stars
from marketplace.core.money import Money
from marketplace.db.amounts import NO_BREAK, amount_parts
from marketplace.db.dates import written_day
from marketplace.shop.partner.models import StockRecord
from search.backends.base import Facet, ProductQuery

Names = Mapping[tuple[str, str], str]

_TITLES = {
    "category": gettext_lazy("Category"),
    "days": gettext_lazy("Delivery"),
    "note": gettext_lazy("Rating"),
    "seller": gettext_lazy("Seller"),
    "brand": gettext_lazy("Brand"),
    "condition": gettext_lazy("Condition"),
    "country": gettext_lazy("Ships from"),
    "stock": gettext_lazy("Availability"),
    "deal": gettext_lazy("Price"),
}
_ANSWERS = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
_LONGEST_WAIT = 366
_FRACTION = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one result's filters."""

    names: Names
    today: date
    currency: str

    def title(self, group: str) -> str:
        """Return what a group is called."""
        known = _TITLES.get(group)
        return str(known) if known else self.names.get((group, ""), group[2:])

    def label(self, group: str, value: str, *, plain: bool = False) -> str:
        """Return what a value is called; `plain` is text without drawings."""
        if group == "note":
            return _note(value, plain=plain)
        if group == "days":
            return self._by_day(value)
        spoken: dict[str, Callable[[str], str]] = {
            "country": country_name,
            "condition": _condition,
            "delivery": lambda _value: _("Free delivery"),
            "stock": lambda _value: _("In stock"),
            "deal": lambda _value: _("Reduced"),
        }
        if group in spoken:
            return spoken[group](value)
        if group.startswith("a."):
            return self._attribute(group, value)
        return self.names.get((group, value), value)

    def unwanted(self, tag: str) -> str:
        """Return what is left out is called: without lid, without red."""
        group, _equals, value = tag.partition("=")
        what = self.title(group) if value == "yes" else self.label(group, value)
        return _("without %(what)s") % {"what": _within(what)}

    def price(self, low: int | None, high: int | None) -> str:
        """Write limits of the price: €20 – €150, from €20, up to €150."""
        if low is None:
            return _("up to %(price)s") % {"price": self.amount(high or 0)}
        if high is None:
            return _("from %(price)s") % {"price": self.amount(low)}
        return f"{self.amount(low)} – {self.amount(high)}"

    def amount(self, minor: int) -> str:
        """Write an amount as short as it can be: €20, or €20.50."""
        return _amount(minor, self.currency, get_language() or "")

    def _by_day(self, value: str) -> str:
        days = int(value) if value.isascii() and value.isdigit() else 0
        day = self.today + timedelta(days=min(days, _LONGEST_WAIT))
        return _("By %(day)s") % {"day": written_day(day, "EEEE d MMM")}

    def _attribute(self, group: str, value: str) -> str:
        unit = self.names.get((group, "unit"), "")
        word = self.names.get((group, value)) or str(_ANSWERS.get(value, value))
        return f"{_number(word)}{NO_BREAK}{unit}" if unit else word


def unwanted_groups(query: ProductQuery) -> tuple[Facet, ...]:
    """Return the groups of what a query leaves out, for their names."""
    groups = {tag.partition("=")[0] for tag in query.without}
    return tuple(Facet(group, ()) for group in sorted(groups))


def _within(name: str) -> str:
    """Write a name as it stands within a sentence: lid, but LED."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


@lru_cache(maxsize=1024)
def _amount(minor: int, currency: str, _language: str) -> str:
    parts = amount_parts(Money(minor, currency))
    whole = parts.whole if minor % 10 ** len(parts.minor[1:]) == 0 else ""
    return parts.prefix + (whole or parts.whole + parts.minor) + parts.suffix


def _number(value: str) -> str:
    """Write a number that stands before a unit with the reader's decimal sign."""
    return number_format(value) if _FRACTION.fullmatch(value) else value


def _note(value: str, *, plain: bool) -> str | SafeString:
    try:
        typed = float(value)
    except ValueError:
        return value
    if isnan(typed):
        return value
    score = min(max(typed, 0.0), 5.0)
    if plain:
        return _("%(score)s stars and up") % {"score": f"{score:g}"}
    return format_html('<span class="row gap-1">{} {}</span>', stars(score), _("& up"))


def _condition(value: str) -> str:
    return str(dict(StockRecord.Condition.choices).get(value, value))
