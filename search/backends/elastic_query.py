"""What is asked of Elasticsearch, made from a query with its DSL; no connection here.

The fields, the parts of the score and their weights are general: none was chosen for a
single query. docs/algorithms/search.md says what each is worth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query

from search.backends.base import (
    PRICE_EDGES,
    PRICE_GROUP,
    ProductQuery,
    Sort,
    Step,
    most_values,
    tag,
)
from search.backends.wanted import rarest
from search.ranking import Weights
from search.variants import VARIANT_WEIGHT, Synonyms, variants
from search.words import identifier, may_be_identifier

CROSS_FIELDS = ["title", "brand", "summary", "attributes", "kind"]
# The name of an attribute says less than what it is: "headphone outputs: 2".
TELLING_FIELDS = ["title", "brand", "summary", "values", "kind"]
# Counted in all. A document has some thirty, so that what comes behind these is had by
# one result in 170 at most: no such value would part a result, nor its group be shown.
_TAGS_IN_ALL = 5000
# Products with each word of a query.
Documents = Mapping[str, int]
NOTHING_KNOWN: Documents = MappingProxyType({})
_NEIGHBOURS = 10

_ORDERS: dict[Sort, list[Any]] = {
    Sort.RELEVANCE: ["_score"],
    Sort.PRICE: ["landed_minor"],
    Sort.PRICE_DOWN: ["-landed_minor"],
    Sort.NOTE: ["-note", "_score"],
    Sort.NEWEST: ["-created_at"],
    Sort.DELIVERY: [{"delivery_days": {"missing": "_last"}}, "_score"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is added to the match with title, brand and summary together, which is 1.

    0 leaves a part out, as a benchmark does to see what it is worth. Not `by_steps`,
    any word is enough at once.
    """

    every_word: float = 0.5
    every_telling_word: float = 0.3
    kind: float = 0.2
    whole_kind: float = 1.0
    title: float = 0.3
    phrase: float = 0.2
    wide: float = 0.3
    by_steps: bool = True


USUAL_PARTS = Parts()


@dataclass(frozen=True, slots=True)
class Asked:
    """The texts that are asked for, the one that was meant first, or an identifier.

    Each is a query's words with spaces; the others are what it may also be called.
    """

    texts: tuple[str, ...] = ()
    identifier: str = ""
    number_in: str = "identifiers"

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word that is asked for, each once."""
        return tuple(
            dict.fromkeys(word for text in self.texts for word in text.split())
        )

    @property
    def most_words(self) -> int:
        """Return how many words the longest text has; an identifier is one.

        One word is one, whatever it stands for: a "Tischlampe" is no table.
        """
        if not self.texts or " " not in self.texts[0]:
            return 1
        return max(len(text.split()) for text in self.texts)


def texts(typed: Sequence[str], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the ways in which words may be meant, each as one text."""
    ways = variants(typed, synonyms) if typed else ()
    return tuple(" ".join(each) for each in ways)


def matching(asked: Asked, step: Step, documents: Documents = NOTHING_KNOWN) -> Query:
    """Return the condition that a product matches the text as strictly as `step`.

    `documents` counts the products with each word: where any word is enough, common
    ones are left out once the rarer have candidates enough.
    """
    if asked.identifier:
        return Q("term", **{asked.number_in: asked.identifier})
    if not asked.texts:
        return Q("match_all")
    least = {Step.ALL: "100%", Step.MOST: "-25%", Step.ANY: "1"}[step]
    ways = []
    for text in asked.texts:
        words = text.split()
        if step is Step.ANY:
            words = list(rarest({word: documents.get(word, 0) for word in words}))
        wanted = {"query": " ".join(words), "minimum_should_match": least}
        ways.append(Q("match", any=wanted))
    return ways[0] if len(ways) == 1 else Q("bool", should=ways)


def scored(asked: Asked, parts: Parts) -> list[Query]:
    """Return the parts of the score: the best of what each text is worth."""
    if asked.identifier or not asked.texts:
        return []
    if len(asked.texts) == 1:
        return _parts(asked.texts[0], parts)
    ways = [
        Q("bool", should=_parts(text, parts), boost=VARIANT_WEIGHT if place else 1)
        for place, text in enumerate(asked.texts)
    ]
    return [Q("dis_max", queries=ways)]


