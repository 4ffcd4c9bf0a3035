"""The points in docs/algorithms/application-risk.md are those that are counted."""

import re
from pathlib import Path

from vendors.selectors.application_risk import HIGH, SOME, WORTH
from vendors.vat_number import is_at_fault

PAGE = Path("docs/algorithms/application-risk.md").read_text()
EXAMPLE = (
    *("has_wrong_vat", "lacks_register", "is_unconfirmed"),
    *("is_hasty", "is_alike"),
)


def test_the_table_has_every_ground_with_its_points() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE)

    assert {name: int(points) for name, points in rows} == WORTH
    assert f"From {HIGH} points on" in PAGE
    assert f"from {SOME} on" in PAGE


def test_the_worked_example_adds_up() -> None:
    points = [WORTH[name] for name in EXAMPLE]
    sum_in_words = " + ".join(map(str, points))

    assert is_at_fault("FR00902417399", "FR")
    assert f"{sum_in_words} = {sum(points)}, a high risk" in PAGE
    assert sum(points) >= HIGH
