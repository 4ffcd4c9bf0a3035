"""How texts and queries are cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import fold, identifier, prepared, query_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Crème BRÛLÉE", "creme brulee"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("tea\u200bpot", "teapot"),
        ("Łódź", "łodz"),
    ],
)
def test_case_accents_and_invisible_signs_are_folded(text, folded):
    assert fold(text) == folded


def test_the_mark_of_a_name_is_no_letter_of_it():
    assert words("Galaxy™ Watch℠ Core®") == ["galaxy", "watch", "core"]


def test_a_decimal_number_is_one_word_however_it_is_written():
    assert words("0.9 l or 0,9 l, 1.440 x 2,5") == [
        "0.9",
        "l",
        "or",
        "0.9",
        "l",
        "1.440",
        "x",
        "2.5",
    ]


def test_anything_else_parts_words():
    assert words("USB-C/HDMI_cable (2m)") == ["usb", "c", "hdmi", "cable", "2m"]


def test_a_query_keeps_each_word_once_and_drops_fillers():
    assert query_words("the case for the iPhone, case") == ["case", "iphone"]


def test_fillers_alone_are_meant():
    assert query_words("with the") == ["with", "the"]


def test_an_identifier_loses_its_separators():
    assert identifier(" 5400-0000 00017 ") == "5400000000017"
    assert identifier("BRM/17.b") == "brm17b"


@given(st.text(max_size=3000))
def test_a_query_is_bounded_whatever_is_typed(text):
    found = query_words(text)

    assert len(found) <= 12
    assert all(0 < len(word) <= 40 for word in found)
    assert len(set(found)) == len(found)


@given(st.text(max_size=500))
def test_preparing_twice_changes_nothing(text):
    assert prepared(prepared(text)) == prepared(text)


@given(st.text(max_size=500))
def test_prepared_text_has_no_sign_that_an_engine_reads(text):
    assert not set(prepared(text)) & set("&|!():*<>'\"\\+-=~^[]{}?/@#\0")
