"""What others asked: offered to everybody, so no more of it than the shop says itself.

Of a text that several asked, only the words are offered, and only where one thing that
may be found has them all; limits stand in it as they were read. Whatever else somebody
typed (signs, more words than are searched) keeps it from being offered.
"""

import re
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count

from search.backends import vocabulary
from search.backends.base import ProductQuery, Suggestion
from search.models import QueryLog
from search.reading import Reading, read
from search.tongues import searched_in, synonyms_in
from search.variants import variants
from search.words import is_whole, query_words, spoken

# So many visitors' days: see `marketplace.db.daily`.
_TIMES_TO_SUGGEST = 3
_FEW = 4
_SHORTEST = 2
# Whether things still have the words is asked each time; how often, seldom changes.
_SECONDS = 60
# A limit is read past signs that say nothing, and those are not told.
_PLAIN = re.compile(r"[\w .,€$£-]+")


def past_queries(typed: str) -> tuple[Suggestion, ...]:
    """Return what was asked often and begins as typed, the most frequent first.

    Nothing for a single letter: half of all that was ever asked begins with it.
    """
    if len(typed) < _SHORTEST:
        return ()
    key = f"past:{sha256(typed.encode()).hexdigest()}"
    asked: list[tuple[str, int]] = (
        caches["pages"].get_or_set(key, lambda: _asked(typed), _SECONDS) or []
    )
    readings = {text: (_read(text), times) for text, times in asked}
    ways = {text: _ways_of(one) for text, (one, _times) in readings.items()}
    held = vocabulary.held([way for each in ways.values() for way in each])
    found: dict[str, int] = {}
    for text, (reading, times) in readings.items():
        label = _label(text, reading)
        if label != typed and (not ways[text] or held & set(ways[text])):
            found[label] = found.get(label, 0) + times
    found.pop("", None)
    return tuple(Suggestion(one, one, found[one]) for one in list(found)[:_FEW])


def _asked(typed: str) -> list[tuple[str, int]]:
    begun = QueryLog.objects.filter(
        text__startswith=typed, results__gt=0, page=1, is_asking=True
    )
    counted = begun.values_list("text").annotate(times=Count("id"))
    often = counted.filter(times__gte=_TIMES_TO_SUGGEST)
    return list(often.order_by("-times", "text")[: 2 * _FEW])


def _read(text: str) -> Reading:
    return read(ProductQuery(text=text, currency=settings.CURRENCY))


def _ways_of(reading: Reading) -> tuple[str, ...]:
    """Return the words of a query, and what they may also be called.

    None where it holds nothing but limits.
    """
    words_left = query_words(searched_in(reading.query.text))
    ways = variants(words_left, synonyms_in(" ".join(words_left)))
    return tuple(" ".join(way) for way in ways if way)


def _label(text: str, reading: Reading) -> str:
    """Return the words of a text with the limits between them, or nothing."""
    limits = reading.became
    if not is_whole(reading.query.text) or not all(map(_PLAIN.fullmatch, limits)):
        return ""
    if not limits:
        return " ".join(spoken(text))
    pieces = re.split(f"({'|'.join(map(re.escape, limits))})", text)
    if len(pieces) != 2 * len(limits) + 1:
        # A limit that stood around another one is in no place of its own.
        return ""
    told = (
        piece if place % 2 else " ".join(spoken(piece))
        for place, piece in enumerate(pieces)
    )
    return " ".join(piece for piece in told if piece)
