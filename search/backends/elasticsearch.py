"""Elasticsearch as a search engine, spoken to with its DSL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError
from elasticsearch.dsl import Q, Search
from elasticsearch.helpers import streaming_bulk

from search import spelling
from search.backends import elastic_query
from search.backends.base import (
    ENOUGH,
    EngineDownError,
    Hit,
    NotUnderstoodError,
    Prices,
    ProductDocument,
    ProductQuery,
    ResultPage,
    Step,
    Suggestion,
    Suggestions,
    facets_of,
)
from search.backends.elastic_query import USUAL_PARTS, Asked, Parts
from search.backends.elastic_writes import deletions, writes
from search.backends.statements import steps
from search.ranking import FACTORS, USUAL_WEIGHTS, Weights
from search.variants import covered, variants
from search.words import identifier, query_words, words

_CONFLICT = 409
_MISSING = 404
_BULK_TIMEOUT = 30.0
_MAX_PREFIX_WORDS = 8

P = ParamSpec("P")
R = TypeVar("R")


def _answering(function: Callable[P, R]) -> Callable[P, R]:
    """Turn whatever the engine or the way to it does into EngineDownError.

    What it does not understand is our fault, and tells nothing of its health.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BadRequestError as fault:
            raise NotUnderstoodError(str(fault)) from fault
        except (TransportError, ApiError) as fault:
            raise EngineDownError(str(fault)) from fault

    return call


