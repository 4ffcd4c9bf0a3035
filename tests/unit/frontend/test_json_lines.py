"""JSON is written to be read, and is still the same JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from frontend.portal.json_lines import json_lines

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)
)


@given(VALUES)
def test_what_is_written_reads_as_what_it_was(value: object) -> None:
    assert json.loads(json_lines(value)) == value


def test_short_things_stand_side_by_side_and_long_ones_below() -> None:
    order = {
        "id": "ord_01m0000000000000000000000",
        "number": "K7XMQ4RW-1",
        "state": "to_ship",
        "lines": [{"sku": "BR-0451-M", "title": "A bowl of stoneware", "quantity": 1}],
    }

    assert json_lines({"next": None, "results": [order]}).splitlines() == [
        "{",
        '  "next": null,',
        '  "results": [{',
        '    "id": "ord_01m0000000000000000000000",',
        '    "number": "K7XMQ4RW-1", "state": "to_ship",',
        '    "lines": [{',
        '      "sku": "BR-0451-M", "title": "A bowl of stoneware",',
        '      "quantity": 1',
        "    }]",
        "  }]",
        "}",
    ]
