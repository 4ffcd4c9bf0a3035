"""How texts and queries are cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import (
    fold,
    identifier,
    plain,
    prepared,
    query_words,
    without_tags,
    words,
)


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


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Thrown by <b>hand</b></p><p>in&nbsp;Namur</p>", "Thrown by hand in Namur"),
        ("Caf&eacute; &amp; cr&#232;me", "Café & crème"),
        ("from 5 < 7 and <3 to 9 > 8<br/>", "from 5 < 7 and <3 to 9 > 8"),
        ("&lt;b&gt; is bold<", "<b> is bold<"),
    ],
)
def test_a_description_is_the_text_that_its_reader_sees(html, text):
    assert plain(html) == text


def test_what_a_seller_typed_keeps_its_lines():
    assert without_tags("<p>One &amp;<b>two</b>\n\nthree</p>") == "One &two\n\nthree"


@pytest.mark.parametrize(
    "html", ["<a" + "< x" * 400, "<" * 50_000, "<!--" * 20_000, "<a " * 20_000]
)
def test_no_description_is_too_hostile_to_be_read(html):
    assert len(plain(html)) <= len(html)


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