def _parts(words: str, parts: Parts) -> list[Query]:
    # One word names the thing; of several, each may only say what it is like or for.
    title = 0 if " " in words else parts.title
    every = partial(Q, "multi_match", query=words, type="cross_fields", operator="and")
    weighed = (
        (parts.every_word, every(fields=CROSS_FIELDS)),
        (parts.every_telling_word, every(fields=TELLING_FIELDS)),
        (parts.kind, Q("match", kind=words)),
        (parts.whole_kind, Q("constant_score", filter=Q("match", kind__whole=words))),
        (title, Q("match", title__said=words)),
        (parts.phrase, Q("match_phrase", all={"query": words, "slop": 2})),
        (parts.wide, Q("match", wide=words)),
    )
    return [
        Q("match", all=words),
        *(Q("bool", must=part, boost=weight) for weight, part in weighed if weight),
    ]


def request(
    search: Search,
    query: ProductQuery,
    asked: Asked,
    matches: Query,
    parts: Parts = USUAL_PARTS,
) -> Search:
    """Return the one request that answers a query: hits, total, facets, prices."""
    filters = [matches, *_conditions(query)]
    score = scored(asked, parts)
    base = Q("bool", filter=filters, should=score, minimum_should_match=0)
    if not score:
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
    _count(search, groups)
    return search


def some(search: Search, query: ProductQuery, matches: Query, *, enough: int) -> Search:
    """Return the request that counts the matches of a step, as far as `enough`."""
    found = search.query("bool", filter=[matches, *_conditions(query)])
    return _counting(found, enough)


def _conditions(query: ProductQuery) -> list[Query]:
    filters = [Q("term", currency=query.currency)]
    if query.scope:
        filters.append(Q("term", tags=tag("category", query.scope)))
    if query.without:
        filters.append(~Q("terms", tags=sorted(query.without)))
    return filters


def _counting(search: Search, enough: int) -> Search:
    return search[:0].extra(terminate_after=enough, track_total_hits=enough)


def numbers(
    search: Search, query: ProductQuery, number: str, text: str
) -> list[Search]:
    """Return what finds a product with that number, one of a seller's, all words."""
    anywhere = replace(query, scope="", without=frozenset())
    looked_for = (
        (query, Q("term", identifiers=number)),
        (query, Q("term", skus=number)),
        (anywhere, matching(Asked((text,)), Step.ALL)),
    )
    return [some(search, among, matches, enough=1) for among, matches in looked_for]


def probes(search: Search, typed: Sequence[str]) -> list[Search]:
    """Return what is asked about words: whether they are known, and what is near.

    The suggester `near` of the first tells how a word nobody wrote may be meant; the
    others count the products with each word.
    """
    near = (
        search[:0]
        .extra(track_total_hits=False)
        .suggest(
            "near",
            " ".join(typed),
            term={
                "field": "spelling",
                "suggest_mode": "missing",
                "prefix_length": 0,
                "size": _NEIGHBOURS,
            },
        )
    )
    counts = (search.query("match", any=word)[:0] for word in typed)
    return [near, *(each.extra(track_total_hits=True) for each in counts)]


def beginning(typed: Sequence[str], currency: str) -> Query:
    """Return the condition that words of a product begin so, or that it has the number.

    The last word is still being typed; a number is asked for whole.
    """
    wanted = {"query": " ".join(typed), "operator": "and"}
    found = Q("match_bool_prefix", all=wanted) | Q("match", all=wanted)
    number = identifier("".join(typed))
    if may_be_identifier(number):
        found |= Q("term", identifiers=number)
    return Q("bool", filter=[Q("term", currency=currency), found])


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


def beside(place: int) -> str:
    """Return what the counts beside a selected group are called, by its place.

    A group is what an address says, and may be no name that the engine takes.
    """
    return f"beside_{place}"


def _count(search: Search, groups: dict[str, Query]) -> None:
    search.aggs.bucket("matched", "filter", Q("match_all"))
    kept = search.aggs.bucket("kept", "filter", _all_of(groups.values()))
    kept.bucket("tags", "terms", field="tags", size=_TAGS_IN_ALL)
    for place, (group, own) in enumerate(groups.items()):
        others = [each for name, each in groups.items() if name != group]
        found = search.aggs.bucket(beside(place), "filter", _all_of(others))
        found.bucket("without", "filter", ~own)
        if group != PRICE_GROUP:
            found.bucket(
                "tags",
                "terms",
                field="tags",
                include=f"{_plain(group)}=.*",
                size=most_values(group),
            )
    all_but_price = [each for name, each in groups.items() if name != PRICE_GROUP]
    prices = search.aggs.bucket("prices", "filter", _all_of(all_but_price))
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
