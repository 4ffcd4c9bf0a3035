"""What somebody typed."""

import unicodedata

# Letters and signs by name that show nothing: fillers of Hangul, a blank of Braille.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def says_something(text: str) -> bool:
    """Say whether a reader sees any sign of a text."""
    return any(map(_is_seen, text))


def _is_seen(sign: str) -> bool:
    # Separators and what only steers others, such as a space without width.
    return unicodedata.category(sign)[0] not in "CZ" and sign not in _BLANKS