class ElasticsearchBackend:
    """The engine behind an alias; two aliases while an index is being rebuilt.

    `<prefix>-products` is what is searched, `<prefix>-products-next` what is being
    filled; writes go to both, and the later version of a document wins in each.
    """

    name = "elasticsearch"

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        api_key: str = "",
        timeout: float = 1.0,
        parts: Parts = USUAL_PARTS,
    ) -> None:
        self._client = Elasticsearch(
            url,
            api_key=api_key or None,
            request_timeout=timeout,
            max_retries=0,
            retry_on_timeout=False,
        )
        self._bulk_client = self._client.options(request_timeout=_BULK_TIMEOUT)
        self._parts = parts
        self._alias = f"{prefix}-products"
        self._next = f"{prefix}-products-next"

    @_answering
    def index(self, documents: Sequence[ProductDocument]) -> None:
        """Write documents into every index in use."""
        for name in self._written_indices():
            self._send(writes(name, documents))

    @_answering
    def delete(self, versions: Mapping[int, int]) -> None:
        """Take products out of every index in use."""
        for name in self._written_indices():
            self._send(deletions(name, versions))

    @_answering
    def search(self, query: ProductQuery) -> ResultPage:
        """Answer in one request for the words and one for each step that is needed."""
        typed = query_words(query.text)
        if not typed and query.text.strip():
            return ResultPage(engine=self.name)
        asked, corrected = self._understood(query, typed)
        some = steps(asked.most_words) if self._parts.by_steps else (Step.ANY,)
        for step in some:
            answer = self._ask(query, asked, step)
            if step is some[-1] or answer["aggregations"]["matched"]["doc_count"] >= (
                ENOUGH
            ):
                break
        return _page(query, answer, step=step, corrected=corrected)

    @_answering
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
        found = ask(typed)
        if not found:
            better = self._mended(typed)[1]
            if better:
                meant = [better.get(each, each) for each in typed]
                found = ask(meant)
        return Suggestions(products=found)

    @_answering
    def rebuild(
        self, batches: Iterable[Sequence[ProductDocument]], *, version: int
    ) -> int:
        """Fill a new index and let the alias move to it at once."""
        name = f"{self._alias}-{version}"
        self._drop_unfinished()
        self._create(name, alias=self._next)
        count = 0
        for batch in batches:
            self._send(writes(name, batch))
            count += len(batch)
        self._client.indices.refresh(index=name)
        self._swap(name)
        return count

    @_answering
    def is_current(self) -> bool:
        """Say whether there is an index, of the shape that this program writes."""
        answer = self._client.indices.get_mapping(
            index=self._alias, ignore_unavailable=True, allow_no_indices=True
        )
        shapes = [
            each["mappings"].get("_meta", {}).get("shape")
            for each in answer.body.values()
        ]
        return shapes == [elastic_query.SHAPE]

    @_answering
    def held(self, product_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return the cards of those products that the index holds."""
        if not product_ids:
            return {}
        answer = self._bulk_client.mget(
            index=self._alias,
            ids=[str(each) for each in product_ids],
            source_includes=["card"],
        )
        return {
            int(each["_id"]): each["_source"]["card"]
            for each in answer.body["docs"]
            if each.get("found")
        }

    @_answering
    def count(self) -> int:
        """Return how many products the index holds, those just written included."""
        self._client.indices.refresh(index=self._alias)
        return int(self._client.count(index=self._alias).body["count"])

    @_answering
    def refresh(self) -> None:
        """Make what was written visible to searches now instead of in a second."""
        for name in self._written_indices():
            self._client.indices.refresh(index=name)

    @_answering
    def drop(self) -> None:
        """Remove every index of this prefix."""
        for name in self._indices(f"{self._alias}*"):
            self._client.indices.delete(index=name, ignore_unavailable=True)

    # --- asking ---------------------------------------------------------------

    def _ask(self, query: ProductQuery, asked: Asked, step: Step) -> dict[str, Any]:
        search = Search(using=self._client, index=self._alias)
        found = elastic_query.request(search, query, asked, step, self._parts).execute()
        return dict(found.to_dict())

    def _understood(
        self, query: ProductQuery, typed: Sequence[str]
    ) -> tuple[Asked, str]:
        if not typed:
            return Asked(), ""
        number, better = self._mended(
            typed, identifier(query.text), known=covered(typed, query.synonyms)
        )
        if number:
            return Asked(identifier=number), ""
        if query.as_typed:
            better = {}
        meant = [better.get(each, each) for each in typed]
        ways = variants(meant, query.synonyms)
        texts = tuple(" ".join(each) for each in ways)
        return Asked(texts), " ".join(meant) if better else ""

    def _mended(
        self,
        typed: Sequence[str],
        number: str = "",
        *,
        known: frozenset[str] = frozenset(),
    ) -> tuple[str, dict[str, str]]:
        """Return the identifier, if it is one, and the words that nobody wrote, mended.

        A word is known when its stem is: "vans" must not become "van".
        """
        search = Search(using=self._client, index=self._alias)
        search = elastic_query.words_asked(search, typed, number)
        answer = search.execute().to_dict()
        counts = answer["aggregations"]
        unknown = {
            word
            for place, word in enumerate(typed)
            if not counts[f"word_{place}"]["doc_count"]
            and word not in known
            and spelling.may_be_mended(word)
        }
        neighbours = {
            entry["text"]: [(each["text"], each["freq"]) for each in entry["options"]]
            for entry in answer["suggest"]["near"]
            if entry["text"] in unknown
        }
        found = number if counts["number"]["doc_count"] else ""
        return found, spelling.mended(neighbours)

    def _products(
        self, typed: Sequence[str], *, currency: str, limit: int, weights: Weights
    ) -> tuple[Suggestion, ...]:
        text = " ".join(typed)
        search = (
            Search(using=self._client, index=self._alias)
            .query(
                "function_score",
                query=Q(
                    "bool",
                    filter=[
                        Q("term", currency=currency),
                        Q("match_bool_prefix", all={"query": text, "operator": "and"})
                        | Q("match", all={"query": text, "operator": "and"}),
                    ],
                ),
                functions=elastic_query.boosting(weights),
                score_mode="sum",
                boost_mode="replace",
            )
            .sort("-is_available", "_score", "product_id")
            .source(["product_id", "card"])[:limit]
        )
        hits = search.execute().to_dict()["hits"]["hits"]
        return tuple(
            Suggestion(
                each["_source"]["card"].get("title", ""),
                str(each["_source"]["product_id"]),
                card=each["_source"]["card"],
            )
            for each in hits
        )

    # --- writing --------------------------------------------------------------

    def _written_indices(self) -> list[str]:
        """Return the indices behind both aliases; make the first one if need be."""
        found = self._indices(f"{self._alias},{self._next}")
        if not self._client.indices.exists_alias(name=self._alias):
            first = f"{self._alias}-0"
            if not self._client.indices.exists(index=first):
                self._create(first, alias=self._alias)
            return sorted({*found, first})
        return found

    def _indices(self, pattern: str) -> list[str]:
        answer = self._client.indices.get(
            index=pattern, ignore_unavailable=True, allow_no_indices=True
        )
        return sorted(answer.body)

    def _create(self, name: str, *, alias: str) -> None:
        self._bulk_client.indices.create(
            index=name,
            settings={
                "number_of_replicas": 0,
                "analysis": elastic_query.ANALYSIS,
            },
            mappings={**elastic_query.MAPPING, "_meta": {"shape": elastic_query.SHAPE}},
            aliases={alias: {}},
        )

    def _drop_unfinished(self) -> None:
        for name in self._indices(self._next):
            self._client.indices.delete(index=name, ignore_unavailable=True)

    def _swap(self, name: str) -> None:
        old = [each for each in self._indices(self._alias) if each != name]
        self._client.indices.update_aliases(
            actions=[
                {"add": {"index": name, "alias": self._alias}},
                {"remove": {"index": name, "alias": self._next}},
                *({"remove_index": {"index": each}} for each in old),
            ]
        )

    def _send(self, actions: Iterable[dict[str, Any]]) -> None:
        """Send actions; an older version is passed over, anything else is a fault."""
        for is_done, answer in streaming_bulk(
            self._bulk_client, actions, chunk_size=500, raise_on_error=False
        ):
            status = next(iter(answer.values())).get("status")
            if not is_done and status not in {_CONFLICT, _MISSING}:
                raise EngineDownError(str(answer))


def _hit(source: Mapping[str, Any], score: float) -> Hit:
    known = source.get("factors", {})
    factors = {each.key: known.get(each.key, 0.0) for each in FACTORS}
    return Hit(source["product_id"], score, source["card"], factors)


def _page(
    query: ProductQuery, answer: Mapping[str, Any], *, step: Step, corrected: str
) -> ResultPage:
    found = answer["aggregations"]
    counts: dict[str, dict[str, int]] = {}
    for bucket in found["kept"]["tags"]["buckets"]:
        group, _, value = bucket["key"].partition("=")
        counts.setdefault(group, {})[value] = bucket["doc_count"]
    without = {}
    for place, group in enumerate(query.groups):
        beside = found[elastic_query.beside(place)]
        if beside["without"]["doc_count"]:
            without[group] = beside["without"]["doc_count"]
        for bucket in beside.get("tags", {}).get("buckets", ()):
            value = bucket["key"].partition("=")[2]
            counts.setdefault(group, {})[value] = bucket["doc_count"]
    span = found["prices"]["span"]
    return ResultPage(
        hits=tuple(
            _hit(each["_source"], each["_score"]) for each in answer["hits"]["hits"]
        ),
        total=answer["hits"]["total"]["value"],
        full_total=found["kept"]["full"]["doc_count"],
        facets=facets_of(counts, query.filters),
        prices=Prices(
            int(span["min"] or 0),
            int(span["max"] or 0),
            tuple(each["doc_count"] for each in found["prices"]["bars"]["buckets"]),
        ),
        without=without,
        step=step,
        corrected=corrected,
        engine=ElasticsearchBackend.name,
    )
