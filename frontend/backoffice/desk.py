"""One way for every queue: filters kept in the address, and what comes next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise

Rows = QuerySet[Any]
Choices = Sequence[tuple[str, str | Promise]]

_LONGEST_WORDS = 80
# Beyond them the calendar has edges.
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
# Beyond it "next" begins again at the front: nobody walks through so many.
_WALKED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow a queue, or to sort it; no value leaves it as it is.

    Without choices it is a field for words.
    """

    name: str
    label: str | Promise
    narrow: Callable[[Rows, str], Rows]
    choices: Choices = ()
    # What the empty choice is called.
    every: str | Promise = ""
    # Of a field without choices: "search" or "date".
    kind: str = "search"
    value: str = ""

    @property
    def words(self) -> str:
        """Return what is chosen, as people read it."""
        named = dict(self.choices).get(self.value)
        return str(named) if named else f"{self.label}: {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands in its queue: the entries around it, and the next one."""

    shown: list[Any]
    first: int
    last: int
    count: int
    following: Any | None
    before: Any | None
    after: Any | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set: its words, and the query of the page without it."""

    words: str
    query: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue, narrowed as an address says; `query` begins with ? or is empty."""

    rows: Rows
    filters: list[Filter]
    query: str
    route: str
    is_narrowed: bool = field(default=False)
    # What entries bear where they are shown, but not while they are counted.
    dress: Callable[[Rows], Rows] = field(default=lambda rows: rows)

    def address(self, route: str, *args: object) -> str:
        """Return the address of a page that keeps the filters."""
        return reverse(route, args=args) + self.query

    def narrowed(self, rows: Rows) -> Rows:
        """Narrow other rows of the same kind in the same way."""
        for each in self.filters:
            if each.value:
                rows = each.narrow(rows, each.value)
        return rows

    def value_of(self, name: str) -> str:
        """Return what a filter is set to, or nothing."""
        return next((each.value for each in self.filters if each.name == name), "")

    @property
    def chosen(self) -> list[Chosen]:
        """Return the filters that are set, each to be taken away by itself."""
        asked = {each.name: each.value for each in self.filters if each.value}
        found = []
        for each in self.filters:
            if each.value:
                rest = {key: asked[key] for key in asked if key != each.name}
                query = f"?{urlencode(rest)}" if rest else ""
                found.append(Chosen(each.words, query))
        return found

    def place_of(self, entry: Any, *, shown: int) -> Place:
        """Return the entries around one, `shown` at once. Three statements at most.

        Not counted what dresses those that are returned.
        """
        keys = list(self.rows.values_list("pk", flat=True)[:_WALKED])
        at = keys.index(entry.pk) if entry.pk in keys else -1
        first = max(at, 0) // shown * shown
        around = keys[first : first + shown]
        ends = [*keys[first - 1 : first], *keys[first + shown :][:1]]
        follows = keys[at + 1 : at + 2] or [key for key in keys[:1] if key != entry.pk]
        wanted = [*around, *ends, *follows]
        found = {row.pk: row for row in self.dress(self.rows.filter(pk__in=wanted))}

        def rows_of(some: list[Any]) -> list[Any]:
            return [found[key] for key in some if key in found]

        return Place(
            shown=rows_of(around),
            first=first + 1,
            last=first + len(around),
            count=len(keys) if len(keys) < _WALKED else self.rows.count(),
            following=next(iter(rows_of(follows)), None),
            before=next(iter(rows_of(keys[first - 1 : first])), None),
            after=next(iter(rows_of(keys[first + shown :][:1])), None),
        )


def desk_of(request: HttpRequest, rows: Rows, *filters: Filter, route: str) -> Desk:
    """Narrow a queue as the request's address says; what it does not know it ignores.

    A form that decides sends its filters along in its own address, so that the next
    entry is of the same kind.
    """
    # A choice between nothing would be shown as a field for words.
    shown = (each for each in filters if each.choices or not each.every)
    chosen = [replace(each, value=_value(request.GET, each)) for each in shown]
    asked = {each.name: each.value for each in chosen if each.value}
    query = f"?{urlencode(asked)}" if asked else ""
    desk = Desk(rows, chosen, query, route, bool(asked))
    return replace(desk, rows=desk.narrowed(rows))


def _value(given: QueryDict, each: Filter) -> str:
    value = given.get(each.name, "").replace("\0", "").strip()[:_LONGEST_WORDS]
    if each.choices and value not in {key for key, _words in each.choices}:
        return ""
    return value if each.kind != "date" or _is_day(value) else ""


def _is_day(value: str) -> bool:
    try:
        return _FIRST_YEAR <= date.fromisoformat(value).year <= _LAST_YEAR
    except ValueError:
        return False
