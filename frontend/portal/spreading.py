"""Numbers that were pasted, one in a line, given to the orders that were chosen."""

import re
from collections.abc import Sequence

_BETWEEN = re.compile(r"[\s,;]+")
_LONGEST = 80


def spread(pasted: str, orders: Sequence[str]) -> tuple[dict[str, str], int]:
    """Return a tracking number for each order, and how many lines were left over.

    A line that begins with one of the orders' numbers is for that order; the others
    are given out in turn to those that have none.
    """
    given: dict[str, str] = {}
    rest = []
    for line in filter(None, (line.strip() for line in pasted.splitlines())):
        first, *more = _BETWEEN.split(line, maxsplit=1)
        if more and first.upper() in orders:
            given[first.upper()] = more[0][:_LONGEST]
        else:
            rest.append(line[:_LONGEST])
    free = [order for order in orders if order not in given]
    given.update(zip(free, rest, strict=False))
    return given, max(0, len(rest) - len(free))
