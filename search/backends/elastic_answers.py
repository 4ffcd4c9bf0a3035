"""What Elasticsearch answered, read into what a page needs; no connection here."""

from collections.abc import Mapping, Sequence
from typing import Any

from search import spelling
from search.backends import elastic_query
from search.backends.base import (
    Hit,
    Prices,
    ProductQuery,
    ResultPage,
    Step,
    Suggestion,
    facets_of,
)
from search.backends.elastic_query import Asked, texts
from search.ranking import FACTORS
from search.variants import covered
from search.words import identifier

Answer = Mapping[str, Any]


def total(answer: Answer) -> int:
    """Return how many products an answer counts, up to what was asked for."""
    return int(answer["hits"]["total"]["value"])


def matched(answer: Answer) -> int:
    """Return how many products match, whatever groups are chosen."""
    return int(answer["aggregations"]["matched"]["doc_count"])


def kept(answer: Answer) -> int:
    """Return how many products match and are in every group chosen."""
    return int(answer["aggregations"]["kept"]["doc_count"])


def counts(words: Sequence[str], probes: Sequence[Answer]) -> dict[str, int]:
    """Return how many products have each word; `probes` as for `mended`."""
    return {word: total(answer) for word, answer in zip(words, probes[1:], strict=True)}


def mended(
    typed: Sequence[str], probes: Sequence[Answer], *, but: frozenset[str]
) -> dict[str, str]:
    """Return what the words that nobody wrote are taken for.

    The first of `probes` tells what is near, the others each word's products. A word is
    known when its stem is: "vans" must not become "van".
    """
    near, *each_word = probes
    unknown = spelling.to_mend(
        word
        # What they may also be called is behind them, and never mended.
        for word, answer in zip(typed, each_word, strict=False)
        if not total(answer) and word not in but
    )
    return spelling.mended(
        {
            entry["text"]: [(each["text"], each["freq"]) for each in entry["options"]]
            for entry in near["suggest"]["near"]
            if entry["text"] in unknown
        }
    )


def numbered(query: ProductQuery, answers: Sequence[Answer]) -> Asked | None:
    """Return the search for a number, if the text is one of a product here.

    What a seller calls it counts where nothing has the words: else anybody could have
    an ordinary query show their own thing alone.
    """
    if not answers:
        return None
    is_identifier, is_sku, has_words = (total(each) for each in answers)
    number = identifier(query.text)
    if is_identifier:
        return Asked(identifier=number)
    if is_sku and not has_words:
        return Asked(identifier=number, number_in="skus")
    return None


def meant(
    query: ProductQuery,
    asked: Asked,
    probes: Sequence[Answer],
    numbers: Sequence[Answer],
) -> tuple[Asked, str]:
    """Return what was meant, and the text where a word had to be mended."""
    if not probes:
        return asked, ""
    number = numbered(query, numbers)
    if number is not None:
        return number, ""
    typed = asked.texts[0].split()
    left_alone = covered(typed, query.synonyms) | query.known
    better = mended(typed, probes, but=left_alone)
    if query.as_typed or not better:
        return asked, ""
    words = [better.get(each, each) for each in typed]
    return Asked(texts(words, query.synonyms)), " ".join(words)


def suggested(answer: Answer) -> tuple[Suggestion, ...]:
    """Return the products of an answer as suggestions."""
    sources = [each["_source"] for each in answer["hits"]["hits"]]
    return tuple(
        Suggestion(
            source["card"].get("title", ""),
            str(source["product_id"]),
            card=source["card"],
        )
        for source in sources
    )


def page(
    query: ProductQuery,
    answer: Answer,
    *,
    step: Step,
    full_total: int,
    corrected: str,
    engine: str,
) -> ResultPage:
    """Return the page that an answer is."""
    found = answer["aggregations"]
    span = found["prices"]["span"]
    return ResultPage(
        hits=tuple(
            _hit(each["_source"], each["_score"]) for each in answer["hits"]["hits"]
        ),
        total=total(answer),
        full_total=full_total,
        facets=facets_of(_counts(query, found), query.filters),
        prices=Prices(
            int(span["min"] or 0),
            int(span["max"] or 0),
            tuple(each["doc_count"] for each in found["prices"]["bars"]["buckets"]),
        ),
        without=_without(query, found),
        step=step,
        corrected=corrected,
        engine=engine,
    )


def _counts(query: ProductQuery, found: Answer) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    others = [each.get("tags", {}) for each in _beside(query, found).values()]
    for tags in (found["kept"]["tags"], *others):
        for bucket in tags.get("buckets", ()):
            group, _, value = bucket["key"].partition("=")
            counts.setdefault(group, {})[value] = bucket["doc_count"]
    return counts


def _without(query: ProductQuery, found: Answer) -> dict[str, int]:
    lost = {
        group: each["without"]["doc_count"]
        for group, each in _beside(query, found).items()
    }
    return {group: count for group, count in lost.items() if count}


def _beside(query: ProductQuery, found: Answer) -> dict[str, Answer]:
    """Return the counts beside each selected group."""
    return {
        group: found[elastic_query.beside(place)]
        for place, group in enumerate(query.groups)
    }


def _hit(source: Answer, score: float) -> Hit:
    known = source.get("factors", {})
    factors = {each.key: known.get(each.key, 0.0) for each in FACTORS}
    return Hit(source["product_id"], score, source["card"], factors)
