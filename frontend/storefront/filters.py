"""Facets as the shop shows them: names instead of codes, only what parts the result."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from frontend import formats
from frontend.countries import country_name
from frontend.drawn import drawn
from frontend.storefront.asking import Pairs, address, major, without
from frontend.templatetags.comptoir import stars
from marketplace.core.money import Money
from marketplace.shop.partner.models import StockRecord
from search.backends.base import PRICE_GROUP, Bucket, Facet, ProductQuery, ResultPage

Names = Mapping[tuple[str, str], str]

SHOWN = 8
_MOST_ATTRIBUTES = 8
_OPEN_ATTRIBUTES = 3
_ONE_OF = {"note", "days"}
_OPEN = {"category", "price", "days", "note", "seller"}

_TITLES = {
    "category": gettext_lazy("Category"),
    "days": gettext_lazy("Delivery"),
    "delivery": gettext_lazy("Delivery cost"),
    "note": gettext_lazy("Rating"),
    "seller": gettext_lazy("Seller"),
    "brand": gettext_lazy("Brand"),
    "condition": gettext_lazy("Condition"),
    "country": gettext_lazy("Ships from"),
    "stock": gettext_lazy("Availability"),
}
_ANSWERS = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be ticked."""

    key: str
    value: str
    label: str | SafeString
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A filter."""

    name: str
    title: str
    options: tuple[Option, ...]
    kind: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter and the address without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Filters:
    """All that a page needs to show and to drop filters."""

    page: ResultPage
    query: ProductQuery
    names: Names
    today: date

    def drawn_groups(self) -> tuple[SafeString, ...]:
        """Return the groups as HTML, kept for the next who sees the same."""
        page, names = self.page, tuple(self.names.items())
        return _drawn_groups(
            page.facets,
            page.total,
            self.query.scope,
            self.query.currency,
            names,
            self.today,
            get_language() or "",
        )

    def groups(self) -> list[Group]:
        """Return the filters that part this result, the usual ones first."""
        fixed = {
            "category": self._categories(),
            "days": self._usual("days"),
            "delivery": self._usual("delivery"),
            "note": self._usual("note"),
            "seller": self._usual("seller"),
            "brand": self._usual("brand"),
            "condition": self._usual("condition"),
            "country": self._usual("country"),
            "stock": self._usual("stock"),
        }
        groups = [self._group(name, found) for name, found in fixed.items() if found]
        attributes = sorted(
            (facet for facet in self.page.facets if facet.group.startswith("a.")),
            key=lambda facet: (
                -any(each.chosen for each in facet.buckets),
                -sum(each.count for each in facet.buckets),
                facet.group,
            ),
        )
        parting = [(one.group, self._usual(one.group)) for one in attributes]
        shown = [(name, found) for name, found in parting if found][:_MOST_ATTRIBUTES]
        return groups + [
            self._group(name, found, is_open=place < _OPEN_ATTRIBUTES)
            for place, (name, found) in enumerate(shown)
        ]

    def chips(self, path: str, pairs: Pairs) -> list[Chip]:
        """Return what is chosen, each with the address that drops it."""
        found = [
            Chip(
                self.label(group, value, plain=True),
                address(path, without(pairs, group, value=value)),
            )
            for group in sorted(self.query.filters)
            for value in sorted(self.query.filters[group])
        ]
        if self.query.has_price:
            label = self.price_label()
            found.append(Chip(label, address(path, without(pairs, "min", "max"))))
        return found

    def ways_out(self, path: str, pairs: Pairs) -> list[tuple[Chip, int]]:
        """Return which filter to drop and how many products that brings."""
        found = []
        for group, count in sorted(self.page.without.items(), key=lambda one: -one[1]):
            names = ("min", "max") if group == PRICE_GROUP else (group,)
            label = self._chosen_label(group)
            chip = Chip(label, address(path, without(pairs, *names)))
            found.append((chip, count))
        return found

    def price_label(self) -> str:
        """Write the chosen limits: €20–150."""
        low, high = self.query.price_from_minor, self.query.price_to_minor
        if low is None:
            return _("up to %(price)s") % {"price": self._amount(high or 0)}
        if high is None:
            return _("from %(price)s") % {"price": self._amount(low)}
        return f"{self._amount(low)} – {self._amount(high)}"

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
        }
        if group in spoken:
            return spoken[group](value)
        if group.startswith("a."):
            return self._attribute(group, value)
        return self.names.get((group, value), value)

    def _chosen_label(self, group: str) -> str:
        if group == PRICE_GROUP:
            return self.price_label()
        values = sorted(self.query.filters[group])
        return ", ".join(self.label(group, each, plain=True) for each in values)

    def _group(self, name: str, found: list[Bucket], *, is_open: bool = False) -> Group:
        chosen = any(each.chosen for each in found)
        return Group(
            name=name,
            title=self._title(name),
            options=tuple(self._options(name, found)),
            kind="radio" if name in _ONE_OF else "checkbox",
            is_open=is_open or chosen or name in _OPEN,
        )

    def _options(self, name: str, found: list[Bucket]) -> Iterator[Option]:
        for place, each in enumerate(found):
            if place < SHOWN or each.chosen:
                key = f"{slugify(name)}-{slugify(each.value) or place}"
                label = self.label(name, each.value)
                yield Option(key, each.value, label, each.count, each.chosen)

    def _title(self, name: str) -> str:
        known = _TITLES.get(name)
        return str(known) if known else self.names.get((name, ""), name[2:])

    def _usual(self, name: str) -> list[Bucket]:
        """Return the values of a group that part the result; chosen ones always."""
        facet = self.page.facet(name)
        if name == "note":
            return _by_size(facet, reverse=True)
        if name == "days":
            return _by_size(facet, reverse=False)
        total = self.page.total
        parts = len(facet.buckets) > 1 or any(
            each.count < total for each in facet.buckets
        )
        chosen = any(each.chosen for each in facet.buckets)
        return list(facet.buckets) if parts or chosen else []

    def _categories(self) -> list[Bucket]:
        """Return the shelves of the first level that parts the result."""
        facet = self.page.facet("category")
        depth = self.query.scope.count("/") + 1 if self.query.scope else 0
        inside = f"{self.query.scope}/" if self.query.scope else ""
        below = [each for each in facet.buckets if each.value.startswith(inside)]
        deepest = max((each.value.count("/") for each in below), default=0)
        for level in range(depth, deepest + 1):
            found = [each for each in below if each.value.count("/") == level]
            if len(found) > 1:
                return found + [
                    each for each in below if each.chosen and each not in found
                ]
        return [each for each in below if each.chosen]

    def _by_day(self, value: str) -> str:
        days = int(value) if value.isascii() and value.isdigit() else 0
        day = self.today + timedelta(days=min(days, 366))
        return _("By %(day)s") % {"day": date_format(day, "l j M")}

    def _attribute(self, group: str, value: str) -> str:
        unit = self.names.get((group, "unit"), "")
        word = str(_ANSWERS.get(value, value))
        return f"{word}{formats.NO_BREAK}{unit}" if unit else word

    def _amount(self, minor: int) -> str:
        parts = formats.amount_parts(Money(minor, self.query.currency))
        return parts.prefix + major(minor) + parts.suffix


@lru_cache(maxsize=1024)
def _drawn_groups(
    facets: tuple[Facet, ...],
    total: int,
    scope: str,
    currency: str,
    names: tuple[tuple[tuple[str, str], str], ...],
    today: date,
    _language: str,
) -> tuple[SafeString, ...]:
    # Made anew from what groups may depend on, so that they cannot depend on more.
    page = ResultPage(facets=facets, total=total)
    query = ProductQuery(scope=scope, currency=currency)
    groups = Filters(page, query, dict(names), today).groups()
    return tuple(drawn("search/_facet.html", group=group) for group in groups)


def _by_size(facet: Facet, *, reverse: bool) -> list[Bucket]:
    def size(bucket: Bucket) -> float:
        try:
            return float(bucket.value)
        except ValueError:
            return 0.0

    return sorted(facet.buckets, key=size, reverse=reverse)


def _note(value: str, *, plain: bool) -> str:
    try:
        score = min(max(float(value), 0.0), 5.0)
    except ValueError:
        return value
    if plain:
        return _("%(score)s stars and up") % {"score": f"{score:g}"}
    return format_html('<span class="row gap-1">{} {}</span>', stars(score), _("& up"))


def _condition(value: str) -> str:
    return str(dict(StockRecord.Condition.choices).get(value, value))
