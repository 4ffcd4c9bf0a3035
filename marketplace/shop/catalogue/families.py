"""Products that come in sizes and colours: how their variants differ. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """A variant: a product of its own, with an address, pictures and offers."""

    id: int
    public_id: str
    slug: str
    title: str
    facts: Mapping[str, Any]
    image: Any


@dataclass(frozen=True, slots=True)
class Trait:
    """A fact that variants may differ in; `unit` is written behind its value."""

    code: str
    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a trait, and the variant that choosing it leads to.

    `is_exact` says whether that variant is the present one in all else.
    """

    value: Any
    member: Member
    is_current: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """A trait in which variants differ, with its values in the order of variants."""

    trait: Trait
    choices: tuple[Choice, ...]


def axes_of(
    members: Sequence[Member],
    traits: Iterable[Trait],
    *,
    current: Member,
    buyable: frozenset[int],
) -> tuple[Axis, ...]:
    """Return what can be chosen, seen from one variant.

    A value leads to the variant that is like the present one otherwise; where there is
    none, to one that can be bought, or else to the first with this value.
    """
    differing = [each for each in traits if len(_values(members, each.code)) > 1]
    codes = {trait.code for trait in differing}
    return tuple(
        Axis(
            trait,
            tuple(
                _choice(members, trait.code, value, current, codes, buyable)
                for value in _values(members, trait.code)
            ),
        )
        for trait in differing
    )


def best_of(members: Sequence[Member], totals: Mapping[int, int]) -> Member:
    """Return the variant that a product's own address shows.

    The cheapest that can be bought; `totals` has their prices. The first where none is.
    """
    buyable = [one for one in members if one.id in totals]
    return min(buyable, key=lambda one: totals[one.id]) if buyable else members[0]


def _choice(
    members: Iterable[Member],
    code: str,
    value: Any,
    current: Member,
    codes: Iterable[str],
    buyable: frozenset[int],
) -> Choice:
    others = [other for other in codes if other != code]
    having = [one for one in members if one.facts.get(code) == value]
    alike = [
        one
        for one in having
        if all(one.facts.get(other) == current.facts.get(other) for other in others)
    ]
    return Choice(
        value=value,
        member=min(alike or having, key=lambda one: one.id not in buyable),
        is_current=current.facts.get(code) == value,
        is_exact=bool(alike),
    )


def _values(members: Iterable[Member], code: str) -> list[Any]:
    """Return the values of a fact, each once; none where a variant lacks it."""
    found: list[Any] = []
    for one in members:
        value = one.facts.get(code)
        if value in (None, "", []):
            return []
        if value not in found:
            found.append(value)
    return found
