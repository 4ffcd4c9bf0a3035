"""What somebody typed, and how it is shown to others."""

import unicodedata

# Letters and signs by name that show nothing: fillers of Hangul, a blank of Braille.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def says_something(text: str) -> bool:
    """Say whether a reader sees any sign of a text."""
    return any(map(_is_seen, text))


def short_name(name: str) -> str:
    """Shorten a person's name as everybody may see it: `Katrien P.`.

    The initial is that of the last word, past particles: Eva van den Broeck, `Eva B.`.
    What is short already stays so.
    """
    first, *rest = name.split() or [""]
    return f"{first} {rest[-1][0].upper()}." if rest else first


def given_name(name: str) -> str:
    """Return what a person is thanked by: the first word of their name."""
    return name.split(maxsplit=1)[0] if name.split() else ""


def _is_seen(sign: str) -> bool:
    # Separators and what only steers others, such as a space without width.
    return unicodedata.category(sign)[0] not in "CZ" and sign not in _BLANKS
