"""What an address says of a title."""

import pytest

from marketplace.shop.catalogue.slugs import slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café crème, 2 cups", "cafe-creme-2-cups"),
        ("茶壶", "product"),
        ("Чайник Brume", "brume"),
        ("🫖 --- ", "product"),
    ],
)
def test_a_title_becomes_words_of_ascii_or_a_word_of_ours(title, slug):
    assert slug_of(title) == slug


@pytest.mark.parametrize("sign", ["x", "чайник", "茶", "\N{LATIN SMALL LIGATURE FFI}"])
def test_no_title_makes_a_slug_that_is_too_long_for_its_column(sign):
    title = (sign * 255)[:255]

    assert 1 <= len(slug_of(title)) <= 200
