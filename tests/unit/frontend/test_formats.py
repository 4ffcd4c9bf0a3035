from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from frontend import formats
from marketplace.core.money import Money

NOW = datetime(2026, 11, 25, 10, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (6800, "EUR", "€68.00"),
        (-600, "EUR", "−€6.00"),
        (123456789, "EUR", "€1,234,567.89"),
        (0, "EUR", "€0.00"),
        (500, "JPY", "¥500"),
        (1234, "KWD", "1.234\N{NO-BREAK SPACE}KWD"),
        (995, "SEK", "9.95\N{NO-BREAK SPACE}SEK"),
    ],
)
def test_an_amount_carries_its_currency_and_all_its_decimals(minor, currency, written):
    assert formats.amount(Money(minor, currency)) == written


def test_an_amount_follows_the_language_of_the_reader():
    with translation.override("fr"):
        written = formats.amount(Money(-123456, "EUR"))

    assert written == "−1\N{NO-BREAK SPACE}234,56\N{NO-BREAK SPACE}€"


def test_the_parts_of_an_amount_make_the_whole():
    parts = formats.amount_parts(Money(-123456, "EUR"))

    assert parts == ("−€", "1,234", ".56", "")


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 11, 26), date(2026, 11, 28), "Thu 26 – Sat 28 Nov"),
        (date(2026, 11, 30), date(2026, 12, 2), "Mon 30 Nov – Wed 2 Dec"),
        (date(2026, 11, 27), date(2026, 11, 27), "Fri 27 Nov"),
        (date(2026, 11, 27), None, "Fri 27 Nov"),
    ],
)
def test_a_range_of_days_names_a_shared_month_once(first, last, written):
    assert formats.date_range(first, last) == written


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(days=1, hours=6, minutes=5), "1 day 6 h", ""),
        (timedelta(days=2), "2 days", ""),
        (timedelta(hours=8), "8 h", ""),
        (timedelta(hours=6, minutes=12), "6 h 12 min", "soon"),
        (timedelta(seconds=30), "under a minute", "soon"),
        (-timedelta(hours=18), "18 h late", "late"),
    ],
)
def test_a_clock_turns_soon_under_eight_hours_and_late_after(left, words, tone):
    assert formats.time_left(NOW + left, NOW) == (words, tone)


def test_a_moment_is_written_in_the_time_zone_of_the_shop():
    assert formats.moment(NOW) == "Wed 25 Nov, 11:48"
