"""What other weights would change: the first results now and then, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search import selectors
from search.backends.base import Hit, ProductQuery
from search.ranking import Weights
from search.weights import newest

SHOWN = 10
LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """A result at its place; `moved` is how far up it goes with the new weights.

    None says that its other place is not among the first hundred.
    """

    place: int
    card: Mapping[str, Any]
    moved: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first ten results in both orders, and how many results there are."""

    now: tuple[Placed, ...]
    then: tuple[Placed, ...]
    total: int

    @property
    def has_moves(self) -> bool:
        """Say whether any of the first ten changes its place."""
        return any(each.moved != 0 for each in (*self.now, *self.then))


def compared(query: ProductQuery, weights: Weights) -> Comparison:
    """Return what a query finds now, and what it would with these weights.

    Now is what was published last: another process may have published it a moment ago.
    """
    asked = replace(query, page=1, page_size=LOOKED_AT)
    found = selectors.find_weighed(asked, newest()[1])
    tried = selectors.find_weighed(asked, weights)
    now, then = _places(found.hits), _places(tried.hits)
    return Comparison(
        now=tuple(_placed(hit, now, now, then) for hit in found.hits[:SHOWN]),
        then=tuple(_placed(hit, then, now, then) for hit in tried.hits[:SHOWN]),
        total=found.total,
    )


def _places(hits: tuple[Hit, ...]) -> dict[int, int]:
    return {hit.product_id: place for place, hit in enumerate(hits, start=1)}


def _placed(
    hit: Hit, own: dict[int, int], now: dict[int, int], then: dict[int, int]
) -> Placed:
    before, after = now.get(hit.product_id), then.get(hit.product_id)
    moved = None if before is None or after is None else before - after
    return Placed(own[hit.product_id], hit.card, moved)
