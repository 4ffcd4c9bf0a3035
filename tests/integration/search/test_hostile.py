"""Whatever is typed is answered: three hundred random queries, the same in each run."""

import random

import pytest

from search import log, selectors
from search.backends.base import ProductQuery, Sort
from tests.factories import NOW

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
    for seed in range(300):
        text = nonsense(seed)

        query = ProductQuery(
            text=text, currency="EUR", sort=list(Sort)[seed % len(Sort)], page=seed % 60
        )
        page = selectors.find(query)
        log.note_query(query, page, NOW)

        assert 0 <= page.total <= 3, text


def test_random_beginnings_are_suggested_for(market):
    for seed in range(300):
        offered = selectors.suggest(nonsense(seed))

        assert len(offered.products) <= 3
