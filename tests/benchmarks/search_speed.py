"""How fast search answers and is filled, at several sizes: after the relevance.

Queries are the rated ones and words of products, with every facet; half of them have
one or two groups chosen from what they found. Wall time as the caller sees it, with one
client and with four; each figure is the median of several rounds. The machine makes the
load too, so nothing else should run on it.
"""

import argparse
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.scratch import scratch_database

from django.db import connection, connections  # isort: skip (after the settings)
from search.backends.base import (
    PRICE_EDGES,
    ProductDocument,
    ProductQuery,
    ResultPage,
    SearchBackend,
)
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from tests.benchmarks import icecat
from tests.benchmarks.grown import grown
from tests.benchmarks.load import Load, put_load

SIZES = (20_000, 100_000, 1_000_000)
ROUNDS = 3
QUERIES = 300
WARM_UP = 60
_BATCH = 500
_CLIENTS = (1, 4)
_SHARE_CHOSEN = 0.5
_SHARE_RATED = 0.4
_HEAD = (
    f"{'':38} {'p50 ms':>7} {'p95 ms':>7} {'p50, 4':>7} {'p95, 4':>7}  of 4 clients\n"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The queries and beginnings of words that every engine is asked."""

    queries: Sequence[ProductQuery]
    deep: Sequence[ProductQuery]
    prefixes: Sequence[str]


def texts(
    originals: Sequence[ProductDocument], rated: Iterable[str], chance: random.Random
) -> list[str]:
    """Return what shoppers type: rated queries, and one to three words of a title."""
    usual = list(rated)
    found = []
    for _ in range(QUERIES):
        if usual and chance.random() < _SHARE_RATED:
            found.append(chance.choice(usual))
            continue
        words = chance.choice(originals).title.split()
        start = chance.randrange(len(words))
        found.append(" ".join(words[start : start + chance.randint(1, 3)]))
    return found


def asked(engine: SearchBackend, typed: Sequence[str], chance: random.Random) -> Asked:
    """Return the queries, half of them narrowed by what an engine finds for them."""
    plain = [ProductQuery(text=text, currency="EUR") for text in typed]
    queries = [
        narrowed(query, engine.search(query), chance)
        if chance.random() < _SHARE_CHOSEN
        else query
        for query in plain
    ]
    words = [word for text in typed for word in text.split() if word.isalpha()]
    prefixes = [word[: chance.randint(2, 6)] for word in words][:QUERIES]
    return Asked(queries, [replace(each, page=50) for each in plain], prefixes)


def narrowed(
    query: ProductQuery, page: ResultPage, chance: random.Random
) -> ProductQuery:
    """Choose values of one or two groups of a result, or a price."""
    facets = [each for each in page.facets if each.buckets]
    chosen = chance.sample(facets, min(len(facets), chance.randint(1, 2)))
    if chance.random() < 1 / 4:
        return replace(query, price_to_minor=chance.choice(PRICE_EDGES))
    filters = {
        each.group: frozenset({chance.choice(each.buckets[:5]).value})
        for each in chosen
    }
    return replace(query, filters=filters)


def measure(name: str, steps: Sequence[Callable[[], object]]) -> str:
    """Return a row: p50 and p95 of one client and of four."""
    figures: list[float] = []
    for clients in _CLIENTS:
        put_load(steps[:WARM_UP], visitors=clients)
        rounds = [put_load(steps, visitors=clients) for _ in range(ROUNDS)]
        figures.extend(middle(rounds, percent) for percent in (50, 95))
    return f"{name:38} " + " ".join(f"{each:7.1f}" for each in figures) + "\n"


def middle(rounds: Sequence[Load], percent: int) -> float:
    """Return the median over the rounds of a percentile."""
    return median(each.percentile_ms(percent) for each in rounds)


def rows(engine: SearchBackend, wanted: Asked) -> Iterator[str]:
    """Measure an engine."""
    first = [partial(engine.search, each) for each in wanted.queries]
    yield measure(f"{engine.name}, all facets", first)
    deep = [partial(engine.search, each) for each in wanted.deep]
    yield measure(f"{engine.name}, page 50", deep)
    begun = [partial(engine.suggest, each, currency="EUR") for each in wanted.prefixes]
    yield measure(f"{engine.name}, suggestions", begun)


def filled(engine: SearchBackend, documents: Iterator[ProductDocument]) -> str:
    """Fill an engine and tell how fast, the making of documents included."""
    began = perf_counter()
    batches = iter(lambda: list(islice(documents, _BATCH)), [])
    count = engine.rebuild(batches, version=1)
    pace = count / (perf_counter() - began)
    return f"{engine.name} is filled with {pace:.0f} documents a second\n"


@contextmanager
def elasticsearch() -> Iterator[ElasticsearchBackend | None]:
    """Give the engine on the server that the environment names, emptied afterwards."""
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        yield None
        return
    engine = ElasticsearchBackend(url, prefix=f"speed-{os.getpid()}", timeout=30)
    try:
        yield engine
    finally:
        engine.drop()


def measured(folder: Path, sizes: Sequence[int], names: Sequence[str]) -> Iterator[str]:
    """Fill each engine of those names with each size, and ask it."""
    originals = icecat.documents(folder)
    typed = texts(originals, icecat.ratings(folder), random.Random(3))
    for size in sizes:
        yield f"\n{size} products\n"
        with elasticsearch() as elastic:
            every = (elastic, PostgresBackend())
            engines = [each for each in every if each and each.name in names]
            for engine in engines:
                yield filled(engine, grown(originals, size))
            tell_the_planner()
            wanted = asked(engines[0], typed, random.Random(5))
            yield _HEAD
            for engine in engines:
                yield from rows(engine, wanted)


def tell_the_planner() -> None:
    """Gather statistics, as a database that runs for a day has them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_document")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Speed of search.")
    parser.add_argument("folder", type=Path, help="products and rated queries")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    names = (ElasticsearchBackend.name, PostgresBackend.name)
    parser.add_argument("--engine", choices=names, action="append")
    given = parser.parse_args()
    with scratch_database():
        try:
            for text in measured(given.folder, given.sizes, given.engine or names):
                sys.stdout.write(text)
                sys.stdout.flush()
        finally:
            connections.close_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
