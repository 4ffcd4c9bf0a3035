"""PostgreSQL as a search engine: always there, and what is fallen back to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import connection, transaction

from search.backends import statements, turns, vocabulary
from search.backends.base import (
    ENOUGH,
    PRICE_EDGES,
    Hit,
    Prices,
    ProductDocument,
    ProductQuery,
    ResultPage,
    Step,
    Suggestion,
    Suggestions,
    facets_of,
)
from search.backends.numbers import numbered
from search.backends.turns import next_version
from search.backends.wanted import USUAL_PARTS, Parts, Term, Wanted, steps
from search.models import SearchDocument
from search.ranking import FACTORS, USUAL_WEIGHTS, Weights
from search.variants import covered, variants
from search.words import identifier, may_be_identifier, prepared, query_words, words

_BATCH = 500
_LONGEST_TEXT = 20_000
_MAX_PREFIX_WORDS = 8
_FACTORS = [factor.key for factor in FACTORS]

_WRITE = """
INSERT INTO search_document (product_id, version, mirrored, is_listed, vector,
  beginnings, length, names, identifiers, skus, tags, currency, price_minor,
  landed_minor, is_available, note, delivery_days, factors, created_at, card)
SELECT product_id, version, 0, true,
  setweight(to_tsvector('search_text', title), 'A')
    || setweight(to_tsvector('search_text', brand || ' ' || summary), 'B')
    || setweight(to_tsvector('search_text', kind), 'C')
    || setweight(to_tsvector('search_text', rest), 'D'),
  strip(to_tsvector('search_plain', title || ' ' || brand || ' ' || summary)
    || to_tsvector('search_text', title || ' ' || brand || ' ' || summary)),
  length, names, identifiers, skus, tags, currency, price_minor, landed_minor,
  is_available, note, delivery_days, factors, created_at, card
FROM json_to_recordset(%s) AS document(product_id bigint, version bigint, title text,
  brand text, summary text, kind text, rest text, length int, names text,
  identifiers text[], skus text[], tags text[], currency text,
  price_minor bigint, landed_minor bigint, is_available bool, note float8,
  delivery_days int, factors float8[], created_at timestamptz, card jsonb)
ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, is_listed = true,
  vector = excluded.vector, beginnings = excluded.beginnings,
  length = excluded.length, names = excluded.names,
  identifiers = excluded.identifiers, skus = excluded.skus, tags = excluded.tags,
  currency = excluded.currency, price_minor = excluded.price_minor,
  landed_minor = excluded.landed_minor, is_available = excluded.is_available,
  note = excluded.note, delivery_days = excluded.delivery_days,
  factors = excluded.factors, created_at = excluded.created_at, card = excluded.card
WHERE search_document.version <= excluded.version
"""
_FORGET = """
UPDATE search_document AS document SET is_listed = false, version = gone.version,
  vector = '', beginnings = '', names = '', tags = '{}', identifiers = '{}',
  skus = '{}', card = '{}'
FROM unnest(%s::bigint[], %s::bigint[]) AS gone(product_id, version)
WHERE document.product_id = gone.product_id AND document.version <= gone.version
  AND document.is_listed
"""
_FORGET_OLDER = """
UPDATE search_document SET is_listed = false, version = %s, vector = '',
  beginnings = '', names = '', tags = '{}', identifiers = '{}', skus = '{}',
  card = '{}'
