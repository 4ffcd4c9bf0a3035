"""The filters beside a result: only what parts it, the most useful first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zlib import crc32

from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.drawn import drawn
from frontend.storefront.naming import Naming
from frontend.storefront.shelves import Shelf, shelves
from search.backends.base import Bucket, Facet, ResultPage
from search.facets import AT_ONCE, WHOLE, is_chosen, ranked, steps, telling

# Beside the price; the others wait behind "More filters".
_MOST_SHOWN = 9
_MOST_WAITING = 12
_OPEN = 6
_FEW_MORE = 2
# What tells less, a value of one result in twenty, waits however few groups there are.
_TELLING = 0.05
_OTHERS = ("seller", "brand", "condition", "country", "stock", "deal")


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be ticked; `depth` is how far it is set in.

    One without a count drops the choice of its group.
    """

    key: str
    name: str
    kind: str
    value: str
    label: str | SafeString
    count: int | None
    is_chosen: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A filter; `more` waits behind "Show more"."""

    name: str
    title: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Groups:
    """The filters as HTML: the shelves, what stands below the price, what waits."""

    first: tuple[SafeString, ...]
    shown: tuple[SafeString, ...]
    waiting: tuple[SafeString, ...]

    def __bool__(self) -> bool:
        return bool(self.first or self.shown or self.waiting)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the filters of a result may depend on."""

    facets: tuple[Facet, ...]
    without: tuple[tuple[str, int], ...]
    total: int
    scope: str
    names: tuple[tuple[tuple[str, str], str], ...]
    currency: str
    today: date
    language: str


def drawn_groups(page: ResultPage, scope: str, naming: Naming) -> Groups:
    """Return the filters of a result, kept for the next who sees the same."""
    seen = _Seen(
        facets=page.facets,
        without=tuple(sorted(page.without.items())),
        total=page.total,
        scope=scope,
        names=tuple(naming.names.items()),
        currency=naming.currency,
        today=naming.today,
        language=get_language() or "",
    )
    return _drawn_groups(seen)


# A large one takes 400 kB.
@lru_cache(maxsize=64)
def _drawn_groups(seen: _Seen) -> Groups:
    page = ResultPage(facets=seen.facets, total=seen.total, without=dict(seen.without))
    maker = _Maker(page, Naming(dict(seen.names), seen.today, seen.currency))
    shown, waiting = maker.others()
    return Groups(_drawn(maker.category(seen.scope)), _drawn(shown), _drawn(waiting))


