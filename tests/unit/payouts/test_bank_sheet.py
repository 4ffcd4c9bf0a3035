from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.bank_sheet import StatementLine, StatementRefusedError, read_statement

SHEET = """date;amount;currency;reference;text
2026-11-24;1.250,00;EUR;po_1;STRIPE PAYOUT
2026-11-25;-30,00;;;Account fee
"""


def read(content: bytes, *currencies: str) -> list[StatementLine]:
    return read_statement(
        content, currencies=currencies or ("EUR", "USD"), latest=date(2026, 11, 27)
    )


def test_a_statement_is_read_with_its_signs_and_currencies() -> None:
    lines = read(SHEET.encode())

    told = [
        (line.booked_on, line.currency, line.amount_minor, line.reference, line.text)
        for line in lines
    ]
    assert told == [
        (date(2026, 11, 24), "EUR", 125_000, "po_1", "STRIPE PAYOUT"),
        (date(2026, 11, 25), "EUR", -3000, "", "Account fee"),
    ]


def test_columns_come_in_any_order_and_others_are_passed_over() -> None:
    sheet = "Text,Balance,Amount,Date\r\nRent,99,-12.5,2026-11-25\r\n"

    [line] = read(b"\xef\xbb\xbf" + sheet.encode(), "USD")

    assert (line.amount_minor, line.currency, line.text) == (-1250, "USD", "Rent")


def test_two_lines_that_say_the_same_are_two_lines() -> None:
    row = "2026-11-24,5.00\n"

    once = read(f"date,amount\n{row}".encode())
    twice = read(f"date,amount\n{row}{row}".encode())

    assert twice[0].digest == once[0].digest
    assert len({line.digest for line in twice}) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00d", "UTF-8"),
        (b"", "must name the columns"),
        (b"date,amount\n", "no line below"),
        (b"date,date,amount\n2026-11-24,2026-11-24,1\n", "each once"),
        (b"day,sum\n2026-11-24,5\n", "must name the columns"),
        (b"date,amount\n24/11/2026,5\n", "Line 2: \N{LEFT DOUBLE QUOTATION MARK}24/11"),
        (b"date,amount\n0026-11-24,5\n", "is not of this age"),
        (b"date,amount\n2026-11-24,five\n", "is no amount like"),
        (b"date,amount\n2026-11-24,1.000\n", "is no amount like"),
        (b"date,amount\n2026-11-24,--5\n", "is no amount like"),
        (b"date,amount\n2026-11-24,0.00\n", "of nothing"),
        (b"date,amount\n2026-11-24,0.001\n", "is no amount like"),
        (b"date,amount\n2026-11-24,-" + b"9" * 24 + b"\n", "is too much"),
        (b"date,amount,currency\n2026-11-24,5,euros\n", "is no currency"),
        (b"date,amount,currency\n2026-11-24,5,XXX\n", "which has EUR, USD: mend it"),
        (b"date,amount\n2026-11-28,5\n", "Line 2: .2026-11-28. is still to come"),
        (b'date,amount\n"2026-11-24,5\n', "Line"),
        (b"date,amount\n2026-11-24\n", "is no amount like"),
        (b"x" * (5 * 1024 * 1024 + 1), "up to 5 MB"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_reason(
    content: bytes, why: str
) -> None:
    with pytest.raises(StatementRefusedError, match=why):
        read(content)


def test_every_line_that_is_wrong_is_named_up_to_ten() -> None:
    sheet = "date,amount\n" + "2026-11-24,five\n" * 30

    with pytest.raises(StatementRefusedError) as refusal:
        read(sheet.encode())

    assert refusal.value.message.count("is no amount") == 10


@given(st.binary(max_size=300))
def test_nothing_that_comes_breaks_the_reader(content: bytes) -> None:
    for sheet in (content, b"date,amount\n" + content):
        try:
            read(sheet)
        except StatementRefusedError:
            continue
