"""Which word a misspelt one is mended to."""

import pytest

from search.spelling import may_be_mended, mended, to_mend


def test_one_edit_is_mended_and_a_swap_is_one():
    found = mended(
        {"teepot": [("teapot", 3)], "lapm": [("lamp", 1)], "vse": [("vase", 2)]}
    )

    assert found == {"teepot": "teapot", "lapm": "lamp", "vse": "vase"}


def test_two_edits_are_too_many_for_a_short_word():
    assert mended({"nikon": [("nixxon", 9)]}) == {}


def test_two_edits_are_allowed_in_a_long_word():
    assert mended(
        {"stonewaire": [("stoneware", 9)], "stonwaere": [("stoneware", 9)]}
    ) == {
        "stonewaire": "stoneware",
        "stonwaere": "stoneware",
    }


def test_fewer_edits_then_the_first_letter_then_the_commoner_word_win():
    near = [("stonewares", 50)]

    assert mended({"stonewarr": [("stoneware", 1), *near]}) == {
        "stonewarr": "stoneware"
    }
    assert mended({"boot": [("root", 90), ("boat", 2)]}) == {"boot": "boat"}
    assert mended({"boot": [("book", 1), ("boat", 2)]}) == {"boot": "boat"}


def test_a_first_letter_that_is_not_heard_may_be_missing():
    found = mended({"nife": [("nine", 5), ("knife", 17)]})

    assert found == {"nife": "knife"}


def test_equals_are_settled_by_the_alphabet():
    assert mended({"boot": [("book", 1), ("boat", 1)]}) == {"boot": "boat"}


@pytest.mark.parametrize(
    ("word", "may"),
    [("tea", False), ("teepot", True), ("dv7", False), ("rx5720x", False)],
)
def test_short_words_and_type_names_are_left_alone(word, may):
    assert may_be_mended(word) is may


def test_the_first_four_words_that_can_be_are_mended():
    typed = ["tea", "teepot", "9mm0x", "kettel", "saucr", "whiks", "lampe", "spone"]

    assert to_mend(typed) == ["teepot", "kettel", "saucr", "whiks"]
