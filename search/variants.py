"""Other words for the same thing: the ways in which a query may also be meant."""

from collections.abc import Iterator, Mapping, Sequence

# phrase -> the phrases that mean the same; all folded, their words with single spaces.
Synonyms = Mapping[str, tuple[str, ...]]

MOST_VARIANTS = 8
# A word that was typed counts for more than one that stands for it.
VARIANT_WEIGHT = 0.9
LONGEST_PHRASE = 4

Words = tuple[str, ...]


def variants(typed: Sequence[str], synonyms: Synonyms) -> tuple[Words, ...]:
    """Return `typed` and what it means with synonyms in it, at most eight, each once.

    One phrase is exchanged at a time, the leftmost first: two at once would ask for
    what nobody wrote.
    """
    found: dict[Words, None] = {tuple(typed): None}
    for start, end, phrase in phrases(typed):
        for other in synonyms.get(phrase, ()):
            meant = (*typed[:start], *other.split(), *typed[end:])
            found.setdefault(tuple(dict.fromkeys(meant)))
    return tuple(found)[:MOST_VARIANTS]


def phrases(typed: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield every run of words, longer ones first where they begin alike."""
    for start in range(len(typed)):
        for end in range(min(len(typed), start + LONGEST_PHRASE), start, -1):
            yield start, end, " ".join(typed[start:end])


def covered(typed: Sequence[str], synonyms: Synonyms) -> frozenset[str]:
    """Return the words that a synonym explains: nobody needs to mend those."""
    return frozenset(
        word
        for start, end, phrase in phrases(typed)
        if phrase in synonyms
        for word in typed[start:end]
    )
