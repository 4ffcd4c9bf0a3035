"""The SQL of the PostgreSQL backend, made from a query; no connection here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from search.backends.base import (
    CATEGORIES_PER_FACET,
    PRICE_EDGES,
    PRICE_GROUP,
    VALUES_PER_FACET,
    ProductQuery,
    Sort,
    Step,
    tag,
)
from search.backends.wanted import Parts, Wanted, least_words, steps
from search.ranking import FACTORS, Weights
from search.variants import VARIANT_WEIGHT

# BM25F: occurrences weigh by field (attributes, kind, brand and summary, title), then
# saturate (k1) by length (b). docs/algorithms/search.md has a worked example.
FIELD_WEIGHTS = "{0.2, 0.2, 0.8, 1.0}"
SATURATION = 0.6
LENGTH_SHARE = 0.75
# Bytes of a vector that is read with its row.
_IN_ROW = 4000

_ORDERS = {
    Sort.RELEVANCE: "score DESC",
    Sort.PRICE: "coalesce(landed_minor, price_minor)",
    Sort.PRICE_DOWN: "coalesce(landed_minor, price_minor) DESC",
    Sort.NOTE: "note DESC, score DESC",
    Sort.NEWEST: "created_at DESC",
    Sort.DELIVERY: "delivery_days NULLS LAST, score DESC",
}

_COUNTS = f"""
counted AS (
  SELECT tag, split_part(tag, '=', 1) AS name, count(*) AS n
  FROM matches, unnest(tags) AS tag
  WHERE fails = 0 OR (fails = 1 AND failed = split_part(tag, '=', 1))
  GROUP BY tag
), best AS (
  SELECT tag, n, name,
    row_number() OVER (PARTITION BY name ORDER BY n DESC, tag) AS place FROM counted
), priced AS (
  SELECT price_minor FROM matches
  WHERE fails = 0 OR (fails = 1 AND failed = '{PRICE_GROUP}')
), edges AS (
  SELECT min(price_minor) AS least, max(price_minor) AS most FROM priced
), bars AS (
  SELECT width_bucket(price_minor, ARRAY{list(PRICE_EDGES)}::bigint[]) AS bar,
    count(*) AS n FROM priced GROUP BY bar
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM matches WHERE fails = 0),
  'full_total', (SELECT count(*) FROM matches WHERE fails = 0 AND has_all),
  'without', (SELECT json_object_agg(failed, n) FROM
    (SELECT failed, count(*) AS n FROM matches WHERE fails = 1 GROUP BY failed) AS f),
  'hits', (SELECT json_agg(json_build_array(product_id, score, card, factors)
      ORDER BY place) FROM page JOIN search_document USING (product_id)),
  'tags', (SELECT json_object_agg(tag, n) FROM best
    WHERE place <= {VALUES_PER_FACET}
    OR (name = 'category' AND place <= {CATEGORIES_PER_FACET})),
  'prices', (SELECT json_build_array(least, most) FROM edges),
  'bars', (SELECT json_object_agg(bar, n) FROM bars))
"""  # noqa: S608 (our own numbers)


@dataclass(slots=True)
class Statement:
    """SQL and its parameters, which get their names here."""

    parameters: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """Keep a value and return its place in the SQL."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"


def condition(statement: Statement, wanted: Wanted, step: Step) -> str:
    """Return the condition that a product matches the text as strictly as `step`."""
    if wanted.identifier:
        return f"{wanted.number_in} @> ARRAY[{statement.bind(wanted.identifier)}]"
    if not wanted.terms:
        return "true"
    ways = [_matching(statement, way, step) for way in wanted.ways]
    return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"


def _matching(statement: Statement, wanted: Wanted, step: Step) -> str:
    if step is Step.ALL:
        return f"vector @@ {statement.bind(wanted.all_words)}::tsquery"
    if step is Step.ANY:
        return f"vector @@ {statement.bind(wanted.any_word)}::tsquery"
    found = " + ".join(
        f"(vector @@ {statement.bind(term.quoted)}::tsquery)::int"
        for term in wanted.terms
    )
    some = f"vector @@ {statement.bind(wanted.most_words)}::tsquery"
    return f"({some} AND {found} >= {least_words(len(wanted.terms))})"


