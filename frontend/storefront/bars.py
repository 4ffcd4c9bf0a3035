"""How prices are spread, as bars that choose a stretch of them."""

from dataclasses import dataclass
from itertools import pairwise

from frontend.storefront.asking import Pairs, address, major, without
from frontend.storefront.naming import Naming
from search.backends.base import PRICE_EDGES, ProductQuery, ResultPage

HEIGHT = 40
_LOWEST = 2
_FEWEST_BARS = 3
# A limit that many use leaves about two results of five.
_WANTED, _FEWEST, _MOST = 0.4, 0.1, 0.8


@dataclass(frozen=True, slots=True)
class Bar:
    """Results within a stretch of prices, both ends in it; `top` and `size` draw it."""

    label: str
    count: int
    size: int
    href: str
    is_on: bool

    @property
    def top(self) -> int:
        """Return how much air is above it."""
        return HEIGHT - self.size


def bars(
    page: ResultPage, query: ProductQuery, naming: Naming, *, path: str, pairs: Pairs
) -> list[Bar]:
    """Return the bars from the first to the last with results; none if they are few."""
    counts = page.prices.bars
    filled = [place for place, count in enumerate(counts) if count]
    if not filled or filled[-1] - filled[0] + 1 < _FEWEST_BARS:
        return []
    most = max(counts)
    rest = without(pairs, "min", "max")
    found = []
    for place in range(filled[0], filled[-1] + 1):
        low, high = _stretch(place)
        limits = (("min", low), ("max", high))
        target = (*rest, *((name, major(one)) for name, one in limits if one))
        size = max(round(HEIGHT * counts[place] / most), _LOWEST)
        found.append(
            Bar(
                naming.price(low, high),
                counts[place],
                size if counts[place] else 0,
                address(path, target),
                _meets(query, low, high),
            )
        )
    return found


def usual_limit(page: ResultPage) -> int | None:
    """Return a round limit that leaves some of the results, if there is one."""
    counts = page.prices.bars
    total = sum(counts)
    below, found = 0, []
    for edge, count in zip(PRICE_EDGES, counts, strict=False):
        below += count
        if total and _FEWEST <= below / total <= _MOST:
            found.append((abs(below / total - _WANTED), edge))
    return min(found)[1] if found else None


def _stretch(place: int) -> tuple[int | None, int | None]:
    # A bar begins at its edge and ends just before the next one.
    edges: tuple[int | None, ...] = (None, *PRICE_EDGES, None)
    low, high = list(pairwise(edges))[place]
    return low, None if high is None else high - 1


def _meets(query: ProductQuery, low: int | None, high: int | None) -> bool:
    if not query.has_price:
        return False
    is_below = query.price_to_minor is not None and (low or 0) > query.price_to_minor
    is_above = (
        query.price_from_minor is not None
        and high is not None
        and high < query.price_from_minor
    )
    return not (is_below or is_above)
