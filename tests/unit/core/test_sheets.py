"""Cells that a spreadsheet opens."""

import pytest

from marketplace.core.sheets import plain


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://evil.test")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"],
)
def test_what_a_spreadsheet_would_reckon_is_shown_as_text(text: str) -> None:
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "A-1", "12=12", "Rye bread"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == text
