"""What is chosen, how to drop it, and what many choose."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from frontend.storefront.asking import Pairs, address, major, without
from frontend.storefront.bars import usual_limit
from frontend.storefront.naming import Naming
from search.backends.base import PRICE_GROUP, Bucket, ProductQuery, ResultPage


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter and the address without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter that many use, one tap away."""

    label: str
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """All that a page needs to show and to drop filters at an address."""

    page: ResultPage
    query: ProductQuery
    naming: Naming
    path: str
    pairs: Pairs

    def chips(self) -> list[Chip]:
        """Return what is chosen, each with the address that drops it."""
        found = [
            Chip(
                self.naming.label(group, value, plain=True),
                address(self.path, without(self.pairs, group, value=value)),
            )
            for group in sorted(self.query.filters)
            for value in sorted(self.query.filters[group])
        ]
        found += [
            Chip(
                self.naming.unwanted(tag),
                address(self.path, without(self.pairs, "not", value=tag)),
            )
            for tag in sorted(self.query.without)
        ]
        if self.query.has_price:
            rest = without(self.pairs, "min", "max")
            found.append(Chip(self._price(), address(self.path, rest)))
        return found

    def ways_out(self) -> list[tuple[Chip, int]]:
        """Return which filter to drop and how many products that brings."""
        found = []
        for group, count in sorted(self.page.without.items(), key=lambda one: -one[1]):
            names = ("min", "max") if group == PRICE_GROUP else (group,)
            rest = without(self.pairs, *names)
            chip = Chip(self._chosen_label(group), address(self.path, rest))
            found.append((chip, count))
        return found

    def quick(self) -> list[Quick]:
        """Return what many choose, where it parts this result or is chosen."""
        return [
            *self._quick("days", self._first_day()),
            *self._quick("delivery", self._bucket("delivery", "free")),
            *self._quick_price(),
            *self._quick("note", self._bucket("note", "4.5")),
        ]

    def _quick(self, group: str, bucket: Bucket | None) -> Iterator[Quick]:
        if bucket is None:
            return
        parts = 0 < bucket.count < self.page.total + self.page.without.get(group, 0)
        if not (parts or bucket.chosen):
            return
        rest = without(self.pairs, group)
        target = rest if bucket.chosen else (*rest, (group, bucket.value))
        label = self.naming.label(group, bucket.value, plain=True)
        yield Quick(label, address(self.path, target), bucket.chosen)

    def _quick_price(self) -> Iterator[Quick]:
        limit = usual_limit(self.page)
        if limit is None or self.query.has_price:
            return
        target = (*without(self.pairs, "min", "max"), ("max", major(limit)))
        label = capfirst(self.naming.price(None, limit))
        yield Quick(label, address(self.path, target), is_on=False)

    def _first_day(self) -> Bucket | None:
        """Return the chosen day, or the first by which something arrives."""
        days = [each for each in self.page.facet("days").buckets if each.count]
        chosen = [each for each in days if each.chosen]
        return min(
            chosen or days,
            key=lambda each: int(each.value) if each.value.isdecimal() else 0,
            default=None,
        )

    def _bucket(self, group: str, value: str) -> Bucket | None:
        found = (one for one in self.page.facet(group).buckets if one.value == value)
        return next(found, None)

    def _chosen_label(self, group: str) -> str:
        if group == PRICE_GROUP:
            return self._price()
        values = sorted(self.query.filters[group])
        return ", ".join(self.naming.label(group, each, plain=True) for each in values)

    def _price(self) -> str:
        return self.naming.price(self.query.price_from_minor, self.query.price_to_minor)
