"""Cells of the CSV files that people open in a spreadsheet."""

# What a spreadsheet takes for a formula, or skips on its way to one. Source: OWASP,
# CSV Injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(text: str) -> str:
    """Return a user's text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
