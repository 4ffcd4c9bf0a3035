"""Pages under load: requests a second, latency, CPU and SQL of each."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.partner.models import StockRecord
from tests.benchmarks.load import Load, Visitor, put_load
from tests.benchmarks.site import Site

REQUESTS = 240
WARM_UP = 64
VISITORS = 2
PRODUCTS = 40
HEAD = "{:22} {:>8} {:>8} {:>8} {:>8} {:>6}\n"
_ROW = "{:22} {:8.1f} {:8.1f} {:8.1f} {:8.2f} {:>6}\n"


@dataclass(frozen=True, slots=True)
class Page:
    """Addresses that are asked for in turn; a basket goes with some of them."""

    name: str
    paths: Sequence[str]
    with_basket: bool = False


def pages() -> list[Page]:
    """Return the pages to measure: the fullest shelves, and products from all over."""
    shelves = (
        Category.objects.annotate(filled=Count("product"))
        .filter(filled__gt=0, is_public=True, numchild=0)
        .order_by("-filled", "pk")[:5]
    )
    public = Product.objects.filter(is_public=True).order_by("pk")
    # Spread over the whole catalogue: shelves and sellers of every kind.
    products = list(public)[:: max(1, public.count() // PRODUCTS)][:PRODUCTS]
    words = [product.title.split()[0] for product in products[::4]]
    return [
        Page("home", ["/"]),
        Page("category", [shelf.get_absolute_url() for shelf in shelves]),
        Page("search", [f"/search?q={quote_plus(word.lower())}" for word in words]),
        Page("product", [product.get_absolute_url() for product in products]),
        Page("basket of 3", ["/basket/"], with_basket=True),
        Page("checkout of 3", ["/checkout/"], with_basket=True),
    ]


def offers(count: int) -> list[StockRecord]:
    """Return offers of different sellers that a guest can order."""
    found: dict[int, StockRecord] = {}
    rows = StockRecord.objects.filter(
        is_active=True,
        min_quantity=1,
        partner__is_selling=True,
        product__is_public=True,
        num_in_stock__gt=100,
    ).select_related("product")
    for row in rows.order_by("pk").iterator():
        found.setdefault(row.partner_id, row)
        if len(found) == count:
            break
    return list(found.values())


def measure_pages(site: Site) -> None:
    """Print a line for each page."""
    sys.stdout.write(HEAD.format("", "req/s", "p50 ms", "p95 ms", "CPU ms", "SQL"))
    for page in pages():
        steps = _steps(site.address, page)
        measure(site, page.name, steps, sql=str(statements(page)))


def measure(
    site: Site, name: str, steps: Sequence[Callable[[], object]], *, sql: str
) -> Load:
    """Warm the page up, put the load on it, print what it took."""
    put_load(steps[:WARM_UP], visitors=8)
    before = site.cpu_ms()
    load = put_load(steps[WARM_UP:], visitors=VISITORS)
    spent = (site.cpu_ms() - before) / len(load.seconds)
    numbers = (load.per_second, load.percentile_ms(50), load.percentile_ms(95), spent)
    sys.stdout.write(_ROW.format(name, *numbers, sql))
    sys.stdout.flush()
    return load


def _steps(address: str, page: Page) -> list[Callable[[], object]]:
    visitor = Visitor(address)
    if page.with_basket:
        fill_basket(visitor, offers(3))

    def asked(path: str) -> Callable[[], object]:
        # A copy: what two threads keep of the answers must not mix.
        return lambda: Visitor(address, dict(visitor.cookies)).get(path)

    count = WARM_UP + REQUESTS
    return [asked(path) for path in islice(cycle(page.paths), count)]


def fill_basket(visitor: Visitor, wanted: Sequence[StockRecord]) -> None:
    """Put one piece of each offer into the visitor's basket."""
    # Its forms bring the token that every form needs.
    visitor.get(wanted[0].product.get_absolute_url())
    for offer in wanted:
        visitor.post("/basket/add/", {"offer": offer.public_id, "quantity": "1"})


def statements(page: Page) -> int:
    """Return the most statements that one of the page's addresses takes, when warm."""
    client = Client(headers={"host": urlsplit(settings.PUBLIC_URL).netloc})
    if page.with_basket:
        fill_basket_by(client)
    counts = []
    for path in page.paths[:5]:
        client.get(path)
        with CaptureQueriesContext(connection) as taken:
            answer = client.get(path)
        assert answer.status_code == 200, path
        counts.append(count_of(taken))
    return max(counts)


def fill_basket_by(client: Client) -> None:
    """Put one piece of three sellers' offers into the basket of a client."""
    for offer in offers(3):
        client.post("/basket/add/", {"offer": offer.public_id, "quantity": "1"})


def count_of(taken: CaptureQueriesContext) -> int:
    """Count statements that read or write, not those that open and close."""
    return sum(one["sql"] not in {"BEGIN", "COMMIT"} for one in taken.captured_queries)
