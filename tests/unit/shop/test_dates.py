from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.shipping.dates import add_working_days

FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)
MONDAY = date(2026, 11, 30)


def test_a_weekend_is_stepped_over():
    found = [add_working_days(FRIDAY, count) for count in (0, 1, 2, 5, 6)]

    assert found == [
        FRIDAY,
        MONDAY,
        date(2026, 12, 1),
        date(2026, 12, 4),
        date(2026, 12, 7),
    ]


def test_from_a_saturday_the_first_working_day_is_monday():
    assert add_working_days(SATURDAY, 0) == MONDAY
    assert add_working_days(SATURDAY, 1) == MONDAY
    assert add_working_days(SATURDAY, 5) == date(2026, 12, 4)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 400))
def test_exactly_so_many_working_days_lie_between(day, count):
    found = add_working_days(day, count)

    days = [day + timedelta(days=step) for step in range(1, (found - day).days + 1)]
    assert sum(one.weekday() < 5 for one in days) == count
    assert found.weekday() < 5
