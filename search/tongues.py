"""What shelves and facts are called in the languages of the site, as documents say it.

Documents are written in the shop's first language. Who writes the name of a shelf, or
of a value, in another one means what the first calls it: another way of saying it, like
the synonyms of operators, so that every engine finds the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from operator import itemgetter

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models import Value

from marketplace.accounts.languages import current_language
from marketplace.shop.catalogue.models import Category, CategoryText, FactText
from search.backends import vocabulary
from search.endings import stem
from search.variants import LONGEST_PHRASE, Synonyms, phrases
from search.wording import wording
from search.words import query_words, words

# Its language, what it is called there, and here; of a shelf its path.
_Row = tuple[str, str, str, str]
_KEY = "search-tongues"
# Each process looks so often whether a name changed.
_SECONDS = 30
# One number of all that names are read from; a table is soon hashed, long read.
_MARK = """
SELECT concat_ws('/',
  (SELECT sum(hashtext(one::text)) FROM catalogue_facttext AS one),
  (SELECT sum(hashtext(one::text)) FROM catalogue_categorytext AS one),
  (SELECT sum(hashtext(
     concat_ws('/', path, numchild, is_public, ancestors_are_public, name)))
   FROM catalogue_category))
"""
_MOST_MEANINGS = 6
# Shorter ones end too many compounds.
_SHORTEST_HEAD = 4
_LONGEST_BRAND = 2
_LETTER = re.compile("[A-Za-z]")
_PARTS = re.compile(r"\s+(?:et|und)\s+|[,&/]")
# Words that never decide what is meant, as long as others are there.
_FILLERS: Mapping[str, frozenset[str]] = {
    "fr": frozenset(
        words(
            "a au aux avec ce ces cette d dans de des du en et l la le les mes mon"
            " ma ou par pour qui sur un une"
        )
    ),
    "de": frozenset(
        words(
            "als am an auf aus bei das dem den der des die ein eine einem einen"
            " einer fur im in ins meine mit oder und vom von zum zur"
        )
    ),
}
# They mean something, and are no misspelt names either.
_SMALL: Mapping[str, frozenset[str]] = {
    "fr": frozenset(
        words(
            "bas bien bon bonne cher chere entre grand grande grands grandes haut"
            " jusqu maxi moins neuf neuve petit petite petits petites plus sans sous"
            " tout toute tous toutes tres vers"
        )
    ),
    "de": frozenset(
        words(
            "alle bis gross grosse grosser grosses gut gunstig hoch klein kleine"
            " kleiner kleines mehr neu neue nicht nur ohne sehr teuer uber unter"
            " viel wenig weniger zwischen"
        )
    ),
}


@dataclass(slots=True)
class Tongue:
    """The names of one language: what each means, by its stems, and all their words.

    `names` are whole ones and their parts ("Tasses" of "Tasses et mugs"), `within` the
    words that stand in them.
    """

    code: str
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    within: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def learn(self, name: str, meanings: Sequence[str]) -> None:
        """Keep a name with what documents call it."""
        self.known.update(words(name))
        for part in (name, *_PARTS.split(name)):
            self._keep(self.names, self.stems(part), meanings)

    def learn_within(self, name: str, meanings: Sequence[str]) -> None:
        """Keep what each word of a name may mean."""
        for one in self.stems(name):
            self._keep(self.within, [one], meanings)

    def learn_above(self, name: str, meanings: Sequence[str]) -> None:
        """Keep what a shelf that holds others means; its parts are words within it."""
        self.known.update(words(name))
        self._keep(self.names, self.stems(name), meanings)
        self.learn_within(name, meanings)

    def stems(self, text: str) -> list[str]:
        """Return the stems of the words that matter."""
        return [stem(word, self.code) for word in without(words(text), self.code)]

    def meanings(self, phrase: str, *, is_own: bool) -> tuple[str, ...]:
        """Return what a phrase is called in documents, if it is a name.

        In the reader's own language a word of a name, or its end, is enough.
        """
        key = " ".join(stem(word, self.code) for word in phrase.split())
        found = self.names.get(key, ())
        if found or not is_own:
            return found
        return self.within.get(key) or self._compounds(key)

    def _compounds(self, key: str) -> tuple[str, ...]:
        """Return the names that end like a German word: a "Tischlampe" is a lamp."""
        if self.code != "de" or " " in key or len(key) < _SHORTEST_HEAD:
            return ()
        found = (
            meaning
            for name, meanings in self.within.items()
            if name.endswith(key)
            or (len(name) >= _SHORTEST_HEAD and key.endswith(name))
            for meaning in meanings
        )
        return tuple(dict.fromkeys(islice(found, _MOST_MEANINGS)))

    def _keep(
        self,
        kept: dict[str, tuple[str, ...]],
        stems: Sequence[str],
        meanings: Sequence[str],
    ) -> None:
        if 0 < len(stems) <= LONGEST_PHRASE:
            key = " ".join(stems)
            found = (" ".join(query_words(each)) for each in meanings)
            kept[key] = tuple(dict.fromkeys((*kept.get(key, ()), *found)))


def without(found: Sequence[str], language: str) -> list[str]:
    """Return words without the fillers of a language, unless there is nothing else."""
    fillers = _FILLERS.get(language, frozenset())
    return [word for word in found if word not in fillers] or list(found)


def without_fillers(text: str) -> str:
    """Return a text without the fillers of the reader's language; else as it is.

    A single letter stays: it is a size.
    """
    found = text.split()
    fillers = _FILLERS.get(current_language(), frozenset())
    kept = [
        each
        for each in found
        if _LETTER.fullmatch(each) or not fillers.issuperset(words(each) or [""])
    ]
    return " ".join(kept) if kept else text


def searched_in(text: str) -> str:
    """Return what is searched of a text: all but the fillers of the reader's language.

    Of two words both stay where nothing else is a name: "La Mer" is one itself.
    """
    kept = without_fillers(text)
    own = _tongues().get(current_language())
    if len(text.split()) > _LONGEST_BRAND or kept == text or own is None:
        return kept
    return kept if _meant(query_words(kept), own, is_own=True) else text


def known_in(text: str) -> frozenset[str]:
    """Return the words that the reader's language knows: nobody needs to mend those."""
    code = current_language()
    known = _FILLERS.get(code, frozenset()) | _SMALL.get(code, frozenset())
    own = _tongues().get(code)
    return frozenset(
        word
        for word in query_words(text)
        if word in known or (own is not None and word in own.known)
    )


