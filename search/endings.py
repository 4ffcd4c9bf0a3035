"""Singular and plural, he and she as one word: for the names of shelves and facts.

Rougher than a stemmer of documents, and made for folded words: what is compared are a
few names, not everything that was ever written.
"""

from collections.abc import Callable, Mapping

_SHORTEST = 3
_SHORTEST_IN_S = 5
_GERMAN = ("en", "er", "em", "es", "e", "n")


def stem(word: str, language: str) -> str:
    """Return a folded word without the ending that its language gives it."""
    rule = _RULES.get(language)
    return rule(word) if rule else word


def _french(word: str) -> str:
    if word.endswith("aux") and not word.endswith("eaux"):
        word = f"{word[:-3]}al"
    for ending in ("s", "x", "e"):
        word = _cut(word, ending)
    return word


def _german(word: str) -> str:
    for ending in _GERMAN:
        if word != _cut(word, ending):
            return _cut(word, ending)
    # "Sofas" are several, a "Glas" is one.
    return _cut(word, "s") if len(word) >= _SHORTEST_IN_S else word


def _cut(word: str, ending: str) -> str:
    is_long = len(word) - len(ending) >= _SHORTEST
    return word.removesuffix(ending) if is_long else word


_RULES: Mapping[str, Callable[[str], str]] = {"fr": _french, "de": _german}
