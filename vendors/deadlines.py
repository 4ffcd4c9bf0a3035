"""When a seller must have handed a parcel over."""

from datetime import datetime, time, timedelta, tzinfo

# The last collection of the day at the carriers' counters.
_HAND_OVER = time(18)
_SATURDAY = 5


def ship_by(*, paid_at: datetime, handling_days: int, zone: tzinfo) -> datetime:
    """Return the moment by which an order paid at `paid_at` must have left.

    That is 18:00 in `zone`, `handling_days` working days (Monday to Friday) after the
    day of payment; with none, the same day while it lasts, else the next working day.
    """
    day = paid_at.astimezone(zone)
    due = datetime.combine(day.date(), _HAND_OVER, tzinfo=zone)
    left = handling_days
    while left > 0 or _is_weekend(due) or due <= paid_at:
        due += timedelta(days=1)
        if not _is_weekend(due):
            left -= 1
    return due


def _is_weekend(moment: datetime) -> bool:
    return moment.weekday() >= _SATURDAY
