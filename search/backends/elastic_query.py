"""What is asked of Elasticsearch, made from a query with its DSL; no connection here.

The fields, the parts of the score and their weights are general: none was chosen for a
single query. docs/algorithms/search.md says what each is worth.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query

from search.backends.base import (
    PRICE_EDGES,
    PRICE_GROUP,
    VALUES_PER_FACET,
    ProductQuery,
    Sort,
    Step,
    tag,
)
from search.ranking import FACTORS, Weights
from search.variants import VARIANT_WEIGHT

CROSS_FIELDS = ["title", "brand", "summary", "attributes", "kind"]
EVERY_WORD_WEIGHT = 0.55
KIND_WEIGHT = 0.225
PHRASE_WEIGHT = 0.2
WIDE_WEIGHT = 0.3
_TAGS_IN_ALL = 600

ANALYSIS: dict[str, Any] = {
    "filter": {
        "possessive": {"type": "stemmer", "language": "possessive_english"},
        "plurals": {"type": "stemmer", "language": "minimal_english"},
        "endings": {"type": "stemmer", "language": "light_english"},
        "pairs": {
            "type": "shingle",
            "min_shingle_size": 2,
            "max_shingle_size": 2,
            "output_unigrams": True,
            "token_separator": "",
        },
    },
    "analyzer": {
        name: {
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "possessive", *filters],
        }
        for name, filters in (
            ("plural", ["plurals"]),
            ("light", ["endings"]),
            ("paired", ["endings", "pairs"]),
        )
    },
}
_LIGHT = {"type": "text", "analyzer": "light"}
_KEYWORD = {"type": "keyword", "ignore_above": 256}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "product_id": {"type": "long"},
        "all": {"type": "text", "analyzer": "plural"},
        "wide": {"type": "text", "analyzer": "paired"},
        "title": {**_LIGHT, "copy_to": ["all", "wide", "spelling"]},
        "brand": {**_LIGHT, "copy_to": ["all", "wide", "spelling"]},
        "summary": {**_LIGHT, "copy_to": ["all", "wide", "spelling"]},
        "attributes": {**_LIGHT, "copy_to": ["wide", "spelling"]},
        "description": {"type": "text", "index": False, "copy_to": "wide"},
        "kind": {**_LIGHT, "copy_to": "spelling"},
        "spelling": {"type": "text", "analyzer": "standard"},
        "identifiers": _KEYWORD,
        "tags": {**_KEYWORD, "eager_global_ordinals": True},
        "currency": _KEYWORD,
        "price_minor": {"type": "long"},
        "landed_minor": {"type": "long"},
        "is_available": {"type": "boolean"},
        "note": {"type": "float"},
        "delivery_days": {"type": "short"},
        "factors": {
            "properties": {factor.key: {"type": "float"} for factor in FACTORS}
        },
        "created_at": {"type": "date"},
        "card": {"type": "object", "enabled": False},
    },
}
# Changes with whatever an index is made of: one of another shape is made anew.
SHAPE = sha256(json.dumps([ANALYSIS, MAPPING], sort_keys=True).encode()).hexdigest()
_ORDERS: dict[Sort, list[Any]] = {
    Sort.RELEVANCE: ["_score"],
    Sort.PRICE: ["landed_minor"],
    Sort.PRICE_DOWN: ["-landed_minor"],
    Sort.NOTE: ["-note", "_score"],
    Sort.NEWEST: ["-created_at"],
    Sort.DELIVERY: [{"delivery_days": {"missing": "_last"}}, "_score"],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The texts that are asked for, the one that was meant first, or an identifier.

    Each is a query's words with spaces; the others are what it may also be called.
    """

    texts: tuple[str, ...] = ()
    identifier: str = ""

    @property
    def most_words(self) -> int:
        """Return how many words the longest text has; an identifier is one."""
        return max((len(text.split()) for text in self.texts), default=1)


def matching(asked: Asked, step: Step) -> Query:
    """Return the condition that a product matches the text as strictly as `step`."""
    if asked.identifier:
        return Q("term", identifiers=asked.identifier)
    if not asked.texts:
        return Q("match_all")
    least = {Step.ALL: "100%", Step.MOST: "-25%", Step.ANY: "1"}[step]
    ways = [
        Q(
            "multi_match",
            query=text,
            type="cross_fields",
            fields=CROSS_FIELDS,
            minimum_should_match=least,
        )
        for text in asked.texts
    ]
    return ways[0] if len(ways) == 1 else Q("bool", should=ways)


