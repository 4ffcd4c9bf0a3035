"""What was typed is marked where it begins a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.highlight import highlighted


@pytest.mark.parametrize(
    ("label", "typed", "expected"),
    [
        ("Stoneware teapot", "tea", "Stoneware <mark>tea</mark>pot"),
        ("Steak", "tea", "Steak"),
        ("Café crème", "cafe creme", "<mark>Café</mark> <mark>crème</mark>"),
        ("Tea, green tea", "TEA", "<mark>Tea</mark>, green <mark>tea</mark>"),
        ("Teapot", "te teap", "<mark>Teap</mark>ot"),
        ("<b>Tea</b>", "tea", "&lt;b&gt;<mark>Tea</mark>&lt;/b&gt;"),
        ("Tea", "", "Tea"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
    ],
)
def test_beginnings_of_words_are_marked(label, typed, expected):
    assert highlighted(label, typed) == expected


@given(st.text(max_size=40), st.text(max_size=20))
def test_nothing_of_a_label_is_lost(label, typed):
    marked = highlighted(label, typed)

    plain = highlighted(label, "")
    assert marked.replace("<mark>", "").replace("</mark>", "") == plain
