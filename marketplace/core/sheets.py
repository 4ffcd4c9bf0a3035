"""Cells of the CSV files that people open in a spreadsheet."""

import re

# What a spreadsheet takes for a formula, or skips on its way to one. Source: OWASP,
# CSV Injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Where one that is set to another separator begins a cell amid one of ours.
_CUT = re.compile(r'([;\t\r\n])(?=["\s]*[=+@-])')


def plain(text: str) -> str:
    """Return a user's text as a cell that no spreadsheet takes for a formula.

    Nor a part of it, where the spreadsheet cuts at semicolons as it does in French.
    """
    return _CUT.sub(r"\1'", plain_begin(text))


def plain_begin(text: str) -> str:
    """Return a seller's own text as such a cell, in a file that is read again."""
    return f"'{text}" if text.startswith(_FORMULA) else text
