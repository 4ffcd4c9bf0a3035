"""How the value of a fact reads."""

import pytest
from django.utils import translation

from marketplace.shop.catalogue.selectors import written


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("en", 0.4, "0.4\N{NO-BREAK SPACE}l"),
        ("fr", 0.4, "0,4\N{NO-BREAK SPACE}l"),
        ("de", 1.25, "1,25\N{NO-BREAK SPACE}l"),
        ("de", 1200, "1200\N{NO-BREAK SPACE}l"),
        ("de", "2.0", "2.0\N{NO-BREAK SPACE}l"),
    ],
)
def test_a_number_has_the_readers_decimal_sign_and_a_text_stays(language, value, said):
    with translation.override(language):
        assert written(value, "l") == said
