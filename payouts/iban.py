"""International bank account numbers, ISO 13616."""

import re

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_MODULUS, _REMAINDER = 97, 1


def is_iban(text: str) -> bool:
    """Say whether a text without blanks is an IBAN: its shape and its check digits."""
    if not _SHAPE.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    digits = "".join(str(int(letter, 36)) for letter in turned)
    return int(digits) % _MODULUS == _REMAINDER
