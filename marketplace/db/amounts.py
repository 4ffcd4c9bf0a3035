"""Amounts as the reader's language writes them."""

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import get_language

from marketplace.core.money import Money, exponent, to_decimal

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "PLN": "zł"}


class AmountParts(NamedTuple):
    """An amount cut where its cents are raised: `prefix whole minor suffix`."""

    prefix: str
    whole: str
    minor: str
    suffix: str

    def __str__(self) -> str:
        return "".join(self)


def amount_parts(money: Money) -> AmountParts:
    """Cut an amount into sign and symbol, whole units, cents, and what follows."""
    places = exponent(money.currency)
    number = number_format(
        to_decimal(abs(money.minor), money.currency),
        decimal_pos=places,
        force_grouping=True,
    )
    cut = len(number) - places - 1 if places else len(number)
    sign = MINUS if money.minor < 0 else ""
    symbol = _SYMBOLS.get(money.currency)
    leads = symbol is not None and (get_language() or "en").startswith("en")
    prefix = sign + (symbol or "") if leads else sign
    suffix = "" if leads else NO_BREAK + (symbol or money.currency)
    return AmountParts(prefix, number[:cut], number[cut:], suffix)


def written_amount(money: Money) -> str:
    """Write an amount as plain text: `€68.00`, `−€6.00`, `68,00 €`."""
    return str(amount_parts(money))
