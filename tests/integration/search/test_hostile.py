"""Whatever is typed is answered: sixty random queries, the same in each run."""

import random

import pytest
from django.db.models import F
from django.test import Client

from search import drift, log, selectors
from search.backends.base import ProductQuery, Sort
from search.models import SearchDocument
from search.services import index_changed, mark_changed
from search.words import storable
from tests.factories import NOW, OfferFactory, ProductFactory
from tests.integration.search.hostile import Hostile
from tests.integration.search.market import open_market

pytestmark = pytest.mark.django_db
PIECES = [
    *"abcxyz019 \t\n.,:;!?'\"\\/()[]{}<>&|*~^%$#@+-_=`",
    "\0",
    "\x1b",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\ud83d",
    "é",
    "ß",
    "茶",
    "ש",
    "🫖",
    "teapot",
    "kettle",
    "' OR 1=1 --",
    "<b>",
    "%s",
    "%(p0)s",
    ":*",
    "<->",
    "AND",
    "NOT",
    "5400000000017",
    "1e999",
    "٣",
]


def nonsense(seed: int) -> str:
    dice = random.Random(seed)
    return "".join(dice.choices(PIECES, k=dice.randrange(1, 60)))


def test_random_queries_are_answered(market):
    for seed in range(60):
        text = nonsense(seed)

        query = ProductQuery(
            text=text, currency="EUR", sort=list(Sort)[seed % len(Sort)], page=seed % 60
        )
        page = selectors.find(query)
        log.note_query(query, page, who="", now=NOW)

        assert 0 <= page.total <= 3, text


def test_random_beginnings_are_suggested_for(market):
    for seed in range(60):
        offered = selectors.suggest(nonsense(seed))

        assert len(offered.products) <= 3


def test_whatever_sellers_write_is_indexed_as_it_is(engine, db):
    market = open_market()
    hostile = Hostile(seed=3)
    made = [
        ProductFactory.create(
            title=written(hostile, 255) or "Untitled",
            brand=written(hostile, 120),
            description=f"<p>{written(hostile, 20_000)}",
            category=market.tea,
            facts={
                "colour": written(hostile, 5_000),
                written(hostile, 30): [written(hostile, 300), 1e300, True, None, {}],
            },
        )
        for _ in range(60)
    ]
    for product in made:
        sku = written(hostile, 120)
        OfferFactory.create(product=product, partner=market.bakery, partner_sku=sku)
    mark_changed([product.pk for product in made], NOW)

    index_changed(NOW)
    engine.settle()

    found = drift.check(NOW)
    assert [(each.count, each.is_true) for each in found] == [(63, True)] * len(found)
    assert not SearchDocument.objects.exclude(mirrored=F("version")).exists() or (
        engine.beside is None
    )
    assert Client().get("/search?sort=newest&page=2").status_code == 200


def written(hostile: Hostile, most: int) -> str:
    """Return a text that a table can hold."""
    return storable(hostile.text())[:most]