def _drawn(groups: Iterable[Group]) -> tuple[SafeString, ...]:
    return tuple(drawn("search/_facet.html", group=group) for group in groups)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes groups of a result's facets."""

    page: ResultPage
    naming: Naming

    def category(self, scope: str) -> list[Group]:
        """Return the shelves, or nothing where all is on one."""
        found = shelves(self.page.facet("category"), scope, self._total("category"))
        places = [place for place, each in enumerate(found) if not each.depth]
        size = _at_once(len(places))
        cut = places[size] if size < len(places) else len(found)
        kept = [
            *found[:cut],
            *(each for each in found[cut:] if each.is_touched),
        ]
        rest = [each for each in found[cut:] if not each.is_touched]
        return self._made("category", self._shelves(kept), self._shelves(rest))

    def others(self) -> tuple[list[Group], list[Group]]:
        """Return the groups below the price, and those behind "More filters"."""
        usual = [*self._delivery(), *self._notes()]
        attributes = sorted(
            (each for each in self.page.facets if each.group.startswith("a.")),
            key=lambda each: self.naming.title(each.group),
        )
        rest = [*(self.page.facet(group) for group in _OTHERS[:2]), *attributes]
        rest += [self.page.facet(group) for group in _OTHERS[2:]]
        totals = {group: self._total(group) for group in self.page.without}
        found = ranked(rest, totals, total=self.page.total)
        room = _MOST_SHOWN - len(usual)
        shown = [
            each
            for place, each in enumerate(found)
            if is_chosen(each) or (place < room and self._is_telling(each))
        ]
        waiting = [each for each in found if each not in shown][:_MOST_WAITING]
        opened = _OPEN - len(usual)
        made = [
            group
            for place, each in enumerate(shown)
            for group in self._plain(each, is_open=place < opened)
        ]
        behind = [group for each in waiting for group in self._plain(each)]
        return usual + made, behind

    def _is_telling(self, facet: Facet) -> bool:
        return telling(facet, self._total(facet.group)) >= _TELLING

    def _total(self, group: str) -> int:
        """Return how many are found without a group's own filter."""
        return self.page.total + self.page.without.get(group, 0)

    def _delivery(self) -> list[Group]:
        """Return until when, and whether free: one group of two filters."""
        days = self._steps("days", reverse=False, label=_("Any day"))
        free = [
            self._option("delivery", each)
            for each in self.page.facet("delivery").buckets
            if each.chosen or 0 < each.count < self._total("delivery")
        ]
        return self._made("days", [*days, *free])

    def _notes(self) -> list[Group]:
        return self._made(
            "note", self._steps("note", reverse=True, label=_("Any rating"))
        )

    def _steps(self, group: str, *, reverse: bool, label: str) -> list[Option]:
        facet = self.page.facet(group)
        ladder = sorted(facet.buckets, key=_size, reverse=reverse)
        found = [
            self._option(group, each, kind="radio")
            for each in steps(ladder, self._total(group))
        ]
        if not is_chosen(facet):
            return found
        none = Option(_key(group, ""), group, "radio", "", label, None, is_chosen=False)
        return [*found, none]

    def _plain(self, facet: Facet, *, is_open: bool = False) -> list[Group]:
        size = _at_once(len(facet.buckets))
        kept, rest = facet.buckets[:size], facet.buckets[size:]
        kept += tuple(each for each in rest if each.chosen)
        rest = tuple(each for each in rest if not each.chosen)
        return self._made(
            facet.group,
            [self._option(facet.group, each) for each in _in_order(kept)],
            [self._option(facet.group, each) for each in _in_order(rest)],
            is_open=is_open or is_chosen(facet),
        )

    def _made(
        self,
        name: str,
        options: list[Option],
        more: Iterable[Option] = (),
        *,
        is_open: bool = True,
    ) -> list[Group]:
        if not options:
            return []
        title = self.naming.title(name)
        return [Group(name, title, tuple(options), tuple(more), is_open)]

    def _option(self, group: str, each: Bucket, *, kind: str = "checkbox") -> Option:
        return Option(
            _key(group, each.value),
            group,
            kind,
            each.value,
            self.naming.label(group, each.value),
            each.count,
            each.chosen,
        )

    def _shelves(self, found: Iterable[Shelf]) -> list[Option]:
        return [
            Option(
                _key("category", each.path),
                "category",
                "checkbox",
                each.path + WHOLE if each.is_parted else each.path,
                self._shelf_label(each),
                each.count,
                each.is_chosen,
                each.depth,
            )
            for each in found
        ]

    def _shelf_label(self, each: Shelf) -> str:
        label = self.naming.label("category", each.path)
        return _("All of %(name)s") % {"name": label} if each.is_parted else label


def _at_once(count: int) -> int:
    """Return how many of so many values are shown; a few more need no button."""
    return count if count <= AT_ONCE + _FEW_MORE else AT_ONCE


def _key(group: str, value: str) -> str:
    """Return an id that a value keeps, so that the focus finds it again."""
    return f"{slugify(group)}-{crc32(f'{group}={value}'.encode()):08x}"


def _size(bucket: Bucket) -> float:
    try:
        return float(bucket.value)
    except ValueError:
        return 0.0


def _in_order(buckets: tuple[Bucket, ...]) -> Iterator[Bucket]:
    """Yield sizes and other numbers by their size, all else as it comes."""
    try:
        yield from sorted(buckets, key=lambda each: float(each.value))
    except ValueError:
        yield from buckets
