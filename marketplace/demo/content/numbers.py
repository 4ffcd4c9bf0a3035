"""Article numbers and prices that look like a shop's."""

# GS1 keeps this prefix for demonstrations: no real product carries such a number.
DEMO_PREFIX = "952"

# How each shop likes its prices to end, in cents; other shops keep theirs as they are.
_ENDINGS = {
    "grenier": 0,
    "kontor": 90,
    "lemmens": 95,
    "polder": 95,
    "svetlo": 99,
    "tinello": 50,
}


def ean(number: int) -> str:
    """Return the EAN-13 of a running number (GS1 General Specifications, 7.9)."""
    body = f"{DEMO_PREFIX}{number:09}"
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body))
    return f"{body}{-total % 10}"


def shop_price(minor: float, seller: str) -> int:
    """Round a price to the ending that the shop likes; never below one euro."""
    ending = _ENDINGS.get(seller)
    if ending is None:
        return max(100, round(minor / 10) * 10)
    return max(100, round((minor - ending) / 100) * 100 + ending)