def meant_in(text: str) -> Synonyms:
    """Return what documents call that which a text names in another language.

    The reader's own counts first. A name in any other counts where no title, brand,
    text or shelf has its words: "suspension" is no lamp to who reads English. At most
    one query beside those that read names, none without such a name.
    """
    typed = query_words(text)
    every = _tongues()
    own = every.get(current_language())
    found = _meant(typed, own, is_own=True) if own else {}
    if found:
        return found
    others = [
        meant
        for tongue in every.values()
        if tongue is not own and (meant := _meant(typed, tongue, is_own=False))
    ]
    told = vocabulary.told(_words_of(*others)) if others else frozenset()
    return next((meant for meant in others if told.isdisjoint(_words_of(meant))), {})


def _words_of(*meant: Synonyms) -> list[str]:
    return " ".join(phrase for each in meant for phrase in each).split()


def synonyms_in(text: str) -> Synonyms:
    """Return what a text may also be called: by operators first, then by tongues."""
    return {**meant_in(text), **wording().synonyms_in(text)}


def _meant(
    typed: Sequence[str], tongue: Tongue, *, is_own: bool
) -> dict[str, tuple[str, ...]]:
    """Return the meanings of all that is named, from the first name to the last."""
    named = list(_named(typed, tongue, is_own=is_own))
    if not named:
        return {}
    first, last = named[0][0], named[-1][1]
    if last - first > LONGEST_PHRASE:
        return {" ".join(typed[start:end]): said for start, end, said in named}
    pieces: list[tuple[str, ...]] = []
    place = first
    for start, end, said in named:
        pieces += [(word,) for word in typed[place:start]]
        pieces.append(said)
        place = end
    ways = islice(product(*pieces), _MOST_MEANINGS)
    phrase = " ".join(typed[first:last])
    meanings = tuple(way for way in map(" ".join, ways) if way != phrase)
    return {phrase: meanings} if meanings else {}


def _named(
    typed: Sequence[str], tongue: Tongue, *, is_own: bool
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield where names stand with their meanings, the longest of each place."""
    free = 0
    for start, end, phrase in phrases(typed):
        meanings = tongue.meanings(phrase, is_own=is_own) if start >= free else ()
        if meanings:
            free = end
            yield start, end, meanings


def _tongues() -> Mapping[str, Tongue]:
    """Return the names of every language but the first; half a minute old at most.

    They are read anew only where one changed.
    """
    # The cache has only a mark: to unpickle all names for each search takes long.
    codes = tuple(code for code, _name in settings.LANGUAGES)
    return _read(caches["process"].get_or_set(_KEY, _mark, _SECONDS), codes)


def _mark() -> str:
    """Return a mark that is another one once any name is."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        return str(cursor.fetchone()[0])


@lru_cache(maxsize=1)
def _read(_mark: str, codes: Sequence[str]) -> Mapping[str, Tongue]:
    found = {code: Tongue(code) for code in codes if code != settings.LANGUAGE_CODE}
    _learn(found)
    return found


def _learn(tongues: Mapping[str, Tongue]) -> None:
    """Learn all names: shelves that hold others mean those, and come last."""
    shelves, values = _said(tongues)
    leaves = Category.objects.browsable().filter(numchild=0).order_by("path")
    below: dict[str, list[str]] = {}
    for leaf in leaves if shelves else ():
        for end in range(Category.steplen, len(leaf.path), Category.steplen):
            below.setdefault(leaf.path[:end], []).append(leaf.name)
    for language, name, first, path in shelves:
        if path not in below:
            tongues[language].learn(name, [first])
            tongues[language].learn_within(name, [first])
    for language, name, value, _path in values:
        tongues[language].learn(name, [value])
    for language, name, _first, path in shelves:
        if path in below:
            tongues[language].learn_above(name, below[path])


def _said(languages: Iterable[str]) -> tuple[list[_Row], list[_Row]]:
    """Return what shelves and values are called in those languages. One query."""
    shelves = CategoryText.objects.filter(
        language__in=list(languages), category__in=Category.objects.browsable()
    )
    values = FactText.objects.filter(language__in=list(languages))
    named = values.exclude(code="").exclude(value="").annotate(path=Value(""))
    rows = shelves.values_list(
        "language", "name", "category__name", "category__path"
    ).union(named.values_list("language", "said", "value", "path"), all=True)
    found = sorted(rows, key=itemgetter(3, 0, 1, 2))
    return [row for row in found if row[3]], [row for row in found if not row[3]]
