"""Pasted numbers go to the orders that they name, the others in turn."""

import pytest

from frontend.portal.spreading import spread

ORDERS = ["AAA-1", "BBB-1", "CCC-1"]


@pytest.mark.parametrize(
    ("pasted", "given", "left_over"),
    [
        ("", {}, 0),
        ("1\n2\n3", {"AAA-1": "1", "BBB-1": "2", "CCC-1": "3"}, 0),
        ("\n 1 \r\n\r\n2", {"AAA-1": "1", "BBB-1": "2"}, 0),
        ("bbb-1, 9\n1", {"BBB-1": "9", "AAA-1": "1"}, 0),
        ("BBB-1\t12 34", {"BBB-1": "12 34"}, 0),
        ("12 34\n5", {"AAA-1": "12 34", "BBB-1": "5"}, 0),
        ("1\n2\n3\n4\n5", {"AAA-1": "1", "BBB-1": "2", "CCC-1": "3"}, 2),
    ],
)
def test_each_line_finds_its_order(pasted: str, given: dict[str, str], left_over: int):
    assert spread(pasted, ORDERS) == (given, left_over)
