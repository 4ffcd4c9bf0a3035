"""How well search ranks real queries, and how fast: `make bench-search DATA=folder`.

Each ranking answers the same rated queries in one run. nDCG@10 has the gain 2^g - 1;
what nobody rated counts as 0, which punishes a better ranker too, so the same over
rated products alone (`rated`) and the share of rated hits (`seen`) stand beside it.
`typos` is nDCG@10 with one letter wrong in each query. Queries that nothing answers are
left out.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from tests.benchmarks.scratch import scratch_database

from django.db import connection  # isort: skip (after the settings are settled)
from search.backends.base import ProductDocument, SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from tests.benchmarks import icecat
from tests.benchmarks.control import Control
from tests.benchmarks.relevance import (
    DEPTH,
    Measured,
    batches,
    measure,
    ranker,
    report,
)

_PLAIN = """
SELECT product_id
FROM search_document, websearch_to_tsquery('search_text', %s) AS asked
WHERE vector @@ asked
ORDER BY ts_rank('{1, 1, 1, 1}', vector, asked) DESC, product_id LIMIT %s
"""


def plain(text: str) -> Sequence[int]:
    """Rank as PostgreSQL does when nothing is thought of."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [text, DEPTH])
        return [row[0] for row in cursor.fetchall()]


def filled(backend: SearchBackend, documents: Sequence[ProductDocument]) -> float:
    """Fill a backend and return how many documents a second that was."""
    began = perf_counter()
    backend.rebuild(batches(documents), version=1)
    return len(documents) / (perf_counter() - began)


@contextmanager
def elasticsearch() -> Iterator[ElasticsearchBackend | None]:
    """Give a backend on the server that the environment names, emptied afterwards."""
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        yield None
        return
    backend = ElasticsearchBackend(url, prefix=f"bench-{os.getpid()}", timeout=30)
    try:
        yield backend
    finally:
        backend.drop()


def measured(
    folder: Path, backend: ElasticsearchBackend | None
) -> Iterator[Measured | str]:
    """Fill the engines and measure each ranking, the controls first."""
    ratings = icecat.ratings(folder)
    documents = [icecat.document(each) for each in icecat.products(folder)]
    yield f"{len(documents)} products, {len(ratings)} queries with an answer"
    if backend is not None:
        with Control(os.environ["ELASTICSEARCH_URL"], folder) as control:
            yield measure("control, Elasticsearch", control.rank, ratings)
    postgres = PostgresBackend()
    yield f"PostgreSQL writes {filled(postgres, documents):.0f} documents a second"
    yield measure("plain, PostgreSQL", plain, ratings)
    yield measure("PostgreSQL", ranker(postgres), ratings)
    yield measure(
        "PostgreSQL, words as typed", ranker(postgres, as_typed=True), ratings
    )
    if backend is not None:
        yield f"Elasticsearch writes {filled(backend, documents):.0f} a second"
        yield measure("Elasticsearch", ranker(backend), ratings)
        as_typed = ranker(backend, as_typed=True)
        yield measure("Elasticsearch, words as typed", as_typed, ratings)


def say(line: str) -> None:
    """Write a line at once; the run is long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Relevance and latency of search.")
    parser.add_argument("folder", type=Path, help="products and rated queries")
    folder = parser.parse_args().folder
    if not (folder / icecat.PRODUCTS).exists():
        sys.stderr.write(f"{folder} has no {icecat.PRODUCTS}.\n")
        return 2
    rows = []
    with scratch_database(), elasticsearch() as backend:
        if backend is None:
            say("ELASTICSEARCH_URL is not set: PostgreSQL alone is measured.")
        for each in measured(folder, backend):
            if isinstance(each, str):
                say(each)
            else:
                rows.append(each)
    say("\n".join(report(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
