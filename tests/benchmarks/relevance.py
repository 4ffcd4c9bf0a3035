"""Measures of a ranking against rated queries."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from time import perf_counter
from typing import Any

from search.backends.base import ProductDocument, ProductQuery, SearchBackend
from search.words import words

DEPTH = 50
CUT = 10
_SHORTEST_TO_SPOIL = 4
_BATCH = 1000
_NOISE = 0.001

Ranker = Callable[[str], Sequence[int]]
Grades = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """A ranking's figures; `scores` are by query.

    `beside` is what it is compared with: the control, or the ranking that it is but for
    one part.
    """

    name: str
    scores: dict[str, float]
    rated: float
    seen: float
    recall: float
    typos: float
    median_ms: float
    slow_ms: float
    beside: "Measured | None" = None

    @property
    def ndcg(self) -> float:
        """The mean over queries."""
        return mean(list(self.scores.values()))

    @property
    def compared(self) -> tuple[int, int]:
        """How many queries are better than in what it is compared with, and worse."""
        if self.beside is None:
            return 0, 0
        other = self.beside.scores
        gains = [score - other[query] for query, score in self.scores.items()]
        return sum(gain > _NOISE for gain in gains), sum(
            gain < -_NOISE for gain in gains
        )


def ndcg(found: Sequence[int], grades: Grades) -> float:
    """Return nDCG@10 of a result."""
    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(each, 0) for each in found]) / ideal


def gain(grades: Sequence[int]) -> float:
    """Return the discounted gain of the first ten grades."""
    return sum((2**g - 1) / log2(k + 2) for k, g in enumerate(grades[:CUT]))


def mean(values: Sequence[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values) if values else 0.0


def spoilt(query: str, chance: random.Random) -> str | None:
    """Return the query with one letter wrong, or None where every word is short."""
    long = [word for word in words(query) if len(word) >= _SHORTEST_TO_SPOIL]
    plain = [word for word in long if word.isalpha()]
    if not plain:
        return None
    word = max(plain, key=len)
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    wrong = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return query.lower().replace(word, wrong)


def measure(
    name: str,
    rank: Ranker,
    ratings: Mapping[str, Grades],
    beside: Measured | None = None,
) -> Measured:
    """Ask every query, those of a whole ranking once before to warm up."""
    if beside is None or beside.beside is None:
        for query in ratings:
            rank(query)
    scores, rated, seen, recall, taken = {}, [], [], [], []
    for query, grades in ratings.items():
        began = perf_counter()
        found = rank(query)
        taken.append(1000 * (perf_counter() - began))
        scores[query] = ndcg(found, grades)
        rated.append(ndcg([each for each in found if each in grades], grades))
        seen.append(sum(each in grades for each in found[:CUT]) / CUT)
        good = {each for each, grade in grades.items() if grade > 0}
        recall.append(len(good & set(found)) / len(good))
    taken.sort()
    return Measured(
        name,
        scores,
        mean(rated),
        mean(seen),
        mean(recall),
        measure_typos(rank, ratings),
        taken[len(taken) // 2],
        taken[int(0.95 * len(taken))],
        beside,
    )


def measure_typos(rank: Ranker, ratings: Mapping[str, Grades]) -> float:
    """Return nDCG@10 with one letter wrong in each query."""
    chance = random.Random(7)
    pairs = [(spoilt(query, chance), grades) for query, grades in ratings.items()]
    return mean([ndcg(rank(wrong), grades) for wrong, grades in pairs if wrong])


def ranker(backend: SearchBackend, **fields: Any) -> Ranker:
    """Return a backend as a function from query to product ids, by the text alone."""

    def rank(text: str) -> Sequence[int]:
        query = ProductQuery(
            text=text, currency="EUR", page_size=DEPTH, **{"weights": {}, **fields}
        )
        return [hit.product_id for hit in backend.search(query).hits]

    return rank


HEADING = (
    f"{'ranking':34} {'nDCG@10':>8} {'x first':>7} {'judged':>6} {'cond':>6}"
    f" {'recall@50':>9} {'typos':>6} {'better':>6} {'worse':>5}"
    f" {'p50 ms':>7} {'p95 ms':>7}"
)


def line(row: Measured, first: Measured) -> str:
    """Write a row; better and worse count queries beside what it is compared with."""
    better, worse = row.compared
    return (
        f"{row.name:34} {row.ndcg:8.3f} {row.ndcg / first.ndcg:7.2f}"
        f" {row.seen:6.2f} {row.rated:6.3f}"
        f" {row.recall:9.3f} {row.typos:6.3f} {better:6} {worse:5}"
        f" {row.median_ms:7.1f} {row.slow_ms:7.1f}"
    )


def batches(
    documents: Sequence[ProductDocument],
) -> Iterator[Sequence[ProductDocument]]:
    """Cut documents into what is written at once."""
    for start in range(0, len(documents), _BATCH):
        yield documents[start : start + _BATCH]
