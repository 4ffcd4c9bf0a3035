"""What is found by which words, on every engine."""

import pytest

from search.backends.base import ProductQuery, Step
from tests.conformance.search.shelf import SHELF, document


def test_all_words_may_lie_in_different_fields(found):
    ids = found("green brume teapot")

    assert ids[0] == 1


def test_endings_and_accents_do_not_matter(found):
    assert found("teapots")[0] == 1
    assert found("glazing") == [1]
    assert found("maree") == [1]
    assert found("cafe creme") == [5]
    assert found("CAFÉ CRÈME") == [5]


def test_a_word_of_the_title_weighs_more_than_one_of_the_text(empty_engine):
    said = document(1, "Enamel pot", summary="Fits on the base of a kettle.")
    kettle = document(2, "Enamel kettle", summary="Two coats on steel, and a whistle.")
    empty_engine.rebuild([[said, kettle]], version=1)

    page = empty_engine.search(ProductQuery(text="kettle", currency="EUR"))

    assert [hit.product_id for hit in page.hits] == [2, 1]


def test_a_word_of_the_long_text_is_found_and_known(empty_engine):
    bench = document(1, "Garden bench", description="Its feet are galvanised.")
    empty_engine.rebuild([[bench, document(2, "Vulcanised mat")]], version=1)

    page = empty_engine.search(ProductQuery(text="bench galvanised", currency="EUR"))

    assert (page.hits[0].product_id, page.full_total, page.corrected) == (1, 1, "")


def test_a_query_that_nothing_matches_whole_is_relaxed(ask):
    page = ask("red teapot nobody")

    assert page.step is not Step.ALL
    assert page.full_total == 0
    assert page.total > 0


def test_products_with_every_word_come_first_when_relaxed(ask):
    page = ask("wool blanket red")

    assert page.hits[0].product_id == 4
    assert page.full_total == 1


def test_a_misspelt_word_is_mended_and_said(ask):
    page = ask("teepot")

    assert page.corrected == "teapot"
    assert [hit.product_id for hit in page.hits] == [1, 3]


def test_more_than_four_words_are_not_mended(ask):
    page = ask("kettel teepot blankit maaree browme handel")

    assert page.corrected == "kettle teapot blanket maree browme handel"


def test_words_of_other_scripts_are_left_as_they_are(ask):
    page = ask("чашки 茶壶茶壶 teepot")

    assert page.corrected == "чашки 茶壶茶壶 teapot"


def test_a_known_word_is_never_mended(ask):
    page = ask("cups")

    assert page.corrected == ""
    assert [hit.product_id for hit in page.hits] == [5]


def test_words_are_left_alone_when_the_shopper_insists(ask):
    page = ask("teepot", as_typed=True)

    assert (page.corrected, page.total) == ("", 0)


@pytest.mark.parametrize("number", ["5400000000017", "5400 0000 0001 7", "BRM-17"])
def test_an_identifier_finds_its_product_alone(found, number):
    assert found(number) == [1]


@pytest.mark.parametrize("number", ["Shelf-9", "SHELF 9"])
def test_a_sellers_number_finds_its_product_where_nothing_has_the_words(found, number):
    assert found(number) == [1]


@pytest.mark.parametrize("text", ["phone 15", "teapot", "15.5", "phones-15"])
def test_a_sellers_number_never_stands_for_words_that_others_have(empty_engine, text):
    rag = document(9, "Old rag", skus=("phone15", "phones15", "teapot", "155"))
    empty_engine.rebuild(
        [[rag, document(10, "Phone 15"), document(11, "Teapot 15.5")]], version=1
    )

    page = empty_engine.search(ProductQuery(text=text, currency="EUR"))

    assert page.total > 0
    assert 9 not in {hit.product_id for hit in page.hits}


def test_a_number_of_the_product_comes_before_what_others_call_theirs(empty_engine):
    theirs = document(9, "Old rag", skus=("5400000000017",))
    empty_engine.rebuild([[*SHELF, theirs]], version=1)

    page = empty_engine.search(ProductQuery(text="5400000000017", currency="EUR"))

    assert [hit.product_id for hit in page.hits] == [1]


def test_a_number_that_is_not_asked_about_is_none(found):
    assert found("BRM-17", scope="textiles") == []
    assert found("5400000000017", currency="USD") == []


def test_no_text_means_everything(ask):
    assert ask().total == 5


def test_signs_alone_find_nothing(ask):
    assert ask("??? !!!").total == 0


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE search_document; --",
        "<script>alert(1)</script>",
        "teapot & | ! ( ) :* <-> \\",
        'AND OR NOT "teapot" +kettle -cup field:value [1 TO 2] ~2 ^3',
        "\x00\x01teapot\x7f",
        "tea\u200bpot \u202etopaet",
        "\ud800",
        "\U0001d57feapot \ufb01ne",
        "a" * 10_000,
        "tea " * 3_000,
        "٣٤٥ 茶壶 чайник",
        "%s %(x)s {0}",
    ],
)
def test_hostile_words_are_only_words(ask, text):
    page = ask(text)

    assert page.total <= 5


def test_a_query_of_fillers_is_still_a_query(ask):
    assert ask("with").total == 2
    assert ask("teapot with the").hits[0].product_id in {1, 3}


def test_a_synonym_finds_what_is_called_otherwise(ask):
    alone = ask("quilt", as_typed=True)
    page = ask("quilt", synonyms={"quilt": ("blanket",)})

    assert alone.total == 0
    assert [hit.product_id for hit in page.hits] == [4]
    assert (page.corrected, page.full_total) == ("", 1)


def test_a_phrase_may_stand_for_a_word_and_a_word_for_a_phrase(found):
    assert found("coffee pot yellow", synonyms={"coffee pot": ("kettle",)})[0] == 2
    assert found("throw", synonyms={"throw": ("wool blanket",)}) == [4]


def test_what_was_typed_comes_before_what_it_may_also_be_called(found):
    ids = found("kettle", synonyms={"kettle": ("teapot",)})

    assert (ids[0], set(ids)) == (2, {1, 2, 3})


def test_other_words_stay_asked_for_beside_a_synonym(found):
    assert found("red quilt", synonyms={"quilt": ("blanket",)})[0] == 4
