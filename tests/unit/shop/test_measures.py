from decimal import Decimal

import pytest

from marketplace.core.money import Money
from marketplace.shop.catalogue.measures import Content, content_of

UNITS = (("net_weight", "g"), ("net_volume", "ml"), ("volume", "l"))


@pytest.mark.parametrize(
    ("facts", "price", "expected"),
    [
        ({"net_weight": 250}, 1390, (5560, "kg")),
        ({"net_volume": 75}, 1290, (17200, "l")),
        # 333 g for 1.00 are 3.003 a kilogram.
        ({"net_weight": "333"}, 100, (300, "kg")),
        ({"net_weight": 0.5}, 100, (200000, "kg")),
    ],
)
def test_a_pack_has_a_price_by_the_kilogram_or_litre(facts, price, expected):
    content = content_of(facts, UNITS)

    assert (content.price_of(Money(price, "EUR")).minor, content.unit) == expected


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"volume": 0.9},
        {"net_weight": 0},
        {"net_weight": -5},
        {"net_weight": "a lot"},
        {"net_weight": "Infinity"},
        {"net_weight": None},
    ],
)
def test_what_says_no_content_has_no_such_price(facts):
    assert content_of(facts, UNITS) is None


def test_the_unit_is_that_of_the_attribute():
    assert content_of({"net_weight": 2}, (("net_weight", "kg"),)) == Content(
        Decimal(2000), "kg"
    )
    assert content_of({"net_weight": 2}, (("net_weight", "stones"),)) is None
