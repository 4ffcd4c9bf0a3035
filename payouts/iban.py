"""Bank accounts: their numbers, ISO 13616, and the codes of banks, ISO 9362."""

import re

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_MODULUS, _REMAINDER = 97, 1


def is_iban(text: str) -> bool:
    """Say whether a text without blanks is an IBAN: its shape and its check digits."""
    if not _SHAPE.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    digits = "".join(str(int(letter, 36)) for letter in turned)
    return int(digits) % _MODULUS == _REMAINDER


def is_bic(text: str) -> bool:
    """Say whether a text has the shape of a BIC."""
    return _BIC.fullmatch(text) is not None