def match_counts(
    query: ProductQuery, wanted: Wanted, *, enough: int
) -> tuple[str, dict[str, Any]]:
    """Return a statement that counts the matches of each step, up to `enough`."""
    statement = Statement()
    asked = base(statement, query)
    some = "SELECT 1 FROM search_document WHERE"
    counts = [
        f"(SELECT count(*) FROM ({some} {asked} AND {test} LIMIT {enough}) AS found)"  # noqa: S608 (bound)
        for step in steps(wanted.most_terms)[:-1]
        for test in (condition(statement, wanted, step),)
    ]
    return f"SELECT {', '.join(counts)}", statement.parameters


def result(query: ProductQuery, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Return the one statement that answers a query: hits, total, facets, prices.

    A match that fails one selected group only is counted in that group's facet, so a
    group's own filter does not shrink its counts.
    """
    statement = Statement()
    matches = _matches(statement, query, wanted)
    page = f"""
  SELECT product_id, score, row_number() OVER () AS place FROM (
    SELECT product_id, score FROM matches WHERE fails = 0
    ORDER BY is_available DESC, {_ORDERS[query.sort]}, product_id
    LIMIT {int(query.page_size)} OFFSET {int(query.offset)}) AS sorted"""  # noqa: S608 (numbers)
    sql = f"WITH matches AS MATERIALIZED ({matches}), page AS ({page}), {_COUNTS}"
    return sql, statement.parameters


def suggestions(
    asked: str, currency: str, limit: int, weights: Weights
) -> tuple[str, dict[str, Any]]:
    """Return a statement for the products whose names a `tsquery` finds, best first.

    Of very many, some thousand are looked at: so little typed says little.
    """
    statement = Statement()
    sql = f"""
SELECT product_id, card FROM search_document JOIN (
  SELECT product_id, is_available, {boosting(statement, weights)} AS boost
  FROM search_document
  WHERE is_listed AND currency = {statement.bind(currency)}
    AND beginnings @@ {statement.bind(asked)}::tsquery LIMIT 1000) AS found
USING (product_id)
ORDER BY found.is_available DESC, boost DESC, product_id
LIMIT {statement.bind(limit)}"""  # noqa: S608 (every value from outside is bound)
    return sql, statement.parameters


def boosting(statement: Statement, weights: Weights) -> str:
    """Return the boost of a row: 1, and each factor by its weight."""
    parts = [
        f"{statement.bind(weights[factor.key] / 100)}::float8 * factors[{place}]"
        for place, factor in enumerate(FACTORS, start=1)
        if weights.get(factor.key)
    ]
    return f"(1 + {' + '.join(parts)})" if parts else "1::float8"


def _matches(statement: Statement, query: ProductQuery, wanted: Wanted) -> str:
    """Return the matches that fail one selected group at most; a score without any."""
    return f"""
  SELECT product_id, tags, price_minor, landed_minor, is_available, note, created_at,
    delivery_days, {_score(statement, wanted, query.weights)} AS score,
    {_has_all(statement, wanted)} AS has_all, cardinality(failing) AS fails,
    coalesce(failing[1], '') AS failed
  FROM (
    -- What is stored apart is fetched once here; each word would fetch it again.
    SELECT *, CASE WHEN failing <> '{{}}' THEN NULL
      WHEN pg_column_size(vector) < {_IN_ROW} THEN vector ELSE vector || ''
      END AS words
    FROM (
      SELECT *, {_failing(statement, query)} AS failing FROM search_document
      WHERE {base(statement, query)}
        AND {condition(statement, wanted, wanted.step)} OFFSET 0) AS tested
    WHERE cardinality(failing) < 2 OFFSET 0) AS found"""  # noqa: S608 (every value from outside is bound)


def base(statement: Statement, query: ProductQuery) -> str:
    """Return the condition that a product is among those that are asked about."""
    found = f"is_listed AND currency = {statement.bind(query.currency)}"
    if query.scope:
        scope = statement.bind([tag("category", query.scope)])
        found = f"{found} AND tags @> {scope}::text[]"
    if query.without:
        unwanted = statement.bind(sorted(query.without))
        found = f"{found} AND NOT tags && {unwanted}::text[]"
    return found


def _failing(statement: Statement, query: ProductQuery) -> str:
    """Return the selected groups that a row fails."""
    tests = {
        group: f"tags && {statement.bind(_tags(group, query.filters[group]))}::text[]"
        for group in query.groups
        if group != PRICE_GROUP
    }
    if query.has_price:
        tests[PRICE_GROUP] = _price_test(statement, query)
    if not tests:
        return "'{}'::text[]"
    failed = ", ".join(
        f"CASE WHEN NOT ({test}) THEN {statement.bind(group)}::text END"
        for group, test in tests.items()
    )
    return f"array_remove(ARRAY[{failed}], NULL)"


def _price_test(statement: Statement, query: ProductQuery) -> str:
    limits = []
    if query.price_from_minor is not None:
        limits.append(f"price_minor >= {statement.bind(query.price_from_minor)}")
    if query.price_to_minor is not None:
        limits.append(f"price_minor <= {statement.bind(query.price_to_minor)}")
    return " AND ".join(limits)


def _tags(group: str, values: Sequence[str] | frozenset[str]) -> list[str]:
    return [tag(group, value) for value in sorted(values)]


def _score(statement: Statement, wanted: Wanted, weights: Weights) -> str:
    if wanted.identifier or not wanted.terms:
        return boosting(statement, weights)
    ways = [_text_score(statement, way, wanted.parts) for way in wanted.ways]
    best = ways[0]
    if wanted.others:
        rest = [
            f"{statement.bind(VARIANT_WEIGHT * wanted.worth_of(way))}::float8 * {score}"
            for way, score in zip(wanted.others, ways[1:], strict=True)
        ]
        best = f"greatest({', '.join((best, *rest))})"
    return f"{best} * {boosting(statement, weights)}"


def _text_score(statement: Statement, wanted: Wanted, bonus: Parts) -> str:
    length = (
        f"({SATURATION} * ({1 - LENGTH_SHARE} + {LENGTH_SHARE} * length / "
        f"{statement.bind(max(wanted.mean_length, 1.0))}::float8))"
    )
    parts = []
    for term in wanted.terms:
        word = f"{statement.bind(term.quoted)}::tsquery"
        idf = f"{statement.bind(wanted.rarity(term))}::float8"
        kind = f"{statement.bind(term.quoted + ':C')}::tsquery"
        title = f"{statement.bind(term.quoted + ':A')}::tsquery"
        # count / (count + length), written so that the count is taken once.
        count = f"ts_rank_cd('{FIELD_WEIGHTS}', words, {word})"
        parts.append(
            f"{idf} * ({1 + SATURATION} * (1 - {length} / ({count} + {length})) + "
            f"{bonus.kind} * (words @@ {kind})::int + "
            f"{bonus.title} * (words @@ {title})::int)"
        )
    parts.extend(_bonuses(statement, wanted, bonus))
    return f"({' + '.join(parts)})"


def _bonuses(statement: Statement, wanted: Wanted, bonus: Parts) -> list[str]:
    if len(wanted.terms) == 1:
        return []
    best = wanted.best
    bonuses = ((bonus.all_words, wanted.all_words), (bonus.phrase, wanted.in_a_row))
    return [
        f"{statement.bind(best * share)}::float8 * "
        f"(words @@ {statement.bind(asked)}::tsquery)::int"
        for share, asked in bonuses
    ]


def _has_all(statement: Statement, wanted: Wanted) -> str:
    if wanted.identifier or wanted.step is Step.ALL or not wanted.terms:
        return "true"
    ways = [f"words @@ {statement.bind(way.all_words)}::tsquery" for way in wanted.ways]
    return f"({' OR '.join(ways)})"
