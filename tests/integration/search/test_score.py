"""The worked example of docs/algorithms/search.md, in the database."""

from dataclasses import replace

import pytest
from django.db import connection

from search.backends.base import ProductQuery
from search.backends.postgres import PostgresBackend
from search.ranking import USUAL_WEIGHTS
from tests.conformance.search.shelf import document

pytestmark = pytest.mark.django_db


def test_the_example_of_the_docs_comes_out():
    teapot = document(
        1,
        "Stoneware teapot",
        kinds=("Teapots",),
        summary="Thrown by hand and glazed with ash twice",
        factors={"note": 1.0, "delivery": 0.375},
    )
    PostgresBackend().rebuild([[teapot]], version=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_statistics SET documents = 100, mean_length = 8")
        cursor.execute(
            "UPDATE search_lexeme SET documents = CASE lexeme"
            " WHEN 'teapot' THEN 10 ELSE 20 END"
        )

    (hit,) = (
        PostgresBackend()
        .search(ProductQuery(text="stoneware teapot", currency="EUR"))
        .hits
    )

    assert round(hit.score, 2) == 6.81


def test_a_word_of_the_title_counts_more_than_in_a_text_or_another_word():
    soap = document(1, "Soap", summary="Lay it by a jumper", factors={"note": 1.0})
    named = document(2, "Fisherman's jumper", factors={"note": 0.9})
    bag = document(3, "Jumper bag", factors={"note": 0.8})
    mat = document(4, "Mat", summary="Folds as a sweater", factors={"note": 1.0})
    PostgresBackend().rebuild([[soap, named, bag, mat]], version=1)
    query = ProductQuery(
        text="jumper", currency="EUR", synonyms={"jumper": ("sweater",)}
    )

    hits = PostgresBackend().search(query).hits

    assert {hit.product_id for hit in hits[:2]} == {2, 3}


def test_the_boost_multiplies_the_match():
    plain = document(1, "Teapot")
    better = replace(plain, product_id=2, factors=dict.fromkeys(USUAL_WEIGHTS, 1))
    PostgresBackend().rebuild([[plain, better]], version=1)

    first, second = (
        PostgresBackend().search(ProductQuery(text="teapot", currency="EUR")).hits
    )

    assert (first.product_id, second.product_id) == (2, 1)
    assert round(first.score / second.score, 4) == 1.36
