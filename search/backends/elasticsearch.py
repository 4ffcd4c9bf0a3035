"""Elasticsearch as a search engine, spoken to with its DSL."""

import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.dsl import MultiSearch, Search
from elasticsearch.helpers import streaming_bulk

from search.backends import elastic_answers, elastic_mapping, elastic_query
from search.backends.base import (
    ENOUGH,
    EngineDownError,
    ProductDocument,
    ProductQuery,
    ResultPage,
    Step,
    Suggestion,
    Suggestions,
)
from search.backends.elastic_answers import Answer
from search.backends.elastic_faults import answering, readable
from search.backends.elastic_query import USUAL_PARTS, Asked, Documents, Parts
from search.backends.elastic_writes import deletions, free_name, writes
from search.backends.wanted import steps
from search.ranking import USUAL_WEIGHTS, Weights
from search.words import identifier, may_be_identifier, query_words, words

_CONFLICT = 409
_MISSING = 404
# For whoever writes: a large index takes a while to be refreshed, swapped or removed.
_PATIENCE = 30.0
# Until it is whole, an index need be neither shown nor safe: it is filled faster.
_FILLING = {"refresh_interval": "-1", "translog.durability": "async"}
_USUAL: Mapping[str, str] = MappingProxyType({})
# More would wait for each other: a small server has two cores.
_SENDERS = 2
_MAX_PREFIX_WORDS = 8

