"""A language that nobody speaks: every word of ours accented, longer, in brackets.

Whoever works on pages reads it at `/en-xa/...` in debug mode: what has no brackets does
not pass through gettext, what is cut or too wide has no room for German. Made of the
English as it is asked for, it never lags behind.
"""

import re

from django.utils.translation import trans_real

CODE, NAME = "en-xa", "Ḗẋȧɠɠḗřȧŧḗḓ"
OPENS, CLOSES = "⟦", "⟧"
_LONGER_BY = 0.35
_FILLER = "ōñḗ ŧẇō ŧħřḗḗ ƒōŭř ƒīṽḗ şīẋ şḗṽḗñ ḗīɠħŧ ñīñḗ ŧḗñ "
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ȧƀƈḓḗƒɠħīĵķŀḿñōƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠŌƤɊŘŞŦŬṼẆẊẎẐ",
)
# What stands in for a value, markup and entities stay as they are.
_KEPT = re.compile(
    r"(%(?:\(\w+\))?[-#0 +]?[\d.]*[sdifr%]|{\w*}|<[^>]*>|&\w+;|https?:\S+)"
)
_CONTEXT = "\x04"


def exaggerated(text: str) -> str:
    """Return a text in the language that nobody speaks."""
    text = text.rpartition(_CONTEXT)[2]
    bare = text.strip()
    if not bare or OPENS in bare:
        return text
    pieces = _KEPT.split(bare)
    pieces[::2] = [piece.translate(_ACCENTED) for piece in pieces[::2]]
    more = round(sum(map(len, pieces[::2])) * _LONGER_BY)
    filler = (_FILLER * (more // len(_FILLER) + 1))[:more].rstrip()
    longer = f"{OPENS}{''.join(pieces)}{' ' if filler else ''}{filler}{CLOSES}"
    return text.replace(bare, longer, 1)


class PseudoTranslation(trans_real.DjangoTranslation):
    """Answers with the English, exaggerated."""

    def __init__(self) -> None:
        super().__init__("en")

    def to_language(self) -> str:
        """Return its code, which addresses begin with."""
        return CODE

    def gettext(self, message: str) -> str:
        """Return a message."""
        return exaggerated(super().gettext(message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return a message with the form of its number."""
        return exaggerated(super().ngettext(singular, plural, number))


def install() -> None:
    """Let Django speak it."""
    trans_real._translations[CODE] = PseudoTranslation()  # type: ignore[attr-defined] # noqa: SLF001 (where it keeps those that it has read)
