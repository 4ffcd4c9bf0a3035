"""Amounts of money as people write them."""

import re
from decimal import Decimal
from functools import cache

from marketplace.core.money import InexactAmountError, exponent

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
_MOST_SIGNS = 24
# From so many decimals on they look like thousands; nothing has more than the latter.
_FINE, _FINEST = 3, 9
# A thousand is parted by a space of any width, or by an apostrophe.
_GAP = "[ \u00a0\u202f\u2009'\u2019]"
_SEPARATORS = re.compile(f"{_GAP}|[.,]")
_UNCLEAR = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class UnclearAmountError(InexactAmountError):
    """Three digits follow the only sign: thousands, or decimals; `large` is the one."""

    def __init__(self, large: str) -> None:
        super().__init__(f"This may be {large}, or have three decimals.")
        self.large = large


def read_amount(text: str, currency: str) -> Decimal:
    """Return an amount in major units: 24, 24.9, 24,90, 1,000.00, 1.000,00, 1 000,00.

    It has at most the decimals of its currency, whose symbol may stand with it. Raises
    UnclearAmountError for 1.000, and InexactAmountError for all that is no amount.
    """
    decimals = exponent(currency)
    plain, _grouped = _spellings(decimals)
    written = text.strip()
    if plain.fullmatch(written):
        return Decimal(written)
    written = _bare(written, currency)
    found = _read(written, decimals)
    if found is not None:
        return found
    if _UNCLEAR.fullmatch(written):
        digits = _SEPARATORS.sub("", written)
        raise UnclearAmountError(f"{Decimal(digits):.{decimals}f}")
    raise InexactAmountError("This is no amount.")


def read_number(text: str, *, decimals: int, sign: str) -> Decimal:
    """Return a number as people write it, below zero too: 12.5, 12,5, 1 250,00.

    `sign` is what parts decimals where its writer lives, `decimals` how many there may
    be: with three or more, 1.250 is read where the sign is a point. Raises
    UnclearAmountError for it everywhere else, where it may be a thousand and a quarter,
    and InexactAmountError for what is no number.
    """
    written = text.strip()
    is_negative = written[:1] in {"-", "\u2212"}
    written = written[1:].strip() if is_negative else written
    is_here = decimals >= _FINE and sign in written
    if _UNCLEAR.fullmatch(written) and not is_here:
        raise UnclearAmountError(_SEPARATORS.sub("", written))
    found = _read(written, _FINEST)
    if found is None:
        raise InexactAmountError("This is no number.")
    return -found if is_negative else found


def _read(written: str, decimals: int) -> Decimal | None:
    _plain, grouped = _spellings(decimals)
    if len(written) > _MOST_SIGNS:
        raise InexactAmountError("This is too long for an amount.")
    match = grouped.fullmatch(written)
    if match is None:
        return None
    whole = _SEPARATORS.sub("", match["whole"])
    return Decimal(f"{whole}.{match['part']}" if match["part"] else whole)


def _bare(written: str, currency: str) -> str:
    symbol = SYMBOLS.get(currency)
    if symbol is None:
        return written
    return written.removeprefix(symbol).removesuffix(symbol).strip()


@cache
def _spellings(decimals: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the plain form, which most amounts have, and all that can be meant.

    Groups: `whole` with its separators, and `part`, the decimals.
    """
    one = "[1-9][0-9]{0,2}"
    part = f"(?P<part>[0-9]{{1,{decimals}}})" if decimals else "(?P<part>(?!))"
    whole = (
        # The sign between the groups is never the one before the decimals.
        f"[0-9]+|{one}(?:{_GAP}[0-9]{{3}})+"
        rf"|{one}(?:,[0-9]{{3}})+(?=\.)|{one}(?:\.[0-9]{{3}})+(?=,)"
        rf"|{one}(?:,[0-9]{{3}}){{2,}}$|{one}(?:\.[0-9]{{3}}){{2,}}$"
    )
    plain = rf"[0-9]{{1,15}}(?:\.[0-9]{{1,{decimals}}})?" if decimals else "[0-9]{1,15}"
    return re.compile(plain), re.compile(f"(?P<whole>{whole})(?:[.,]{part})?")