log = logging.getLogger(__name__)


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
        self._patient = self._client.options(request_timeout=_PATIENCE)
        self._parts = parts
        self._alias = f"{prefix}-products"
        self._next = f"{prefix}-products-next"

    @answering
    def index(self, documents: Sequence[ProductDocument]) -> None:
        """Write documents into every index in use."""
        for name in self._written():
            self._send(writes(name, documents), may_be_gone=name == self._next)

    @answering
    def delete(self, versions: Mapping[int, int]) -> None:
        """Take products out of every index in use."""
        for name in self._written():
            self._send(deletions(name, versions), may_be_gone=name == self._next)

    @answering
    @readable
    def search(self, query: ProductQuery) -> ResultPage:
        """Answer in one call where the words are known and enough products have all.

        A second one asks for fewer words, or for those that were meant.
        """
        typed = query_words(query.text)
        if not typed and query.text.strip():
            return ResultPage(engine=self.name)
        asked = Asked(elastic_query.texts(typed, query.synonyms))
        probes, strict, numbers = self._probed(query, asked, typed)
        meant, corrected = elastic_answers.meant(query, asked, probes, numbers)
        if meant != asked:
            probes, strict, _ = self._probed(query, meant, ())
        documents = elastic_answers.counts(meant.words, probes)
        answer, step = self._relaxed(query, meant, strict, documents)
        return elastic_answers.page(
            query,
            answer,
            step=step,
            full_total=elastic_answers.kept(strict[0]),
            corrected=corrected,
            engine=self.name,
        )

    @answering
    @readable
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
            better = elastic_answers.mended(
                typed,
                self._all_of(elastic_query.probes(self._blank, typed)),
                but=frozenset(),
            )
            if better:
                meant = [better.get(each, each) for each in typed]
                found = ask(meant)
        return Suggestions(products=found)

    @answering
    def rebuild(
        self, batches: Iterable[Sequence[ProductDocument]], *, version: int
    ) -> int:
        """Fill a new index and let the alias move to it at once."""
        self._drop_unfinished()
        name = free_name(f"{self._alias}-{version}", self._indices(f"{self._alias}*"))
        self._create(name, alias=self._next, settings=_FILLING)
        count = self._stream(batches)
        self._patient.indices.put_settings(
            index=name, settings=dict.fromkeys(_FILLING, None)
        )
        self._patient.indices.refresh(index=name)
        self._swap(name)
        self._make_one_piece(name)
        return count

    @answering
    def is_current(self) -> bool:
        """Say whether there is an index, of the shape that this program writes."""
        answer = self._client.indices.get_mapping(
            index=self._alias, ignore_unavailable=True, allow_no_indices=True
        )
        shapes = [
            each["mappings"].get("_meta", {}).get("shape")
            for each in answer.body.values()
        ]
        return shapes == [elastic_mapping.SHAPE]

    @answering
    def is_half_filled(self) -> bool:
        """Say whether a rebuild is going on, or never came to its end."""
        return bool(self._client.indices.exists_alias(name=self._next))

    @answering
    def held(self, product_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return the cards of those products that the index holds."""
        if not product_ids:
            return {}
        answer = self._patient.mget(
            index=self._alias,
            ids=[str(each) for each in product_ids],
            source_includes=["card"],
        )
        return {
            int(each["_id"]): each["_source"]["card"]
            for each in answer.body["docs"]
            if each.get("found")
        }

    @answering
    def count(self) -> int:
        """Return how many products the index holds, those just written included."""
        self._patient.indices.refresh(index=self._alias)
        return int(self._patient.count(index=self._alias).body["count"])

    @answering
    def refresh(self) -> None:
        """Make what was written visible to searches now instead of in a second."""
        for name in self._written():
            self._patient.indices.refresh(index=name, ignore_unavailable=True)

    @answering
    def drop(self) -> None:
        """Remove every index of this prefix."""
        for name in self._indices(f"{self._alias}*"):
            self._patient.indices.delete(index=name, ignore_unavailable=True)

    # --- asking ---------------------------------------------------------------

    @property
    def _blank(self) -> Search:
        return Search(using=self._client, index=self._alias)

    def _probed(
        self, query: ProductQuery, asked: Asked, typed: Sequence[str]
    ) -> tuple[list[Answer], list[Answer], list[Answer]]:
        """Ask about the words, for the strictest step, and how many the next finds.

        At last whether what was `typed` is a number.
        """
        words = asked.words
        probes = elastic_query.probes(self._blank, words) if words else []
        numbers = self._numbers(query, typed)
        first, *others = self._steps(asked)
        matches = elastic_query.matching(asked, first)
        strict = [
            elastic_query.request(self._blank, query, asked, matches, self._parts),
            *(
                elastic_query.some(
                    self._blank,
                    query,
                    elastic_query.matching(asked, step),
                    enough=ENOUGH,
                )
                for step in others[:-1]
            ),
        ]
        answers = iter(self._all_of([*probes, *strict, *numbers]))
        of_words, of_steps = (
            list(islice(answers, len(each))) for each in (probes, strict)
        )
        return of_words, of_steps, list(answers)

    def _numbers(self, query: ProductQuery, typed: Sequence[str]) -> list[Search]:
        number = identifier(query.text)
        if not typed or not may_be_identifier(number):
            return []
        return elastic_query.numbers(self._blank, query, number, " ".join(typed))

    def _relaxed(
        self,
        query: ProductQuery,
        asked: Asked,
        strict: Sequence[Answer],
        documents: Documents,
    ) -> tuple[Answer, Step]:
        """Return the answer of the strictest step that finds enough, else the widest.

        `strict` has the answer of the strictest and the counts of those between.
        """
        first, *others = self._steps(asked)
        if not others or elastic_answers.matched(strict[0]) >= ENOUGH:
            return strict[0], first
        step = others[-1]
        for each, counted in zip(others, strict[1:], strict=False):
            if elastic_answers.total(counted) >= ENOUGH:
                step = each
                break
        matches = elastic_query.matching(asked, step, documents)
        search = elastic_query.request(self._blank, query, asked, matches, self._parts)
        return search.execute().to_dict(), step

    def _steps(self, asked: Asked) -> tuple[Step, ...]:
        return steps(asked.most_words) if self._parts.by_steps else (Step.ANY,)

    def _all_of(self, searches: Sequence[Search]) -> list[Answer]:
        """Ask several things in one call."""
        together = MultiSearch(using=self._client, index=self._alias)
        for search in searches:
            together = together.add(search)
        return [answer.to_dict() for answer in together.execute()]

    def _products(
        self, typed: Sequence[str], *, currency: str, limit: int, weights: Weights
    ) -> tuple[Suggestion, ...]:
        search = (
            self._blank.query(
                "function_score",
                query=elastic_query.beginning(typed, currency),
                functions=elastic_query.boosting(weights),
                score_mode="sum",
                boost_mode="replace",
            )
            .sort("-is_available", "_score", "product_id")
            .source(["product_id", "card"])[:limit]
        )
        return elastic_answers.suggested(search.execute().to_dict())

    # --- writing --------------------------------------------------------------

    def _written(self) -> list[str]:
        """Return the aliases in use, the last to be written the one that is searched.

        Makes the first index if need be. Never what is behind the aliases: an index
        that goes meanwhile would come back empty. What was being filled may be what is
        searched when its turn comes; the other way round it would have been passed by.
        """
        if not self._patient.indices.exists_alias(name=self._alias):
            first = f"{self._alias}-0"
            if not self._patient.indices.exists(index=first):
                self._create(first, alias=self._alias)
        is_filling = bool(self._patient.indices.exists_alias(name=self._next))
        return [*([self._next] if is_filling else []), self._alias]

    def _indices(self, pattern: str) -> list[str]:
        answer = self._patient.indices.get(
            index=pattern, ignore_unavailable=True, allow_no_indices=True
        )
        return sorted(answer.body)

    def _create(
        self, name: str, *, alias: str, settings: Mapping[str, str] = _USUAL
    ) -> None:
        self._patient.indices.create(
            index=name,
            settings={
                # One where there is a second node to hold it.
                "auto_expand_replicas": "0-1",
                "analysis": elastic_mapping.ANALYSIS,
                "similarity": elastic_mapping.SIMILARITY,
                **settings,
            },
            mappings={
                **elastic_mapping.MAPPING,
                "_meta": {"shape": elastic_mapping.SHAPE},
            },
            aliases={alias: {}},
        )

    def _drop_unfinished(self) -> None:
        for name in self._indices(self._next):
            self._patient.indices.delete(index=name, ignore_unavailable=True)

    def _swap(self, name: str) -> None:
        old = [each for each in self._indices(self._alias) if each != name]
        self._patient.indices.update_aliases(
            actions=[
                {"add": {"index": name, "alias": self._alias}},
                {"remove": {"index": name, "alias": self._next}},
                *({"remove_index": {"index": each}} for each in old),
            ]
        )

    def _make_one_piece(self, name: str) -> None:
        """Have an index searched faster, soon; it is whole and in use without that."""
        try:
            self._patient.indices.forcemerge(
                index=name, max_num_segments=1, wait_for_completion=False
            )
        except (TransportError, ApiError) as fault:
            log.warning("The search index stays in many pieces: %s", fault)

    def _stream(self, batches: Iterable[Sequence[ProductDocument]]) -> int:
        """Send batches, some at a time: the next is made while these are written."""
        count = 0
        sent: deque[Future[None]] = deque()
        with ThreadPoolExecutor(_SENDERS) as senders:
            for batch in batches:
                sent.append(senders.submit(self._send, writes(self._next, batch)))
                count += len(batch)
                if len(sent) > _SENDERS:
                    sent.popleft().result()
            for each in sent:
                each.result()
        return count

    def _send(
        self, actions: Iterable[dict[str, Any]], *, may_be_gone: bool = False
    ) -> None:
        """Send actions; an older version is passed over, so is what is not there.

        Anything else is a fault, an index that is not there too: but one that was being
        filled `may_be_gone`, as it is searched now.
        """
        for is_done, answer in streaming_bulk(
            self._patient,
            actions,
            chunk_size=500,
            raise_on_error=False,
            require_alias=True,
        ):
            result = next(iter(answer.values()))
            status = result.get("status")
            is_missing = status == _MISSING and ("error" not in result or may_be_gone)
            if not is_done and not is_missing and status != _CONFLICT:
                raise EngineDownError(str(answer))
