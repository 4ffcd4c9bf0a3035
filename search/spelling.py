"""Mending a word that nobody wrote: the same choice in every engine."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

# Shorter words have too many neighbours.
_SHORTEST = 4
_LONG = 8
_MOST = 4


def may_be_mended(word: str) -> bool:
    """Say whether a word can be misspelt: long enough, and no number or type name."""
    return len(word) >= _SHORTEST and not any(sign.isdigit() for sign in word)


def to_mend(unknown: Iterable[str]) -> list[str]:
    """Return the words that are worth mending: the first four that can be.

    To look for neighbours of each costs time, and a query with more is no typing error.
    """
    return [word for word in unknown if may_be_mended(word)][:_MOST]


def swaps(word: str) -> list[str]:
    """Return the words that differ by two neighbouring letters in the other order.

    Short ones share no three letters with it: "lmap" looks nothing like "lamp".
    """
    return [
        word[:at] + second + first + word[at + 2 :]
        for at, (first, second) in enumerate(pairwise(word))
        if first != second
    ]


def mended(neighbours: Mapping[str, Iterable[tuple[str, int]]]) -> dict[str, str]:
    """Return the best neighbour of each word that has one near enough.

    One edit is allowed (a swap is one), two in words of eight letters and more. Fewer
    edits win, then the same first letter (one that is not heard may be missing, as in
    "nife"), then the commoner word.
    """
    found = {}
    for word, candidates in neighbours.items():
        ranks = [
            (edits, word[0] not in candidate[:2], -documents, candidate)
            for candidate, documents in candidates
            for edits in (DamerauLevenshtein.distance(word, candidate),)
            if edits <= (2 if len(word) >= _LONG else 1)
        ]
        if ranks:
            found[word] = min(ranks)[-1]
    return found
