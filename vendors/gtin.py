"""Global trade item numbers (EAN, UPC): the check digit."""

_LENGTHS = {8, 12, 13, 14}
_DIGITS = bytes.maketrans(b"0123456789", bytes(range(10)))


def is_gtin(value: str) -> bool:
    """Say whether `value` is a GTIN with the right check digit.

    Source: GS1 General Specifications, section 7.9 (check digit, modulo 10).
    """
    if len(value) not in _LENGTHS or not (value.isascii() and value.isdecimal()):
        return False
    digits = value.encode().translate(_DIGITS)[::-1]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0
