"""What stands on the shelves of the home page: many sellers, and nothing twice."""

from collections import Counter
from collections.abc import Iterable

from search.backends.base import Hit

_MOST_OF_A_SELLER = 2


def chosen(hits: Iterable[Hit], *, shown: set[int], most: int) -> list[Hit]:
    """Return what a shelf shows of what was found, and note it as shown.

    The order stays, but no seller has more than two things before all others had
    theirs; what an earlier shelf shows is left out.
    """
    new = [hit for hit in hits if hit.product_id not in shown]
    first: list[Hit] = []
    rest: list[Hit] = []
    held: Counter[str] = Counter()
    for hit in new:
        seller = hit.card["seller"]
        (first if held[seller] < _MOST_OF_A_SELLER else rest).append(hit)
        held[seller] += 1
    shelf = (first + rest)[:most]
    shown.update(hit.product_id for hit in shelf)
    return shelf
