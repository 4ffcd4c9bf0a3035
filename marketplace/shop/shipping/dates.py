"""Working days: Monday to Friday."""

from datetime import date, datetime, timedelta

from django.utils import timezone

_SATURDAY = 5


def local_day(moment: datetime) -> date:
    """Return the market's calendar day of a moment."""
    return timezone.localtime(moment).date()


def add_working_days(day: date, count: int) -> date:
    """Return the day that lies `count` working days after `day`.

    With zero it is `day` itself, or the first working day after it.
    """
    weeks, rest = divmod(count, 5)
    # Start from a working day, so that whole weeks can be added at once.
    found = day if count else _first_working_day(day)
    if found.weekday() >= _SATURDAY:
        found -= timedelta(days=found.weekday() - _SATURDAY + 1)
    found += timedelta(weeks=weeks)
    for _ in range(rest):
        found = _first_working_day(found + timedelta(days=1))
    return found


def _first_working_day(day: date) -> date:
    days_over = max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0
    return day + timedelta(days=days_over)
