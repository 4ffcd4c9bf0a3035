"""`make bench`: the site under load, on the demo and on 20,000 products.

Prints requests a second, latency, CPU time of the web workers and PostgreSQL for each
request, and SQL statements; a bare page by Django is measured beside them. The machine
makes the load too, so nothing else should run on it.
"""

import argparse
import sys
from pathlib import Path

# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

from django.core.management import call_command

from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from tests import servers
from tests.benchmarks.load import Visitor
from tests.benchmarks.orders import measure_orders
from tests.benchmarks.pages import HEAD, REQUESTS, WARM_UP, measure, measure_pages
from tests.benchmarks.paint import measure_paint
from tests.benchmarks.site import serving, state_folder
from tests.benchmarks.stock import fill_shelves, grow, tell_the_planner
from tests.benchmarks.weights import measure_weights

PARTS = ("pages", "paint", "weights", "orders")
LARGE = 20_000


def main(parts: list[str], *, large: int) -> None:
    """Measure on the demo, then on the larger catalogue."""
    folder = state_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    # The demo's past is written to the sandbox too.
    with scratch_database(), servers.running_sandbox(folder):
        call_command("demo_load", stdout=sys.stderr)
        measure_all(parts, folder)
        if large:
            grow(to=large, now=clock.now())
            measure_all(parts, folder)


def measure_all(parts: list[str], folder: Path) -> None:
    """Measure the parts on the catalogue as it is, the yardstick first."""
    fill_shelves()
    tell_the_planner()
    sys.stdout.write(f"\n{Product.objects.count()} products\n")
    if "pages" in parts:
        measure_yardstick(folder)
        with serving(folder) as site:
            measure_pages(site)
    if "paint" in parts:
        with serving(folder) as site:
            measure_paint(site)
    if "weights" in parts:
        measure_weights()
    if "orders" in parts:
        measure_orders(folder)


def measure_yardstick(folder: Path) -> None:
    """Measure a page of 24 cards by Django alone."""
    with serving(folder, wsgi="tests.benchmarks.bare") as site:
        steps = [lambda: Visitor(site.address).get("/")] * (WARM_UP + REQUESTS)
        sys.stdout.write(HEAD.format("", "req/s", "p50 ms", "p95 ms", "CPU ms", "SQL"))
        measure(site, "bare Django, 24 cards", steps, sql="1")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--large", type=int, default=LARGE, help="0 leaves it out")
    given = parser.parse_args()
    main(given.parts or list(PARTS), large=given.large)
