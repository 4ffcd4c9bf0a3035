"""The categories of a result as a tree: below what is chosen stands what is in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from search.backends.base import Bucket, Facet
from search.facets import is_chosen


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category in the list of filters.

    `is_parted` says that not all of it is chosen, but something within.
    """

    path: str
    count: int
    depth: int
    is_chosen: bool
    is_parted: bool

    @property
    def is_touched(self) -> bool:
        """Say whether it, or something in it, is chosen; or the shelf around it."""
        return self.is_chosen or self.is_parted or self.depth > 0


def shelves(facet: Facet, scope: str, total: int) -> list[Shelf]:
    """Return the categories of the first level that parts the result.

    What is within a chosen one follows it. Nothing where all results lie on one shelf
    and none is chosen. `total` is what is found without a choice of categories.
    """
    inside = f"{scope}/" if scope else ""
    below = [each for each in facet.buckets if each.value.startswith(inside)]
    level = _first_level(below, inside.count("/"), total)
    found = list(_within(below, inside, level, 0)) if level is not None else []
    shown = {each.path for each in found}
    above = [
        Shelf(each.value, each.count, 0, is_chosen=True, is_parted=False)
        for each in below
        if each.chosen and each.value not in shown
    ]
    return above + found if found or is_chosen(facet) else []


def _first_level(below: list[Bucket], top: int, total: int) -> int | None:
    deepest = max((each.value.count("/") for each in below), default=-1)
    for level in range(top, deepest + 1):
        here = [each for each in below if each.value.count("/") == level]
        if any(each.count < total for each in here):
            return level
    return None


def _within(
    below: list[Bucket], inside: str, level: int, depth: int
) -> Iterator[Shelf]:
    for each in below:
        if each.value.count("/") != level or not each.value.startswith(inside):
            continue
        deeper = f"{each.value}/"
        is_parted = any(one.chosen and one.value.startswith(deeper) for one in below)
        yield Shelf(
            each.value,
            each.count,
            depth,
            is_chosen=each.chosen and not is_parted,
            is_parted=is_parted,
        )
        children = [one for one in below if one.value.startswith(deeper)]
        if is_parted or (
            each.chosen and any(one.count < each.count for one in children)
        ):
            yield from _within(children, deeper, level + 1, depth + 1)