def scored(asked: Asked) -> list[Query]:
    """Return the parts of the score: the best of what each text is worth."""
    if asked.identifier or not asked.texts:
        return []
    if len(asked.texts) == 1:
        return _parts(asked.texts[0])
    ways = [
        Q("bool", should=_parts(text), boost=VARIANT_WEIGHT if place else 1)
        for place, text in enumerate(asked.texts)
    ]
    return [Q("dis_max", queries=ways)]


def _parts(words: str) -> list[Query]:
    return [
        Q("match", all={"query": words}),
        Q(
            "multi_match",
            query=words,
            type="cross_fields",
            operator="and",
            fields=CROSS_FIELDS,
            boost=EVERY_WORD_WEIGHT,
        ),
        Q("match", kind={"query": words, "boost": KIND_WEIGHT}),
        Q("match_phrase", all={"query": words, "slop": 2, "boost": PHRASE_WEIGHT}),
        Q("match", wide={"query": words, "boost": WIDE_WEIGHT}),
    ]


def request(search: Search, query: ProductQuery, asked: Asked, step: Step) -> Search:
    """Return the one request that answers a query: hits, total, facets, prices."""
    filters = [Q("term", currency=query.currency), matching(asked, step)]
    if query.scope:
        filters.append(Q("term", tags=tag("category", query.scope)))
    if query.without:
        filters.append(~Q("terms", tags=sorted(query.without)))
    parts = scored(asked)
    base = Q("bool", filter=filters, should=parts, minimum_should_match=0)
    if not parts:
        base = Q("constant_score", filter=base)
    search = search.query(
        "function_score",
        query=base,
        functions=boosting(query.weights),
        score_mode="sum",
        boost_mode="multiply",
    )
    search = search.sort("-is_available", *_ORDERS[query.sort], "product_id")
    search = search[query.offset : query.offset + query.page_size]
    search = search.source(["product_id", "card", "factors"]).extra(
        track_total_hits=True, track_scores=True
    )
    groups = group_filters(query)
    if groups:
        search = search.post_filter(Q("bool", filter=list(groups.values())))
    _count(search, groups, full=matching(asked, Step.ALL))
    return search


def boosting(weights: Weights) -> list[dict[str, Any]]:
    """Return what is added up to the boost: 1, and each factor by its weight."""
    return [
        {"weight": 1},
        *(
            {
                "field_value_factor": {
                    "field": f"factors.{key}",
                    "factor": weight / 100,
                    "missing": 0,
                }
            }
            for key, weight in weights.items()
            if weight
        ),
    ]


def group_filters(query: ProductQuery) -> dict[str, Query]:
    """Return the condition of each selected group, the price among them."""
    found = {
        group: Q(
            "terms", tags=sorted(tag(group, each) for each in query.filters[group])
        )
        for group in query.groups
        if group != PRICE_GROUP
    }
    if query.has_price:
        limits = {"gte": query.price_from_minor, "lte": query.price_to_minor}
        found[PRICE_GROUP] = Q(
            "range",
            price_minor={
                name: each for name, each in limits.items() if each is not None
            },
        )
    return found


def _count(search: Search, groups: dict[str, Query], *, full: Query) -> None:
    search.aggs.bucket("matched", "filter", Q("match_all"))
    kept = search.aggs.bucket("kept", "filter", _all_of(groups.values()))
    kept.bucket("tags", "terms", field="tags", size=_TAGS_IN_ALL)
    kept.bucket("full", "filter", full)
    for group, own in groups.items():
        others = [each for name, each in groups.items() if name != group]
        found = search.aggs.bucket(f"beside_{group}", "filter", _all_of(others))
        found.bucket("without", "filter", ~own)
        if group != PRICE_GROUP:
            found.bucket(
                "tags",
                "terms",
                field="tags",
                include=f"{_plain(group)}=.*",
                size=VALUES_PER_FACET,
            )
    beside = [each for name, each in groups.items() if name != PRICE_GROUP]
    prices = search.aggs.bucket("prices", "filter", _all_of(beside))
    prices.metric("span", "stats", field="price_minor")
    edges = (None, *PRICE_EDGES, None)
    bars = [
        {name: edge for name, edge in (("from", low), ("to", high)) if edge is not None}
        for low, high in pairwise(edges)
    ]
    prices.bucket("bars", A("range", field="price_minor", ranges=bars))


def _all_of(conditions: Iterable[Query]) -> Query:
    return Q("bool", filter=list(conditions))


def _plain(group: str) -> str:
    """Return a group as a regular expression that means only itself."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in group)
