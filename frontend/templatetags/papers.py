"""How invoices and credit notes write rates, unit prices, days and means of payment."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend import formats
from frontend.countries import country_name
from marketplace.core.money import exponent
from marketplace.db.amounts import MINUS
from marketplace.db.dates import written_day

register = template.Library()

# Unit prices come in hundredths of a minor unit.
_UNIT_DECIMALS = 2
_WAYS: dict[str, Promise] = {
    "card": _("By card"),
    "points": _("With points"),
    "gift": _("Gift of the marketplace"),
    "kept": _("Kept back from sales"),
}
_BACK: dict[str, Promise] = {
    "card": _("To the card"),
    "bank": _("The bank took"),
    "points": _("Back as points"),
    "gift": _("Gift that ends"),
    "kept": _("Credited to the seller"),
}


@register.filter
def rate(bps: int) -> str:
    """Write basis points as a rate: `21 %`, `5.5 %`."""
    return formats.rate(bps)


@register.filter
def unit_price(hundredths: int, currency: str) -> str:
    """Write a price with the two decimals more that a unit without VAT may need."""
    decimals = exponent(currency)
    amount = Decimal(hundredths).scaleb(-decimals - _UNIT_DECIMALS)
    is_even = hundredths % 10**_UNIT_DECIMALS == 0
    return formats.number(amount, decimals if is_even else decimals + _UNIT_DECIMALS)


@register.filter
def plain_amount(minor: int, currency: str) -> str:
    """Write an amount without its currency, which the column's head names."""
    shown = formats.number(
        Decimal(abs(minor)).scaleb(-exponent(currency)), exponent(currency)
    )
    return f"{MINUS}{shown}" if minor < 0 else shown


@register.filter
def long_day(iso: str) -> str:
    """Write a day without doubt: `25 November 2026`."""
    return written_day(date.fromisoformat(iso), "d MMMM y")


@register.filter
def month_name(key: str) -> str:
    """Write a month: `October 2026`."""
    return written_day(date.fromisoformat(f"{key}-01"), "MMMM y")


@register.filter
def land(code: str) -> str:
    """Write a country's name."""
    return country_name(code) if code else ""


@register.simple_tag
def way(payment: dict[str, Any], kind: str) -> str:
    """Say by which means something was paid, or goes back."""
    words = _BACK if kind.endswith("credit_note") else _WAYS
    return str(words[payment["how"]])
