"""Cells that a spreadsheet opens."""

import pytest

from marketplace.core.sheets import plain, plain_begin


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://evil.test")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"],
)
def test_what_a_spreadsheet_would_reckon_is_shown_as_text(text: str) -> None:
    assert plain_begin(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("1;=cmd|'/C calc'!A0;", "1;'=cmd|'/C calc'!A0;"),
        ('Flat 2; "=1"', 'Flat 2;\' "=1"'),
        ("a\n-1\t@b", "a\n'-1\t'@b"),
        ("=1;+2", "'=1;'+2"),
    ],
)
def test_no_part_is_reckoned_where_semicolons_part_cells(text: str, cell: str) -> None:
    assert plain(text) == cell


@pytest.mark.parametrize("text", ["", "A-1", "12=12", "Rye; bread", "5,-"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == text
