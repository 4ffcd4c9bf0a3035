"""Where something stands in a scenario's file, so that a mistake can be shown."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from marketplace.core.errors import RefusedError

Key = str | int
# The shop holds amounts of up to ten digits and two decimals.
MOST_NUMBER = 10**12 - 1
_MOST_TOLD = 50
_MORE = "There are more mistakes: mend these first."
_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*")(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")


class ScenarioRefusedError(RefusedError):
    """A scenario's file cannot be played: the message names the file, line and key."""

    code = "scenario.refused"


class Mistakes:
    """Refusals that are collected, so that all of a file are told at once.

    Of a file that is wrong all over only the first fifty are looked for.
    """

    def __init__(self) -> None:
        self._told: list[str] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep a refusal of the block, and go on after it."""
        try:
            yield
        except ScenarioRefusedError as refusal:
            self._told += str(refusal).splitlines()
            if len(self._told) > _MOST_TOLD:
                self.refuse()

    def refuse(self) -> None:
        """Raise ScenarioRefusedError with all that was noted, a line each, if any."""
        told = [*dict.fromkeys(self._told)]
        if len(told) > _MOST_TOLD:
            told = [*told[:_MOST_TOLD], _MORE]
        if told:
            raise ScenarioRefusedError("\n".join(told))


def check_all(checks: Iterable[Callable[[], object]]) -> None:
    """Carry out every check; raise ScenarioRefusedError with all that they refuse."""
    mistakes = Mistakes()
    for check in checks:
        with mistakes.noted():
            check()
    mistakes.refuse()


@dataclass(frozen=True, slots=True)
class Place:
    """A key of a file, as `when[1].amount`; `text` is the whole file."""

    file: Path
    text: str
    keys: tuple[Key, ...] = ()

    def at(self, *keys: Key) -> "Place":
        """Return the place of something inside."""
        return Place(self.file, self.text, (*self.keys, *keys))

    def refuse(self, why: str) -> NoReturn:
        """Raise ScenarioRefusedError, naming the place."""
        line = line_of(self.text, self.keys)
        where = f"{self.file}:{line}" if line else str(self.file)
        named = f"{self}: " if self.keys else ""
        raise ScenarioRefusedError(f"{where}: {named}{why}")

    def __str__(self) -> str:
        words = ""
        for key in self.keys:
            dot = "." if words else ""
            words += f"[{key + 1}]" if isinstance(key, int) else f"{dot}{key}"
        return words


def nearest(word: str, allowed: list[str]) -> str:
    """Return what may have been meant, as the end of a sentence."""
    close = get_close_matches(word, allowed, n=1, cutoff=0.5)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"one of these is allowed: {', '.join(sorted(allowed)) or 'nothing'}."


def within_limits(number: int | Decimal, place: Place) -> None:
    """Refuse what neither the database nor the arithmetic of the market holds."""
    is_finite = not isinstance(number, Decimal) or number.is_finite()
    if not is_finite:
        place.refuse("a number is expected, not nan or inf.")
    if not -MOST_NUMBER <= number <= MOST_NUMBER:
        place.refuse(f"this is too much: {MOST_NUMBER} is the most that can be held.")


def missing(key: str, unknown: Collection[str], place: Place) -> None:
    """Refuse a table that lacks a key, unless it is one of the `unknown`, misspelt.

    That one is refused by itself, with what was meant.
    """
    if not get_close_matches(key, unknown, n=1, cutoff=0.5):
        place.refuse(f'"{key}" is missing.')


def line_of(text: str, keys: tuple[Key, ...]) -> int:
    """Return the line of a key, or of the innermost table around it; 0 if unknown.

    `tomllib` keeps no lines, so the file is read once more, header by header.
    """
    lines = _lines_of(text)
    for depth in range(len(keys), 0, -1):
        if line := lines.get(keys[:depth]):
            return line
    return 0


@lru_cache(maxsize=4)
def _lines_of(text: str) -> Mapping[tuple[Key, ...], int]:
    """Map the full path of every header and key to the first line that has it."""
    counts: Counter[tuple[Key, ...]] = Counter()
    inside: tuple[Key, ...] = ()
    found: dict[tuple[Key, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            inside = _table(_parts(header[2]), header[1] == "[[", counts)
            found.setdefault(inside, number)
        elif key := _KEY.match(line):
            found.setdefault((*inside, *_parts(key[1])), number)
    return found


def _table(
    parts: tuple[str, ...], is_list: bool, counts: Counter[tuple[Key, ...]]
) -> tuple[Key, ...]:
    path: tuple[Key, ...] = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if is_list and position == len(parts) - 1:
            counts[path] += 1
        if counts[path]:
            path = (*path, counts[path] - 1)
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in dotted.split("."))
