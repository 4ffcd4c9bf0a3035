"""Moments at which people do things, in the market's own time zone."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

# How often an hour of the day sees an order: lunch, and the evening on the sofa.
_HOURS = [1, 0, 0, 0, 0, 1, 2, 4, 6, 7, 7, 7, 9, 8, 6, 5, 5, 6, 8, 10, 13, 14, 9, 4]


def order_moment(day: date, chance: random.Random) -> datetime:
    """Return when on a day somebody orders."""
    hour = chance.choices(range(24), _HOURS)[0]
    return _at(day, hour, chance.randint(0, 59), chance.randint(0, 59))


def between(first: date, last: date, chance: random.Random) -> datetime:
    """Return a moment when a carrier rings, sooner rather than later."""
    days = max(0, (last - first).days)
    day = first + timedelta(days=min(chance.randint(0, days), chance.randint(0, days)))
    return _at(day, chance.randint(9, 17), chance.randint(0, 59))


def evening_after(moment: datetime, days: int, chance: random.Random) -> datetime:
    """Return an hour of the evening some days after a moment."""
    day = timezone.localtime(moment).date() + timedelta(days=days)
    evening = _at(day, chance.randint(18, 22), chance.randint(0, 59))
    return max(evening, moment + timedelta(minutes=chance.randint(5, 90)))


def next_monday(moment: datetime) -> datetime:
    """Return the first midnight UTC of a Monday after a moment."""
    day = moment.date() + timedelta(days=7 - moment.weekday())
    return datetime.combine(day, time(), tzinfo=moment.tzinfo)


def _at(day: date, hour: int, minute: int, second: int = 0) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time(hour, minute, second), tzinfo=zone)
