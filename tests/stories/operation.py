"""Something that may happen, with the numbers that say how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")

ANY = (0, 1_000_000)
ONE = (0, 1)
HUNDRED = 100


@dataclass(frozen=True)
class Operation:
    """Something that may happen: how often among all, and the ranges of its numbers."""

    run: Callable[..., None]
    weight: int
    ranges: dict[str, tuple[int, int]]


def one_of(rows: Sequence[Row], which: int) -> Row | None:
    """Return one of the rows, if there are any."""
    return rows[which % len(rows)] if rows else None
