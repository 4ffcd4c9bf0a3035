"""The numbers in docs/algorithms/promotions.md are what the code computes."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from marketplace.core.money import minimum_charge
from marketplace.shop.promotions.reckoning import Piece, reckon
from marketplace.shop.promotions.terms import Benefit, Terms

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "promotions.md"


def rows():
    lines = PAGE.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| lines |"))
    table = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def numbers(cell):
    return [int(found) for found in re.findall(r"\d+", cell)]


@pytest.mark.parametrize("row", rows(), ids=" ".join)
def test_a_reduction_is_split_as_the_page_says(row):
    prices, off, most, share, each, platform, sellers = row
    is_percent = off.endswith("%")
    (amount,) = numbers(off)
    terms = Terms(
        id=1,
        public_id="pro_1",
        code="SAVE",
        name="Save",
        benefit=Benefit.PERCENT if is_percent else Benefit.AMOUNT,
        currency="EUR",
        bps=amount * 100 if is_percent else 0,
        amount_minor=0 if is_percent else amount,
        most_minor=None if most == "-" else int(most),
        platform_bps=int(share),
    )
    pieces = [Piece(seller_id=1, minor=price) for price in numbers(prices)]

    found = reckon(
        [terms], pieces, currency="EUR", least_minor=minimum_charge("EUR")
    ).discounts[0]

    assert [one.minor for one in found.shares] == numbers(each)
    assert [one.platform_minor for one in found.shares] == numbers(platform)
    assert [one.vendor_minor for one in found.shares] == numbers(sellers)