WHERE version < %s AND is_listed
"""


class PostgresBackend:
    """The engine beside the data. Joins the caller's transaction."""

    name = "postgresql"

    def __init__(self, *, parts: Parts = USUAL_PARTS) -> None:
        self._parts = parts

    def index(self, documents: Sequence[ProductDocument]) -> None:
        """Write documents and the words that are new in them."""
        self.write(documents)
        vocabulary.learn([document.product_id for document in documents])

    def write(self, documents: Sequence[ProductDocument]) -> None:
        """Write documents alone; `settle` counts the words when all are there."""
        for start in range(0, len(documents), _BATCH):
            batch = documents[start : start + _BATCH]
            with connection.cursor() as cursor:
                cursor.execute(_WRITE, [json.dumps([_row(each) for each in batch])])

    def delete(self, versions: Mapping[int, int]) -> None:
        """Take products out; their rows stay until the other engine knows."""
        if not versions:
            return
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [list(versions), list(versions.values())])

    def search(self, query: ProductQuery) -> ResultPage:
        """Answer in one statement, after up to three small ones about the words."""
        wanted, corrected = self._understood(query)
        if wanted is None:
            return ResultPage(engine=self.name)
        sql, parameters = statements.result(query, wanted)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            answer = cursor.fetchone()[0]
        return _page(query, answer, step=wanted.step, corrected=corrected)

    def suggest(
        self,
        prefix: str,
        *,
        currency: str,
        limit: int = 6,
        weights: Weights = USUAL_WEIGHTS,
    ) -> Suggestions:
        """Return products by the beginning of their words, mended when none fits."""
        typed = words(prefix)[:_MAX_PREFIX_WORDS]
        if not typed:
            return Suggestions()
        ask = partial(self._products, currency=currency, limit=limit, weights=weights)
        found = ask(typed) or _numbered(typed, currency=currency, limit=limit)
        if not found:
            known = vocabulary.analyse(typed).words
            better = _mended(known, but=frozenset())
            if better:
                meant = [better.get(each, each) for each in typed]
                found = ask(meant)
        return Suggestions(products=found)

    def is_current(self) -> bool:
        """Say yes: migrations see to it."""
        return True

    def is_half_filled(self) -> bool:
        """Say no: a rebuild writes where searches read."""
        return False

    def held(self, product_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return the cards of those products that can be found."""
        rows = SearchDocument.objects.filter(product_id__in=product_ids, is_listed=True)
        return dict(rows.values_list("product_id", "card"))

    def count(self) -> int:
        """Return how many products can be found."""
        return SearchDocument.objects.filter(is_listed=True).count()

    def rebuild(
        self, batches: Iterable[Sequence[ProductDocument]], *, version: int
    ) -> int:
        """Write every batch, forget what was in none, count all words anew."""
        count = 0
        for batch in batches:
            with transaction.atomic():
                self.write(batch)
            count += len(batch)
        self.settle(version)
        return count

    def settle(self, version: int) -> None:
        """Forget what is older than `version` and count all words anew.

        Counting takes long, so writers are only kept out while the counts are put in
        place; what they wrote meanwhile is learnt then.
        """
        with transaction.atomic():
            # Whoever wrote with an earlier version is done: their words are counted.
            turns.take(turns.WRITERS)
            since = next_version()
        with transaction.atomic():
            vocabulary.count()
            turns.take(turns.WRITERS)
            with connection.cursor() as cursor:
                cursor.execute(_FORGET_OLDER, [version, version])
            vocabulary.put_in_place()
            later = SearchDocument.objects.filter(version__gt=since, is_listed=True)
            vocabulary.learn(list(later.values_list("product_id", flat=True)))

    def _understood(self, query: ProductQuery) -> tuple[Wanted | None, str]:
        """Return what is searched for and the mended text; None finds nothing."""
        typed = query_words(query.text)
        if not typed:
            # Signs alone, such as "???", mean nothing; no text at all means browsing.
            return (None if query.text.strip() else Wanted()), ""
        number = numbered(query, typed)
        if number is not None:
            return number, ""
        known = vocabulary.analyse(typed)
        better = {}
        if not query.as_typed:
            better = _mended(known.words, but=_left_alone(typed, query))
        meant = [better.get(each, each) for each in typed]
        ways = variants(meant, query.synonyms)
        if better or len(ways) > 1:
            every = dict.fromkeys(word for way in ways for word in way)
            known = vocabulary.analyse(list(every))
        if not known.words:
            # Whatever the parser makes of them, they are no words, and mean nothing.
            return None, ""
        wanted = replace(_wanted(known, ways), parts=self._parts)
        return _stepped(query, wanted), " ".join(meant) if better else ""

    def _products(
        self, typed: Sequence[str], *, currency: str, limit: int, weights: Weights
    ) -> tuple[Suggestion, ...]:
        known = [each.term.quoted for each in vocabulary.analyse(typed).words]
        if not known:
            return ()
        # The last word is still being typed, and its stem may be shorter than it.
        asked = " & ".join((*known[:-1], f"({Term(typed[-1]).quoted}:* | {known[-1]})"))
        with connection.cursor() as cursor:
            cursor.execute(*statements.suggestions(asked, currency, limit, weights))
            return tuple(
                Suggestion(card.get("title", ""), str(product_id), card=card)
                for product_id, card in _decoded(cursor.fetchall())
            )


def _numbered(
    typed: Sequence[str], *, currency: str, limit: int
) -> tuple[Suggestion, ...]:
    """Return the products with a number that was typed whole."""
    number = identifier("".join(typed))
    if not may_be_identifier(number):
        return ()
    rows = SearchDocument.objects.filter(
        is_listed=True, currency=currency, identifiers__contains=[number]
    ).order_by("-is_available", "product_id")
    return tuple(
        Suggestion(card.get("title", ""), str(product_id), card=card)
        for product_id, card in rows.values_list("product_id", "card")[:limit]
    )


def _left_alone(typed: Sequence[str], query: ProductQuery) -> frozenset[str]:
    return covered(typed, query.synonyms) | query.known


def _mended(
    known: Sequence[vocabulary.Known], *, but: frozenset[str]
) -> dict[str, str]:
    return vocabulary.mended(
        [each.word for each in known if not each.is_known and each.word not in but]
    )


def _wanted(known: vocabulary.Analysis, ways: Sequence[Sequence[str]]) -> Wanted:
    """Return what each way of saying it asks for, the first with the others."""
    terms = {each.word: each.term for each in known.words}
    first, *others = (
        Wanted(
            tuple(dict.fromkeys(terms[word] for word in way if word in terms)),
            documents=known.documents,
            mean_length=known.mean_length,
        )
        for way in ways
    )
    return replace(first, others=tuple(one for one in others if one.terms))


def _stepped(query: ProductQuery, wanted: Wanted) -> Wanted:
    """Return the strictest step that finds enough, else the widest."""
    if not wanted.parts.by_steps:
        return replace(wanted, step=Step.ANY)
    all_steps = steps(wanted.most_terms)
    if len(all_steps) == 1:
        return wanted
    sql, parameters = statements.match_counts(query, wanted, enough=ENOUGH)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        counts = cursor.fetchone()
    for step, count in zip(all_steps, counts, strict=False):
        if count >= ENOUGH:
            return replace(wanted, step=step)
    return replace(wanted, step=all_steps[-1])


def _row(document: ProductDocument) -> dict[str, Any]:
    title, brand = prepared(document.title), prepared(document.brand)
    summary, kind = prepared(document.summary), prepared(" ".join(document.kinds))
    attributes = prepared(document.attributes)
    rest = f"{attributes} {prepared(document.description)}"[:_LONGEST_TEXT]
    return {
        "product_id": document.product_id,
        "version": document.version,
        "title": title,
        "brand": brand,
        "summary": summary,
        "kind": kind,
        "rest": rest,
        "length": sum(len(text.split()) for text in (title, brand, summary)),
        "names": f"{title} {brand} {kind} {summary} {attributes}"[:_LONGEST_TEXT],
        "identifiers": list(document.identifiers),
        "skus": list(document.skus),
        "tags": list(document.tags),
        "currency": document.currency,
        "price_minor": document.price_minor,
        "landed_minor": document.landed_minor,
        "is_available": document.is_available,
        "note": document.note,
        "delivery_days": document.delivery_days,
        "factors": [document.factors.get(each.key, 0) for each in FACTORS],
        "created_at": document.created_at.isoformat(),
        "card": dict(document.card),
    }


def _page(
    query: ProductQuery, answer: Mapping[str, Any], *, step: Step, corrected: str
) -> ResultPage:
    counts: dict[str, dict[str, int]] = {}
    for tag, count in (answer["tags"] or {}).items():
        group, _, value = tag.partition("=")
        counts.setdefault(group, {})[value] = count
    least, most = answer["prices"] or (None, None)
    bars = answer["bars"] or {}
    return ResultPage(
        hits=tuple(
            Hit(product_id, score, card, dict(zip(_FACTORS, values, strict=False)))
            for product_id, score, card, values in answer["hits"] or ()
        ),
        total=answer["total"],
        full_total=answer["full_total"],
        facets=facets_of(counts, query.filters),
        prices=Prices(
            least or 0,
            most or 0,
            tuple(bars.get(str(bar), 0) for bar in range(len(PRICE_EDGES) + 1)),
        ),
        without=answer["without"] or {},
        step=step,
        corrected=corrected,
        engine=PostgresBackend.name,
    )


def _decoded(rows: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    for product_id, card in rows:
        yield product_id, json.loads(card) if isinstance(card, str) else card
