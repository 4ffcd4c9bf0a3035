"""Orders of guests: what placing one takes, and the whole way to it."""

import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from frontend.storefront import paying
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import StockRecord
from tests.benchmarks.load import Answer, Visitor, put_load
from tests.benchmarks.pages import HEAD, count_of, fill_basket, measure, offers
from tests.benchmarks.site import serving

ORDERS = 200
WARM_UP = 64
WAYS = 60
LINES = 2
GUEST = {
    "email": "guest@example.org",
    "name": "Anna Peeters",
    "street": "Elsensesteenweg 214",
    "postcode": "1050",
    "city": "Elsene",
    "country": "BE",
}


def measure_orders(folder: Path) -> None:
    """Print what placing takes, and beside it the whole way of a guest."""
    sys.stdout.write(HEAD.format("", "orders/s", "p50 ms", "p95 ms", "CPU ms", "SQL"))
    taken = {lines: statements(lines) for lines in (1, 2, 4)}
    measure_placing(folder, sql=taken[LINES])
    measure_whole_way(folder)
    told = ", ".join(f"{count} for {lines}" for lines, count in taken.items())
    sys.stdout.write(f"statements of placing, by lines: {told}\n")


def measure_placing(folder: Path, *, sql: int) -> None:
    """Place orders of prepared baskets; Stripe is left to the page that waits."""
    with serving(folder, wsgi="tests.benchmarks.unpaid") as site:
        baskets: list[Callable[[], object]] = []
        wanted = offers(LINES)
        prepare = [lambda: baskets.append(_ready_to_order(site.address, wanted))] * (
            WARM_UP + ORDERS
        )
        put_load(prepare, visitors=4)
        before = Order.objects.count()
        measure(site, f"place, {LINES} lines", baskets, sql=str(sql))
        placed = Order.objects.count() - before
        assert placed == len(baskets), f"{placed} orders of {len(baskets)} baskets"


def measure_whole_way(folder: Path) -> None:
    """Measure basket, checkout, order and payment page together, Stripe included."""
    with serving(folder) as site:
        wanted = offers(LINES)

        def buy() -> None:
            answer = _ready_to_order(site.address, wanted)()
            assert "/checkout/return/" not in answer.location, "no payment page"

        measure(site, "guest's whole way", [buy] * (WARM_UP + WAYS), sql="")


def _ready_to_order(address: str, wanted: list[StockRecord]) -> Callable[[], Answer]:
    """Fill a basket and open the checkout; return what sends its form."""
    visitor = Visitor(address)
    fill_basket(visitor, wanted)
    fields = visitor.get("/checkout/").fields()
    form = {**GUEST, "basket": fields["basket"], "seen": fields["seen"]}
    return lambda: visitor.post("/checkout/", form)


def statements(lines: int) -> int:
    """Return the statements from the form to the redirect, Stripe apart."""
    client = Client(headers={"host": urlsplit(settings.PUBLIC_URL).netloc})
    for offer in offers(lines):
        client.post("/basket/add/", {"offer": offer.public_id, "quantity": "1"})
    page = client.get("/checkout/")
    fields = Answer(page.status_code, "", page.content.decode()).fields()
    form = {**GUEST, "basket": fields["basket"], "seen": fields["seen"]}
    with (
        override_settings(CHECKOUTS_IN_TEN_MINUTES=1_000_000),
        patch.object(paying, "_opened_page", return_value=""),
        CaptureQueriesContext(connection) as taken,
    ):
        answer = client.post("/checkout/", form)
    assert answer.status_code == 302, answer.content
    return count_of(taken)
