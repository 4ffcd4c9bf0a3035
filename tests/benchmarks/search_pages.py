"""Whole pages of results on a large catalogue, over HTTP.

The demo's products are copied until there are as many as wanted. Each engine is filled
by the product's own rebuild, which is timed, and then asked through gunicorn: for words
of titles, for the same narrowed by what the page offers, and for full shelves. SQL
statements and calls of Elasticsearch are counted for one warm request. Nothing else
should run on the machine.
"""

import argparse
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from unittest.mock import patch
from urllib.parse import urlencode

# Read with the settings: an index of this run alone.
os.environ["SEARCH_INDEX_PREFIX"] = f"bench-{os.getpid()}"
# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from elastic_transport import Transport

from marketplace.db import clock
from marketplace.shop.catalogue.models import Category, Product
from search import services
from search.backends.elasticsearch import ElasticsearchBackend
from search.words import query_words
from tests import servers
from tests.benchmarks.load import Load, Visitor, put_load
from tests.benchmarks.pages import count_of
from tests.benchmarks.site import serving, state_folder
from tests.benchmarks.stock import copy_products, tell_the_planner

REQUESTS = 300
WARM_UP = 60
_OTHER = "teapot"
_CLIENTS = (1, 2)
_HEAD = (
    f"{'':24} {'p50 ms':>7} {'p95 ms':>7} {'p50, 2':>7} {'p95, 2':>7}"
    f" {'SQL':>4} {'calls':>5}  (2: two visitors at once)\n"
)


def pages() -> dict[str, list[str]]:
    """Return the addresses that are asked in turn, by the kind of page."""
    chance = random.Random(9)
    titles = Product.objects.filter(is_public=True).order_by("pk")
    every = list(titles.values_list("title", flat=True)[:2000])
    drawn = (
        " ".join(chance.sample(words, min(len(words), chance.randint(1, 3))))
        for words in (chance.choice(every).lower().split() for _ in range(60))
    )
    # Nobody looks for "in" alone.
    typed = [each for each in drawn if query_words(f"{each} {_OTHER}") != [_OTHER]]
    shelves = Category.objects.filter(is_public=True, depth=1).order_by("pk")
    choices = ({"stock": "yes"}, {"note": "4"}, {"days": "5"}, {"max": "50"})
    return {
        "search": [f"/search?{urlencode({'q': each})}" for each in typed],
        "search, narrowed": [
            f"/search?{urlencode({'q': each, **chance.choice(choices)})}"
            for each in typed
        ],
        "shelf, all of it": [f"{each.get_absolute_url()}?all=1" for each in shelves],
    }


def asked(address: str, paths: Sequence[str]) -> list[Callable[[], object]]:
    """Return the requests, each of a visitor without cookies."""

    def step(path: str) -> Callable[[], object]:
        return lambda: Visitor(address).get(path)

    return [step(path) for path in islice(cycle(paths), REQUESTS)]


def counted(paths: Sequence[str]) -> tuple[int, int]:
    """Return the most SQL statements and engine calls of one warm page."""
    client = Client(headers={"host": settings.PUBLIC_URL.partition("//")[2]})
    most = (0, 0)
    for path in paths[:10]:
        client.get(path)
        with (
            CaptureQueriesContext(connection) as taken,
            patch.object(
                Transport, "perform_request", autospec=True, side_effect=_usual
            ) as calls,
        ):
            assert client.get(path).status_code == 200, path
        most = max(most[0], count_of(taken)), max(most[1], calls.call_count)
    return most


_usual = Transport.perform_request


def measure(address: str) -> Iterator[str]:
    """Measure each kind of page."""
    for name, paths in pages().items():
        steps = asked(address, paths)
        figures: list[float] = []
        for clients in _CLIENTS:
            put_load(steps[:WARM_UP], visitors=clients)
            load: Load = put_load(steps, visitors=clients)
            figures.extend(load.percentile_ms(each) for each in (50, 95))
        numbers = " ".join(f"{each:7.1f}" for each in figures)
        statements, calls = counted(paths)
        yield f"{name:24} {numbers} {statements:4} {calls:5}\n"


@contextmanager
def engine(url: str) -> Iterator[None]:
    """Have the site and its processes search there; PostgreSQL where it is empty."""
    settings.ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"] = url
    try:
        yield
    finally:
        if url:
            prefix = settings.SEARCH_INDEX_PREFIX
            ElasticsearchBackend(url, prefix=prefix, timeout=30).drop()


def report(url: str, folder: Path) -> Iterator[str]:
    """Fill an engine and measure the pages that it answers."""
    with engine(url):
        began = perf_counter()
        count = services.rebuild(clock.now())
        pace = count / (perf_counter() - began)
        name = "Elasticsearch" if url else "PostgreSQL"
        yield f"\n{name}: {count} products, rebuilt at {pace:.0f} a second\n"
        tell_the_planner()
        with serving(folder) as site:
            yield _HEAD
            yield from measure(site.address)


def main() -> None:
    """Print a table for each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--mirror-only", action="store_true", help="not PostgreSQL")
    given = parser.parse_args()
    count = given.products
    folder = state_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    elastic = os.environ.pop("ELASTICSEARCH_URL", "")
    # The demo's past is written to the sandbox too.
    with scratch_database(), servers.running_sandbox(folder):
        with engine(""):
            call_command("demo_load", stdout=sys.stderr)
            copy_products(to=count)
        urls = (elastic,) if given.mirror_only else ("", elastic)
        for url in dict.fromkeys(urls):
            for text in report(url, folder):
                sys.stdout.write(text)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
