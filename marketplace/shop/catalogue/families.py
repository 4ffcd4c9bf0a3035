"""Products that come in sizes and colours: how their variants differ. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]

# What a buyer sees of a thing: chosen by the eye, whatever else it tells.
SEEN = frozenset({"colour", "color", "shade", "finish", "glaze", "pattern"})


@dataclass(frozen=True, slots=True)
class Member:
    """A variant: a product of its own, with an address, pictures and offers."""

    id: int
    public_id: str
    slug: str
    title: str
    facts: Facts
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
    traits: Sequence[Trait],
    *,
    current: Member,
    buyable: frozenset[int],
) -> tuple[Axis, ...]:
    """Return what can be chosen, seen from one variant.

    A value leads to the variant that is like the present one otherwise; where there is
    none, to one that can be bought, or else to the first with this value.
    """
    told = [one.facts for one in members]
    codes = differing([trait.code for trait in traits], told)
    chosen = [trait for trait in traits if trait.code in codes]
    return tuple(
        Axis(
            trait,
            tuple(
                _choice(members, trait.code, value, current, codes, buyable)
                for value in _values(told, trait.code)
            ),
        )
        for trait in chosen
    )


def differing(codes: Iterable[str], facts: Sequence[Facts]) -> dict[str, int]:
    """Map what variants differ in to the number of its values, in the order of `codes`.

    What follows from another choice is none of its own: the width of a size, the blue
    of an ink. Of two that follow from each other, the first is the choice. What is SEEN
    follows only from what is: few sizes of a few colours make no colour of a size.
    """
    told = {code: _values(facts, code) for code in codes}
    kept = [code for code, values in told.items() if len(values) > 1]
    for code in reversed(kept.copy()):
        if any(_follows(code, other, facts) for other in kept if other != code):
            kept.remove(code)
    return {code: len(told[code]) for code in kept}


def _follows(code: str, other: str, facts: Sequence[Facts]) -> bool:
    if code in SEEN and other not in SEEN:
        return False
    pairs = {(str(one[other]), str(one[code])) for one in facts}
    return len(pairs) == len(_values(facts, other))


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


def _values(facts: Iterable[Facts], code: str) -> list[Any]:
    """Return the values of a fact, each once; none where a variant lacks it."""
    found: list[Any] = []
    for one in facts:
        value = one.get(code)
        if value in (None, "", []):
            return []
        if value not in found:
            found.append(value)
    return found
