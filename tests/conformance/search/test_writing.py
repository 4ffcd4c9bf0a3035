"""Indexing, forgetting, rebuilding and suggesting, on every engine."""

from dataclasses import replace

import pytest

from search.backends.base import ProductQuery
from tests.conformance.search.conftest import settled
from tests.conformance.search.shelf import SHELF, document


@pytest.fixture
def engine(empty_engine):
    """An engine of the test's own that knows the shelf."""
    empty_engine.rebuild([SHELF], version=1)
    return empty_engine


def titles(engine, text):
    settled(engine)
    return [
        hit.card["title"]
        for hit in engine.search(ProductQuery(text=text, currency="EUR")).hits
    ]


def test_a_later_version_replaces_an_earlier_one(engine):
    engine.index([document(5, "Porcelain bowl", version=2)])

    assert titles(engine, "bowl") == ["Porcelain bowl"]
    assert titles(engine, "creme") == []


def test_an_earlier_version_never_replaces_a_later_one(engine):
    engine.index([document(5, "Porcelain bowl", version=3)])
    engine.index([document(5, "Porcelain plate", version=2)])

    assert titles(engine, "porcelain") == ["Porcelain bowl"]


def test_a_deleted_product_is_found_no_more(engine):
    engine.delete({1: 2, 77: 2})

    assert titles(engine, "maree") == []


def test_an_old_deletion_does_not_remove_a_newer_document(engine):
    engine.index([replace(SHELF[0], version=5)])
    engine.delete({1: 4})

    assert titles(engine, "maree") == ["Stoneware teapot Marée"]


def test_a_rebuild_forgets_what_is_not_there_any_more(engine):
    kept = [replace(SHELF[1], version=8)]

    count = engine.rebuild([kept], version=8)

    assert count == 1
    assert titles(engine, "") == ["Enamel kettle"]


def test_a_rebuild_with_nothing_leaves_nothing(engine):
    assert engine.rebuild([], version=8) == 0

    assert titles(engine, "") == []


def test_a_write_made_during_a_rebuild_is_in_what_comes_of_it(engine):
    def batches():
        yield [replace(SHELF[0], version=8)]
        engine.index([document(5, "Porcelain bowl", version=10)])
        engine.delete({1: 11})
        yield [replace(SHELF[4], version=9)]

    engine.rebuild(batches(), version=8)

    assert titles(engine, "") == ["Porcelain bowl"]


def test_what_is_searched_during_a_rebuild_is_answered(engine):
    seen = []

    def batches():
        for each in SHELF:
            seen.append(titles(engine, "blanket"))
            yield [replace(each, version=8)]

    engine.rebuild(batches(), version=8)

    assert seen == [["Red wool blanket"]] * len(SHELF)


def test_a_product_indexed_into_nothing_is_found(empty_engine):
    empty_engine.index([document(9, "Lamp")])

    assert titles(empty_engine, "lamp") == ["Lamp"]


def test_a_word_that_is_new_is_known_at_once(engine):
    engine.index([document(6, "Ukulele", version=2)])
    settled(engine)

    page = engine.search(ProductQuery(text="ukulelle", currency="EUR"))

    assert page.corrected == "ukulele"


def suggested(engine, prefix):
    settled(engine)
    found = engine.suggest(prefix, currency="EUR")
    return [each.label for each in found.products]


def test_suggestions_begin_with_what_is_typed(engine):
    assert suggested(engine, "kett") == ["Enamel kettle"]
    assert suggested(engine, "kettle") == ["Enamel kettle"]
    assert suggested(engine, "teapot si") == ["Teapot with side handle"]


@pytest.mark.parametrize("number", ["5400000000017", "5400 0000 0001 7", "BRM-17"])
def test_a_number_suggests_its_product(engine, number):
    assert suggested(engine, number) == ["Stoneware teapot Marée"]
    assert suggested(engine, "shelf-9") == []


def test_sold_out_suggestions_come_last(engine):
    assert suggested(engine, "teap") == [
        "Stoneware teapot Marée",
        "Teapot with side handle",
    ]


def test_what_is_sold_in_another_currency_is_not_suggested(engine):
    settled(engine)

    assert engine.suggest("kett", currency="USD").products == ()


def test_misspelt_suggestions_are_mended(engine):
    assert suggested(engine, "blankit") == ["Red wool blanket"]


def test_nothing_is_suggested_for_signs(engine):
    assert suggested(engine, "&|!*:") == []
    assert suggested(engine, "") == []


def test_an_engine_tells_what_it_holds(engine):
    settled(engine)

    assert engine.is_current()
    assert engine.count() == len(SHELF)
    assert engine.held([4, 77]) == {4: {"title": "Red wool blanket"}}
    assert engine.held([]) == {}
