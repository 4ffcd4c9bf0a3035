"""A rebuild while shoppers search and sellers write: nobody waits, nothing is lost."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from search import documents, selectors, services
from search.backends import engines
from search.backends.base import ProductQuery, SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgres import PostgresBackend
from tests.benchmarks.stock import copy_products
from tests.factories import NOW, CategoryFactory, OfferFactory, ProductFactory, seller

MANY = int(os.environ.get("REBUILD_PRODUCTS", "100000"))
SHOPPERS = 2
SELLERS = 2
NEVER_CHANGED = 24
_AT_ONCE = 500


@pytest.fixture
def elastic(
    settings, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ElasticsearchBackend]:
    """The site with Elasticsearch, as patient as a busy machine needs."""
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid4().hex[:8]}"
    engine = ElasticsearchBackend(
        elasticsearch_url, prefix=settings.SEARCH_INDEX_PREFIX, timeout=30
    )
    monkeypatch.setattr(engines, "_elasticsearch", lambda *_: engine)
    engines.breaker.succeeded()
    yield engine
    engine.drop()


def fill(count: int) -> list[int]:
    """Stock the shelves; return the offers that sellers may change."""
    shops = [seller(f"Shop {number}") for number in range(8)]
    shelves = [CategoryFactory.create(name=name) for name in ("Lamps", "Cups", "Pots")]
    words = [
        "oak",
        "brass",
        "linen",
        "round",
        "tall",
        "small",
        "grey",
        "blue",
        "hand",
        "made",
        "warm",
        "soft",
    ]
    chance = random.Random(4)
    for number in range(200):
        title = " ".join((*chance.sample(words, 3), f"thing {number}"))
        made = ProductFactory.create(title=title, category=chance.choice(shelves))
        OfferFactory.create(product=made, partner=chance.choice(shops))
    copy_products(to=count - NEVER_CHANGED)
    changing = list(StockRecord.objects.values_list("pk", flat=True))
    for number in range(NEVER_CHANGED):
        made = ProductFactory.create(title=f"Canary {number}")
        OfferFactory.create(product=made, partner=shops[0])
    return changing


def sells(offers: list[int], seed: int) -> Callable[[], str]:
    """Return what a seller or a moderator does: one change of some offer each time."""
    chance = random.Random(seed)

    def change() -> str:
        offer = StockRecord.objects.select_related("product").get(
            pk=chance.choice(offers)
        )
        product = offer.product
        kind = chance.choice(("price", "stock", "title", "hidden", "shown"))
        with transaction.atomic():
            if kind == "price":
                offer.price = Decimal(chance.randint(100, 9999)) / 100
                offer.save(update_fields=["price"])
            elif kind == "stock":
                offer.num_in_stock = chance.choice((0, 7))
                offer.save(update_fields=["num_in_stock"])
            elif kind == "title":
                Product.objects.filter(pk=product.pk).update(
                    title=f"{product.title} {chance.choice('abcdef')}x"
                )
            else:
                Product.objects.filter(pk=product.pk).update(is_public=kind == "shown")
            services.mark_changed([product.pk], NOW)
        return kind

    return change


def shops_around(seed: int) -> Callable[[], str]:
    """Return what a shopper does: every search finds the things that never change."""
    chance = random.Random(seed)

    def search() -> str:
        page = selectors.find(ProductQuery(text="canary", currency="EUR"))
        assert page.total == NEVER_CHANGED, (page.engine, page.total)
        words = " ".join(chance.sample(["oak", "brass", "tall", "soft", "things"], 2))
        other = selectors.find(ProductQuery(text=words, currency="EUR"))
        assert other.hits, (other.engine, words)
        assert selectors.suggest("cana").products
        return page.engine

    return search


def works() -> str:
    """Do what the worker does when it is woken."""
    return "written" if services.index_changed(NOW) else "idle"


@contextmanager
def going_on(steps: list[Callable[[], str]]) -> Iterator[list[Counter[str]]]:
    """Repeat steps beside the block, each in a thread; a failing one fails it."""
    ended = Event()

    def repeat(step: Callable[[], str], done: Counter[str]) -> None:
        try:
            while not ended.is_set():
                done[step()] += 1
        finally:
            connection.close()

    counts: list[Counter[str]] = [Counter() for _ in steps]
    with ThreadPoolExecutor(len(steps)) as pool:
        running: list[Future[None]] = [
            pool.submit(repeat, step, done)
            for step, done in zip(steps, counts, strict=True)
        ]
        try:
            yield counts
        finally:
            ended.set()
        for each in running:
            each.result()


def differences(engine: SearchBackend) -> list[int]:
    """Return the products of which an engine says something else than the database."""
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    found: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        chosen = ids[start : start + _AT_ONCE]
        built = documents.build(chosen, version=0, now=NOW)
        true = {each.product_id: (each.title, each.card["price"]) for each in built}
        held = {
            product_id: (card["title"], card["price"])
            for product_id, card in engine.held(chosen).items()
        }
        found.extend(each for each in chosen if true.get(each) != held.get(each))
    return found


def listed() -> int:
    """Count what may be found."""
    return Product.objects.filter(is_public=True).count()


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_a_rebuild_under_writes_and_searches_fails_none_and_loses_nothing(
    committing_db, elastic
):
    offers = fill(MANY)
    services.rebuild(NOW)
    sellers = [sells(offers, seed) for seed in range(SELLERS)]
    shoppers = [shops_around(seed) for seed in range(SHOPPERS)]

    with going_on([*sellers, *shoppers, works]) as counts:
        services.rebuild(NOW)
    services.index_changed(NOW)
    elastic.refresh()

    assert all(sum(done.values()) for done in counts), counts
    assert differences(PostgresBackend()) == differences(elastic) == []
    assert PostgresBackend().count() == elastic.count() == listed()
    assert len(elastic._indices(f"{elastic._alias}*")) == 1
