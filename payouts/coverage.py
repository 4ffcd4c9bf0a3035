"""Whether a plan can ever apply, given the ones before it: decided exactly.

A sale reaches a plan if it meets the plan's conditions and fails at least one condition
of every plan before it. Each kind of condition is a set of values, of which the ones
that no plan names are all alike and stand here as one (`OTHER`); moments and prices
fall into cells between the borders that plans draw. So what is left for a kind of
condition is a finite set. The search narrows these sets: for each earlier plan it
chooses the kind by which the sale escapes it. The plan with the fewest ways of escape
is taken first, so that a plan covered by one before it is found at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from payouts.plans import Plan, PriceBand
from vendors.ranks import Rank

OTHER = "other"
# A delivery charge has no unit price.
NO_PRICE = ("", -1)
Values = frozenset[object]
Ancestors = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a plan asks, by kind; a kind that it does not ask is missing.

    `categories` stand apart: a product lies in several at once.
    """

    plan: Plan
    kinds: Mapping[str, Values]
    categories: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Room:
    """The sales that are left: values by kind, and categories to stay out of.

    `within` are categories of which the product must lie in one, if there are any.
    """

    kinds: Mapping[str, Values]
    within: frozenset[int]
    outside: frozenset[int]
    ancestors: Ancestors

    def misses(self, asked: _Asked) -> bool:
        """Whether no sale that is left is taken by a plan."""
        return any(
            self.kinds[kind].isdisjoint(values) for kind, values in asked.kinds.items()
        ) or bool(asked.categories and asked.categories <= self.outside)

    def escapes(self, asked: _Asked) -> list["_Room"]:
        """Return what is left for each way not to be taken by a plan."""
        found = [
            _Room(
                {**self.kinds, kind: self.kinds[kind] - values},
                self.within,
                self.outside,
                self.ancestors,
            )
            for kind, values in asked.kinds.items()
            if self.kinds[kind] - values
        ]
        if asked.categories:
            apart = _Room(
                self.kinds,
                self.within,
                self.outside | asked.categories,
                self.ancestors,
            )
            if apart.has_category:
                found.append(apart)
        return found

    @property
    def has_category(self) -> bool:
        """Whether a product can lie where it must and nowhere that it must not."""
        return not self.within or any(
            self.ancestors.get(one, frozenset({one})).isdisjoint(self.outside)
            for one in self.within
        )


def hidden_by(
    *, later: Plan, earlier: Sequence[Plan], among: Iterable[Plan], ancestors: Ancestors
) -> list[Plan]:
    """Return plans that together take everything from `later`; none if it can apply.

    The fewest of them: without any one of those named, something would be left.
    `ancestors` maps each category that a plan names to itself and all above it.
    """
    borders = _Borders(among)
    room = borders.room_of(later, ancestors)
    rivals = [borders.asked(plan) for plan in earlier if plan.is_enabled]
    if _is_reached(room, rivals):
        return []
    # Mostly one takes it all, and then there is nothing to leave out.
    for rival in rivals:
        if not room.escapes(rival):
            return [rival.plan]
    for rival in list(rivals):
        fewer = [one for one in rivals if one is not rival]
        if not _is_reached(room, fewer):
            rivals = fewer
    return [rival.plan for rival in rivals]


def _is_reached(room: _Room, rivals: Sequence[_Asked]) -> bool:
    left = _forced(room, rivals)
    if left is None:
        return False
    room, ways = left
    if not ways:
        return True
    escapes, nearest = min(ways, key=lambda way: len(way[0]))
    others = [rival for _escapes, rival in ways if rival is not nearest]
    # What leaves most open is tried first.
    escapes.sort(key=lambda one: -sum(len(values) for values in one.kinds.values()))
    return any(_is_reached(one, others) for one in escapes)


def _forced(
    room: _Room, rivals: Sequence[_Asked]
) -> tuple[_Room, list[tuple[list[_Room], _Asked]]] | None:
    """Escape every rival that leaves one way; return what is left, and of whom.

    None if one of them leaves no way. Most ask one thing, so that most of a long list
    goes without a choice.
    """
    while True:
        ways: list[tuple[list[_Room], _Asked]] = []
        before = room
        for rival in rivals:
            if room.misses(rival):
                continue
            escapes = room.escapes(rival)
            if not escapes:
                return None
            if len(escapes) == 1:
                room = escapes[0]
            else:
                ways.append((escapes, rival))
        if room is before:
            return room, ways
        rivals = [rival for _escapes, rival in ways]


class _Borders:
    """The values that a list of plans tells apart."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        plans = list(plans)
        self._moments = sorted(
            {
                at
                for plan in plans
                for at in (plan.valid_from, plan.valid_to)
                if at is not None
            }
        )
        self._prices = {
            currency: sorted(_edges(plans, currency))
            for plan in plans
            for currency in plan.prices
        }
        self._all: dict[str, Values] = {
            "vendors": _named(plan.vendors for plan in plans),
            "products": _named(plan.products for plan in plans),
            "brands": _named(plan.brands for plan in plans),
            "ranks": frozenset(Rank.values),
            "countries": _named(plan.countries for plan in plans),
            "moments": frozenset(range(len(self._moments) + 1)),
            "prices": frozenset(
                {
                    (currency, cell)
                    for currency, edges in self._prices.items()
                    for cell in range(len(edges))
                }
                | {(OTHER, 0)}
            ),
        }

    def asked(self, plan: Plan) -> _Asked:
        """Return what a plan asks."""
        kinds: dict[str, Values] = {
            kind: frozenset(values)
            for kind in ("vendors", "products", "brands", "ranks", "countries")
            if (values := getattr(plan, kind))
        }
        if plan.prices:
            kinds["prices"] = self._cells(plan.prices)
        if plan.valid_from is not None or plan.valid_to is not None:
            kinds["moments"] = self._span(plan.valid_from, plan.valid_to)
        return _Asked(plan, kinds, plan.categories)

    def room_of(self, plan: Plan, ancestors: Ancestors) -> _Room:
        """Return the sales that meet a plan's conditions."""
        asked = self.asked(plan)
        kinds = {**self._all, **asked.kinds}
        if not plan.is_for_items:
            kinds["prices"] = kinds["prices"] | {NO_PRICE}
        return _Room(kinds, plan.categories, frozenset(), ancestors)

    def _span(self, start: datetime | None, end: datetime | None) -> Values:
        # Cell n lies before moment n, and from the one before it on.
        first = 0 if start is None else self._moments.index(start) + 1
        last = len(self._moments) if end is None else self._moments.index(end)
        return frozenset(range(first, last + 1))

    def _cells(self, bands: Mapping[str, PriceBand]) -> Values:
        return frozenset(
            (currency, cell)
            for currency, band in bands.items()
            for cell, edge in enumerate(self._prices[currency])
            if band.holds(edge)
        )


def _named(named: Iterable[frozenset[int] | frozenset[str]]) -> Values:
    values: set[object] = {OTHER}
    for some in named:
        values |= some
    return frozenset(values)


def _edges(plans: Iterable[Plan], currency: str) -> set[int]:
    edges = {0}
    for plan in plans:
        band = plan.prices.get(currency)
        if band is not None:
            edges |= {band.from_minor, band.below_minor or band.from_minor}
    return edges
