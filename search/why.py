"""Why a result stands where it does: its match, its factors, and what would move it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search import selectors
from search.backends.base import PAGE_SIZE, Hit, ProductQuery, ResultPage, Sort
from search.ranking import FACTORS, Factor, Weights, boost
from search.weights import weights_in_force

# Whole pages, so that each page of a shopper lies in one of these.
_PAGES = 4
LOOKED_AT = _PAGES * PAGE_SIZE
# Hundredths of the match that are a rounding of the engine.
_NOTHING = 0.01


@dataclass(frozen=True, slots=True)
class Part:
    """What a factor does for a result.

    `value` is from 0 to 1 and `adds` in hundredths of the match, at best `weight`.
    `place` is where the result would be if this factor alone were at its best, None in
    an order that the factors do not make.
    """

    factor: Factor
    value: float
    weight: int
    place: int | None

    @property
    def adds(self) -> float:
        """Return what it adds to the match, in hundredths."""
        return self.value * self.weight

    @property
    def percent(self) -> float:
        """Return the value from 0 to 100."""
        return self.value * 100


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result at its place, with what its score is made of: match x boost.

    `best_match` is the best match among the results looked at, which begin at `first`;
    `place_if_available` where a thing that cannot be bought would be if it could.
    """

    card: Mapping[str, Any]
    place: int
    match: float
    best_match: float
    boost: float
    parts: tuple[Part, ...]
    page: ResultPage
    first: int
    place_if_available: int | None

    @property
    def score(self) -> float:
        """Return what results are ordered by."""
        return self.match * self.boost

    @property
    def helps(self) -> tuple[Part, ...]:
        """Return the factors that would move it up, the one that does most first."""
        better = [
            part
            for part in self.parts
            if part.place is not None and part.place < self.place
        ]
        return tuple(sorted(better, key=lambda part: part.place or 0))


def explain(query: ProductQuery, *, public_id: str) -> Explanation | None:
    """Return why a product stands where it does in a result, in one engine call.

    None if it is not among the results around the query's page. Places are compared
    with the results looked at, four pages at a time.
    """
    weights = weights_in_force()
    block = replace(query, page=(query.offset // LOOKED_AT) + 1, page_size=LOOKED_AT)
    page = selectors.find_weighed(block, weights)
    for index, hit in enumerate(page.hits):
        if hit.card["id"] == public_id:
            return _explained(block, page, index, weights)
    return None


def _explained(
    query: ProductQuery, page: ResultPage, index: int, weights: Weights
) -> Explanation:
    hit, others = page.hits[index], [*page.hits[:index], *page.hits[index + 1 :]]
    own_boost = boost(hit.factors, weights)
    is_ranked = query.sort is Sort.RELEVANCE
    place = query.offset + index + 1
    parts = tuple(
        Part(
            factor,
            hit.factors.get(factor.key, 0.0),
            weights[factor.key],
            # What is at its best already must not move by a rounding.
            min(place, query.offset + _place(_at_best(hit, factor, weights), others))
            if is_ranked
            else None,
        )
        for factor in FACTORS
    )
    sold_out = is_ranked and not _is_available(hit)
    available = replace(hit, card={**hit.card, "available": 1})
    return Explanation(
        card=hit.card,
        place=place,
        match=_match(hit, weights),
        best_match=max(_match(each, weights) for each in page.hits),
        boost=own_boost,
        parts=parts,
        page=page,
        first=query.offset + 1,
        place_if_available=query.offset + _place(available, others)
        if sold_out
        else None,
    )


def _at_best(hit: Hit, factor: Factor, weights: Weights) -> Hit:
    """Return a hit as it would be if one of its factors were at its best."""
    if (1 - hit.factors.get(factor.key, 0.0)) * weights[factor.key] < _NOTHING:
        return hit
    better = {**hit.factors, factor.key: 1.0}
    return replace(
        hit, factors=better, score=_match(hit, weights) * boost(better, weights)
    )


def _place(hit: Hit, others: list[Hit]) -> int:
    """Return the place of a hit among others, from 1, as the engines sort."""
    return 1 + sum(_order(each) < _order(hit) for each in others)


def _order(hit: Hit) -> tuple[bool, float, int]:
    return (not _is_available(hit), -hit.score, hit.product_id)


def _match(hit: Hit, weights: Weights) -> float:
    return hit.score / boost(hit.factors, weights)


def _is_available(hit: Hit) -> bool:
    return bool(hit.card["available"])
