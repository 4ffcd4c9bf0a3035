"""What a query asks for, once its words are known: which of them, and how strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from search.backends.base import Step

MOST = 0.75
MOST_CANDIDATES = 5000


@dataclass(frozen=True, slots=True)
class Term:
    """A stemmed word of the query and how many documents have it."""

    lexeme: str
    documents: int = 0

    @property
    def quoted(self) -> str:
        """Return the word as `tsquery` reads it."""
        escaped = self.lexeme.replace("\\", "\\\\").replace("'", "''")
        return f"'{escaped}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is added where all words, the words in a row, the kind or the title match.

    Shares of the best that the words alone can give; 0 leaves one out, as a benchmark
    does to see what it is worth. Not `by_steps`, any word is enough at once.
    """

    all_words: float = 0.3
    phrase: float = 0.1
    kind: float = 0.1
    title: float = 0.1
    by_steps: bool = True


USUAL_PARTS = Parts()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The text as the engine understands it; `others` may be meant as well."""

    terms: tuple[Term, ...] = ()
    identifier: str = ""
    number_in: str = "identifiers"
    others: tuple["Wanted", ...] = ()
    step: Step = Step.ALL
    documents: int = 0
    mean_length: float = 1.0
    parts: Parts = USUAL_PARTS

    @property
    def ways(self) -> tuple["Wanted", ...]:
        """Return all that may be meant, this first."""
        return (self, *self.others)

    @property
    def most_terms(self) -> int:
        """Return how many words the longest way of saying it has; one, as for one.

        Of what one word stands for, no part is enough: a "Tischlampe" is no table.
        """
        if len(self.terms) == 1:
            return 1
        return max(len(way.terms) for way in self.ways)

    def rarity(self, term: Term) -> float:
        """Return the word's idf: log(1 + (N - n + .5) / (n + .5))."""
        count = max(self.documents, term.documents)
        return log(1 + (count - term.documents + 0.5) / (term.documents + 0.5))

    @property
    def best(self) -> float:
        """Return the sum of the rarity of all words."""
        return sum(map(self.rarity, self.terms))

    def worth_of(self, other: "Wanted") -> float:
        """Return the share that another way of saying this counts: 1 at most.

        What is seldom called otherwise is no better found by the rarer word.
        """
        return min(1.0, self.best / other.best) if other.best else 1.0

    @property
    def all_words(self) -> str:
        """Return the `tsquery` that asks for every word."""
        return " & ".join(term.quoted for term in self.terms)

    @property
    def by_rarity(self) -> tuple[Term, ...]:
        """Return the words, the rarest first."""
        return tuple(sorted(self.terms, key=lambda term: (term.documents, term.lexeme)))

    @property
    def any_word(self) -> str:
        """Return the `tsquery` that asks for one word at least."""
        counts = {term.quoted: term.documents for term in self.terms}
        return " | ".join(rarest(counts))

    @property
    def most_words(self) -> str:
        """Return the `tsquery` that all with most of the words fulfil.

        Who lacks at most m of the words has one of any m + 1: ask for the rarest.
        """
        spare = len(self.terms) - least_words(len(self.terms)) + 1
        return " | ".join(term.quoted for term in self.by_rarity[:spare])

    @property
    def in_a_row(self) -> str:
        """Return the `tsquery` that asks for the words side by side."""
        return " <-> ".join(term.quoted for term in self.terms)


def rarest(documents: Mapping[str, int]) -> tuple[str, ...]:
    """Return the words to ask for where one of them is enough, the rarest first.

    Common words are left out once the rarer ones have candidates enough: who has
    nothing but those would come last anyway, and there may be any number of them.
    """
    chosen: list[str] = []
    candidates = 0
    for word, count in sorted(documents.items(), key=lambda item: (item[1], item[0])):
        if candidates and candidates + count > MOST_CANDIDATES:
            break
        candidates += count
        chosen.append(word)
    return tuple(chosen)


def least_words(count: int) -> int:
    """Return how many of `count` words are most of them: three quarters, rounded up."""
    return -int(-count * MOST // 1)


def steps(count: int) -> tuple[Step, ...]:
    """Return the steps that differ for so many words, strictest first."""
    if count <= 1:
        return (Step.ALL,)
    if least_words(count) in {1, count}:
        return (Step.ALL, Step.ANY)
    return (Step.ALL, Step.MOST, Step.ANY)
