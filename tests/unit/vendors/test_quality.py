"""How well a listing tells what it is."""

from dataclasses import replace

import pytest

from vendors.quality import Listing, quality_of

BEST = Listing(
    title=40,
    pictures=3,
    text=500,
    details=4,
    details_asked=4,
    has_ean=True,
    is_price_good=True,
)


@pytest.mark.parametrize(
    ("changes", "points", "first"),
    [
        ({}, 100, None),
        ({"pictures": 0}, 75, "pictures"),
        ({"pictures": 9}, 100, None),
        ({"text": 100}, 90, "text"),
        ({"details": 2}, 90, "details"),
        ({"title": 4}, 85, "title"),
        ({"title": 200}, 85, "title"),
        ({"has_ean": False}, 90, "ean"),
        ({"is_price_good": False}, 90, "price"),
        # What is not known counts neither way.
        ({"is_price_good": None}, 100, None),
        ({"details": 0, "details_asked": 0}, 100, None),
        ({"is_price_good": None, "has_ean": False}, 88, "ean"),
    ],
)
def test_points_are_of_a_hundred_and_what_wins_most_comes_first(
    changes: dict[str, int | None], points: int, first: str | None
) -> None:
    quality = quality_of(replace(BEST, **changes))

    assert quality.points == points
    assert next((hint.key for hint in quality.to_do), None) == first
