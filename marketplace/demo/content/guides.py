"""What stands at the foot of some of the demo's shelves: how to choose there."""

from collections.abc import Iterator
from typing import NamedTuple

from .reading import read


class Guide(NamedTuple):
    """A text in one language, at the foot of the shelf of a name."""

    shelf: str
    language: str
    text: str


def guides() -> Iterator[Guide]:
    """Read every text, in each language that it is written in."""
    for row in read("guides")["guide"]:
        for language, text in row.items():
            if language != "of":
                yield Guide(row["of"], language, text.strip())
