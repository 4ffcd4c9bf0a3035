"""The words that documents know: for rarity, and to mend what is misspelt."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from search import spelling
from search.backends.wanted import Term

_NEIGHBOURS = 24
_HAS_LETTER = re.compile("[a-z]")

_ANALYSE = """
SELECT asked.word, stem.lexeme, coalesce(known.documents, 0),
  coalesce(written.documents, 0), figures.documents, figures.mean_length
FROM search_statistics AS figures
CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS asked(word, place)
CROSS JOIN LATERAL (
  SELECT (tsvector_to_array(to_tsvector('search_text', asked.word)))[1] AS lexeme
) AS stem
LEFT JOIN search_lexeme AS known ON known.lexeme = stem.lexeme
LEFT JOIN search_word AS written ON written.word = asked.word
WHERE stem.lexeme IS NOT NULL
ORDER BY asked.place
"""
_NEAREST = """
SELECT asked.word, near.word, near.documents
FROM unnest(%s::text[]) AS asked(word)
CROSS JOIN LATERAL (
  SELECT word, documents FROM search_word ORDER BY word <-> asked.word LIMIT %s
) AS near
UNION
SELECT swapped.asked, known.word, known.documents
FROM unnest(%s::text[], %s::text[]) AS swapped(asked, word)
JOIN search_word AS known ON known.word = swapped.word
"""
_HELD = """
SELECT asked.text FROM unnest(%s::text[]) AS asked(text)
WHERE EXISTS (SELECT 1 FROM search_document
  WHERE is_listed AND vector @@ plainto_tsquery('search_text', asked.text))
"""
_TOLD = """
SELECT asked.word FROM unnest(%s::text[]) AS asked(word),
  LATERAL (SELECT plainto_tsquery('search_text', asked.word) AS stem) AS query
WHERE EXISTS (SELECT 1 FROM search_document
  WHERE is_listed AND vector @@ query.stem
    AND ts_filter(vector, '{a,b,c}') @@ query.stem)
"""
_ADD = """
INSERT INTO search_lexeme (lexeme, documents)
SELECT word, ndoc FROM ts_stat(%s) ON CONFLICT DO NOTHING
"""
_ADD_WORDS = """
INSERT INTO search_word (word, documents)
SELECT word, ndoc FROM ts_stat(%s) WHERE word ~ '[a-z]' ON CONFLICT DO NOTHING
"""
_COUNTED = """
CREATE TEMPORARY TABLE counted_{} ON COMMIT DROP AS
SELECT word, ndoc FROM ts_stat(%s)
"""
# Most words stay: to write them all anew takes a minute and a half for 300,000.
_KEEP_COUNTED = """
INSERT INTO search_{0} AS kept ({0}, documents)
SELECT word, ndoc FROM counted_{0}
ON CONFLICT ({0}) DO UPDATE SET documents = excluded.documents
WHERE kept.documents <> excluded.documents
"""
_DROP_OTHERS = """
DELETE FROM search_{0} AS kept WHERE NOT EXISTS
  (SELECT 1 FROM counted_{0} AS counted WHERE counted.word = kept.{0})
"""
_PUT_IN_PLACE = (
    "DELETE FROM counted_word WHERE word !~ '[a-z]'",
    *(
        statement.format(table)
        for table in ("lexeme", "word")
        for statement in (_KEEP_COUNTED, _DROP_OTHERS)
    ),
    "DROP TABLE counted_lexeme, counted_word",
    """
    UPDATE search_statistics SET
      documents = (SELECT count(*) FROM search_document WHERE is_listed),
      mean_length =
        (SELECT coalesce(avg(length), 1) FROM search_document WHERE is_listed)
    WHERE id = 1
    """,
    # Fresh statistics, or the first queries after a rebuild are planned blindly.
    "ANALYZE search_document, search_lexeme, search_word",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A word of a query, its stem, and whether documents have it."""

    word: str
    term: Term
    is_known: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """The words of a query, the number of documents and their mean length."""

    words: tuple[Known, ...]
    documents: int
    mean_length: float


def analyse(words: Sequence[str]) -> Analysis:
    """Return what is known of each word, in one query.

    A word is known when its stem is: "vans" must not become "van".
    """
    with connection.cursor() as cursor:
        cursor.execute(_ANALYSE, [list(words)])
        rows = cursor.fetchall()
    known = tuple(
        Known(word, Term(lexeme, documents), bool(documents or written))
        for word, lexeme, documents, written, *_ in rows
    )
    documents, mean_length = rows[0][4:] if rows else (0, 1.0)
    return Analysis(known, documents, mean_length)


def mended(words: Sequence[str]) -> dict[str, str]:
    """Return the nearest known word of each that has one near enough.

    Only words with letters of ASCII are known so, and near to others alike. Words are
    counted at night, so one of them may have left since: see `held`.
    """
    unknown = spelling.to_mend(word for word in words if _HAS_LETTER.search(word))
    if not unknown:
        return {}
    swapped = [(word, other) for word in unknown for other in spelling.swaps(word)]
    with connection.cursor() as cursor:
        asked, others = zip(*swapped, strict=True) if swapped else ((), ())
        cursor.execute(_NEAREST, [unknown, _NEIGHBOURS, list(asked), list(others)])
        rows = cursor.fetchall()
    neighbours: dict[str, list[tuple[str, int]]] = {}
    for word, neighbour, documents in rows:
        neighbours.setdefault(word, []).append((neighbour, documents))
    return spelling.mended(neighbours)


def held(texts: Iterable[str]) -> frozenset[str]:
    """Return those texts whose words some product that may be found has all of."""
    asked = list(dict.fromkeys(texts))
    if not asked:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [asked])
        return frozenset(row[0] for row in cursor.fetchall())


def told(words: Iterable[str]) -> frozenset[str]:
    """Return those words that a title, brand, text or shelf has: what is found says it.

    What only details say, a title in another language among them, does not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(dict.fromkeys(words))])
        return frozenset(row[0] for row in cursor.fetchall())


def learn(product_ids: Sequence[int]) -> None:
    """Add the words of some documents that were not known yet."""
    chosen = ",".join(str(int(product_id)) for product_id in product_ids)
    if not chosen:
        return
    where = f"WHERE product_id IN ({chosen})"
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [f"SELECT vector FROM search_document {where}"])  # noqa: S608 (numbers only)
        cursor.execute(_ADD_WORDS, [_written(where)])


def count() -> None:
    """Count all words anew, for `put_in_place` in the same transaction."""
    with connection.cursor() as cursor:
        for table, texts in (
            ("lexeme", "SELECT vector FROM search_document WHERE is_listed"),
            ("word", _written("WHERE is_listed")),
        ):
            cursor.execute(_COUNTED.format(table), [texts])
            cursor.execute(f"ANALYZE counted_{table}")


def put_in_place() -> None:
    """Replace all words by those that were counted, in a writer's turn."""
    with connection.cursor() as cursor:
        for statement in _PUT_IN_PLACE:
            cursor.execute(statement)


def _written(where: str) -> str:
    return f"SELECT to_tsvector('search_plain', names) FROM search_document {where}"  # noqa: S608 (numbers only)
