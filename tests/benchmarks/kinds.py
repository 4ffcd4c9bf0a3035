"""What a product is, read out of titles: for data that names no categories.

A shop's product stands on a shelf; these products stand on none. Their titles are made
as "brand, name, what it is, facts", so what follows the name in small letters, and does
so in several products, is what it is: "toner cartridge". A title without such a phrase
is searched for one that others have. Nothing here looks at queries or grades.
"""

import re
from collections import Counter
from collections.abc import Sequence

_LEAST_PRODUCTS = 5
_LONGEST = 4
_SMALL_WORD = re.compile(r"[^\W\d_]+(?:[-/&'][^\W\d_]+)*")

Phrase = tuple[str, ...]


def kinds(titles: Sequence[tuple[str, str]]) -> list[str]:
    """Return what each product is, from its title and its name; empty if unknown."""
    after = [_after_name(title, name) for title, name in titles]
    starts = Counter(each[:end] for each in after for end in range(1, len(each) + 1))
    found = [_longest_start(each, starts) for each in after]
    often = Counter(found)
    known = {phrase for phrase, count in often.items() if count >= _LEAST_PRODUCTS}
    known.discard(())
    return [
        " ".join(phrase or _inside(title, known))
        for phrase, (title, _name) in zip(found, titles, strict=True)
    ]


def _after_name(title: str, name: str) -> Phrase:
    """Return the words in small letters that follow the name."""
    at = title.lower().find(name.lower()) if name else -1
    if at < 0:
        return ()
    words: list[str] = []
    for word in _words(title[at + len(name) :])[: _LONGEST + 1]:
        if not _SMALL_WORD.fullmatch(word) or word != word.lower():
            break
        words.append(word)
    return tuple(words)


def _longest_start(phrase: Phrase, starts: Counter[Phrase]) -> Phrase:
    for end in range(len(phrase), 0, -1):
        if starts[phrase[:end]] >= _LEAST_PRODUCTS:
            return phrase[:end]
    return ()


def _inside(title: str, known: set[Phrase]) -> Phrase:
    """Return the longest known phrase in a title, the last of those."""
    words = _words(title.lower())
    for length in range(_LONGEST, 0, -1):
        for start in range(len(words) - length, -1, -1):
            if tuple(words[start : start + length]) in known:
                return tuple(words[start : start + length])
    return ()


def _words(text: str) -> list[str]:
    return [word.strip("(),") for word in text.split()]
