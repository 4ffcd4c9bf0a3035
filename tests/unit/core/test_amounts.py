"""How an amount may be written, and that no other way becomes a number."""

from decimal import Decimal

import pytest

from marketplace.core.amounts import UnclearAmountError, read_amount
from marketplace.core.money import InexactAmountError


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("24", "24"),
        ("24.9", "24.9"),
        ("24,90", "24.90"),
        ("0.50", "0.50"),
        ("1000.00", "1000.00"),
        ("1,000.00", "1000.00"),
        ("1.000,00", "1000.00"),
        ("1 000,00", "1000.00"),
        ("1\u00a0000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1'000.00", "1000.00"),
        ("1,000,000", "1000000"),
        ("1.000.000,00", "1000000.00"),
        ("€24.90", "24.90"),
        ("24,90 €", "24.90"),
        ("  24.90 ", "24.90"),
    ],
)
def test_an_amount_is_read_as_people_in_europe_write_it(
    written: str, amount: str
) -> None:
    assert str(read_amount(written, "EUR")) == amount


@pytest.mark.parametrize(
    ("written", "large"),
    [("1.000", "1000.00"), ("1,000", "1000.00"), ("€ 12.345", "12345.00")],
)
def test_three_digits_behind_the_only_sign_are_asked_about(
    written: str, large: str
) -> None:
    with pytest.raises(UnclearAmountError) as caught:
        read_amount(written, "EUR")

    assert caught.value.large == large


@pytest.mark.parametrize(
    "written",
    [
        *("", "cheap", "NaN", "Infinity", "1e3", "1_000", "0x10", "-5", "+5", "$5"),
        *("24.905", "1.0000", "24.", "1,00.00", "1,000.0.0", "1.000.00", "1,0000.00"),
        *("10,00,000", "1 00", "0,999.00", "٢٤", "1" * 400, "2 4", "1.000 000,00"),
    ],
)
def test_nothing_else_is_an_amount(written: str) -> None:
    with pytest.raises(InexactAmountError):
        read_amount(written, "EUR")


@pytest.mark.parametrize(
    ("written", "currency", "amount"),
    [
        ("1200", "JPY", "1200"),
        ("1.250", "KWD", "1.250"),
        ("1,250.500", "KWD", "1250.5"),
    ],
)
def test_the_currency_says_how_many_decimals_there_are(
    written: str, currency: str, amount: str
) -> None:
    assert read_amount(written, currency) == Decimal(amount)


def test_yen_have_no_decimals() -> None:
    with pytest.raises(InexactAmountError):
        read_amount("24.90", "JPY")
