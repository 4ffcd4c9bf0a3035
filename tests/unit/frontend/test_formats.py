from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from frontend import formats
from marketplace.core.money import Money
from marketplace.db.amounts import amount_parts
from marketplace.db.dates import written_day

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


@pytest.mark.parametrize(
    ("bps", "written"),
    [(2100, "21\xa0%"), (550, "5.5\xa0%"), (1225, "12.25\xa0%"), (-300, "−3\xa0%")],
)
def test_a_rate_has_as_many_places_as_it_needs(bps, written):
    assert formats.rate(bps) == written


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (Decimal("4.57"), 1, "4.6"),
        (0.25, 1, "0.3"),
        (99.96, 1, "100.0"),
        (1234, 0, "1,234"),
        (2.5, 0, "3"),
    ],
)
def test_the_last_place_of_a_number_is_rounded(value, places, written):
    assert formats.number(value, places) == written


@pytest.mark.parametrize(
    ("minor", "written"),
    [(99999, "€999.99"), (100000, "€1,000"), (229150, "€2,292"), (-229150, "−€2,292")],
)
def test_a_figure_is_whole_from_a_thousand_on(minor, written):
    assert formats.figure(Money(minor, "EUR")) == written


def test_the_parts_of_an_amount_make_the_whole():
    parts = amount_parts(Money(-123456, "EUR"))

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


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Thu 26 – Sat 28 Nov"),
        ("fr", "jeu. 26 – sam. 28 nov."),
        ("de", "Do. 26. – Sa. 28. Nov."),
    ],
)
def test_a_range_follows_the_language_of_the_reader(language, written):
    with translation.override(language):
        found = formats.date_range(date(2026, 11, 26), date(2026, 11, 28))

    assert found == written


@pytest.mark.parametrize(
    ("language", "amount", "share", "moment", "first"),
    [
        ("en", "€1,234.50", "98.5", "Wed 25 Nov, 11:48", "1 December 2026"),
        ("fr", "1_234,50_€", "98,5", "mer. 25 nov., 11:48", "1er décembre 2026"),
        ("de", "1.234,50_€", "98,5", "Mi. 25. Nov., 11:48", "1. Dezember 2026"),
    ],
)
def test_each_language_writes_in_its_way(language, amount, share, moment, first):
    with translation.override(language):
        found = (
            formats.amount(Money(123450, "EUR")).replace("\N{NO-BREAK SPACE}", "_"),
            formats.number(98.5, 1),
            formats.moment(NOW),
            written_day(date(2026, 12, 1), "d MMMM y"),
        )

    assert found == (amount, share, moment, first)
