from typing import Any

import pytest

from frontend.storefront.cards import more_words

CARD = {"currency": "EUR", "delivery": 0, "price": 5900, "offers": 1, "from": 5900}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Free delivery"),
        ({"delivery": None}, "No delivery to you"),
        ({"offers": 2}, "Free delivery · 2 offers"),
        ({"offers": 3, "from": 4900}, "Free delivery · 3 offers from €49.00"),
        (
            {"offers": 3, "from": 1600, "from_used": True},
            "Free delivery · 3 offers, used from €16.00",
        ),
        (
            {"offers": 3, "variants": 3, "varies": ("shade",)},
            "Free delivery · 3 colours",
        ),
        ({"variants": 6, "varies": ("shade", "size")}, "Free delivery · 6 kinds"),
    ],
)
def test_a_card_says_what_else_there_is_and_a_lower_price_where_there_is_one(
    said: dict[str, Any], words: str
):
    assert more_words({**CARD, **said}) == words
