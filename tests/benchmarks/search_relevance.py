"""How well search ranks real queries: `make bench-search DATA=folder`.

Each ranking answers the same rated queries in one run: the usual one as the control,
each engine, and each engine with one of its parts left out. nDCG@10 has the gain
2^g - 1; what nobody rated counts as 0, which punishes a better ranker too, so the same
over rated products alone (`cond`) and the share of rated hits (`judged`) stand beside
it. `typos` is nDCG@10 with one letter wrong in each query. An engine is compared with
the control, a row below it with the engine: what is worse there, the part helps.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from tests.benchmarks.scratch import scratch_database

from django.db import connection  # isort: skip (after the settings are settled)
from search.backends import elastic_query
from search.backends.base import ProductDocument, SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from search.backends.wanted import USUAL_PARTS
from search.ranking import USUAL_WEIGHTS
from tests.benchmarks import icecat
from tests.benchmarks.control import Control
from tests.benchmarks.relevance import (
    DEPTH,
    HEADING,
    Grades,
    Measured,
    Ranker,
    batches,
    line,
    measure,
    ranker,
)

Ratings = Mapping[str, Grades]

_PLAIN = """
SELECT product_id
FROM search_document, websearch_to_tsquery('search_text', %s) AS asked
WHERE vector @@ asked
ORDER BY ts_rank('{1, 1, 1, 1}', vector, asked) DESC, product_id LIMIT %s
"""
_USUAL_PG = USUAL_PARTS
_POSTGRES_PARTS = {
    "all words": replace(_USUAL_PG, all_words=0),
    "phrase": replace(_USUAL_PG, phrase=0),
    "kind": replace(_USUAL_PG, kind=0),
    "title": replace(_USUAL_PG, title=0),
    "steps": replace(_USUAL_PG, by_steps=False),
}
_USUAL_ES = elastic_query.USUAL_PARTS
_ELASTIC_PARTS = {
    "every word": replace(_USUAL_ES, every_word=0),
    "every telling word": replace(_USUAL_ES, every_telling_word=0),
    "both of them": replace(_USUAL_ES, every_word=0, every_telling_word=0),
    "kind": replace(_USUAL_ES, kind=0),
    "whole kind": replace(_USUAL_ES, whole_kind=0),
    "any kind": replace(_USUAL_ES, kind=0, whole_kind=0),
    "title": replace(_USUAL_ES, title=0),
    "phrase": replace(_USUAL_ES, phrase=0),
    "wide": replace(_USUAL_ES, wide=0),
    "steps": replace(_USUAL_ES, by_steps=False),
}


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is filled, and the same without one of its parts each."""

    name: str
    whole: SearchBackend
    without: Mapping[str, SearchBackend]

    def rankings(self) -> Iterator[tuple[str, Ranker]]:
        """Give each ranking but for one part a name."""
        for part, backend in self.without.items():
            yield f"  without {part}", ranker(backend)
        yield "  without mending words", ranker(self.whole, as_typed=True)
        usual = ranker(self.whole, weights=USUAL_WEIGHTS)
        yield "  with the shop's factors", usual


def plain(text: str) -> Sequence[int]:
    """Rank as PostgreSQL does when nothing is thought of."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [text, DEPTH])
        return [row[0] for row in cursor.fetchall()]


def filled(backend: SearchBackend, documents: Sequence[ProductDocument]) -> str:
    """Fill a backend and tell how fast that was."""
    began = perf_counter()
    backend.rebuild(batches(documents), version=1)
    pace = len(documents) / (perf_counter() - began)
    return f"{backend.name} writes {pace:.0f} documents a second"


@contextmanager
def elasticsearch() -> Iterator[Engine | None]:
    """Give the engine on the server that the environment names, emptied afterwards."""
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        yield None
        return

    def backend(parts: elastic_query.Parts) -> ElasticsearchBackend:
        prefix = f"bench-{os.getpid()}"
        return ElasticsearchBackend(url, prefix=prefix, timeout=30, parts=parts)

    whole = backend(_USUAL_ES)
    without = {part: backend(parts) for part, parts in _ELASTIC_PARTS.items()}
    try:
        yield Engine("Elasticsearch", whole, without)
    finally:
        whole.drop()


def postgres() -> Engine:
    """Return PostgreSQL as an engine."""
    without = {
        part: PostgresBackend(parts=parts) for part, parts in _POSTGRES_PARTS.items()
    }
    return Engine("PostgreSQL", PostgresBackend(), without)


def measured(folder: Path, elastic: Engine | None) -> Iterator[Measured | str]:
    """Fill the engines and measure each ranking, the controls first."""
    ratings = icecat.ratings(folder)
    documents = icecat.documents(folder)
    yield f"{len(documents)} products, {len(ratings)} queries with an answer"
    engines = [postgres(), *([elastic] if elastic else [])]
    for engine in engines:
        yield filled(engine.whole, documents)
    control = None
    if elastic:
        with Control(os.environ["ELASTICSEARCH_URL"], folder) as usual:
            control = measure("control, Elasticsearch", usual.rank, ratings)
            yield control
    simple = measure("plain, PostgreSQL", plain, ratings, control)
    yield simple
    for engine in engines:
        yield from with_and_without(engine, ratings, control or simple)


def with_and_without(
    engine: Engine, ratings: Ratings, control: Measured
) -> Iterator[Measured]:
    """Measure an engine beside the control, then without each part beside itself."""
    whole = measure(engine.name, ranker(engine.whole), ratings, control)
    yield whole
    for name, rank in engine.rankings():
        yield measure(name, rank, ratings, whole)


def tell(found: Iterable[Measured | str]) -> None:
    """Write each line at once; the run is long."""
    first = None
    for each in found:
        if isinstance(each, str):
            said = each
        elif first is None:
            first = each
            said = f"\n{HEADING}\n{line(each, first)}"
        else:
            said = line(each, first)
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Relevance of search.")
    parser.add_argument("folder", type=Path, help="products and rated queries")
    folder = parser.parse_args().folder
    if not icecat.is_complete(folder):
        sys.stderr.write(
            f"{folder} needs {' or '.join(icecat.PRODUCTS)} and one *_rated.csv.\n"
        )
        return 2
    with scratch_database(), elasticsearch() as elastic:
        if elastic is None:
            tell(["ELASTICSEARCH_URL is not set: PostgreSQL alone is measured."])
        tell(measured(folder, elastic))
    return 0


if __name__ == "__main__":
    sys.exit(main())
