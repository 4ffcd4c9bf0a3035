"""Close the months of the demo's past, each when it would have been."""

from datetime import datetime, timedelta

from django.conf import settings

from payouts.months import month_of, months_between
from payouts.services.statements import close_statements
from payouts.signing import SigningKeyError

_BACK = timedelta(days=150)


def close_months(*, now: datetime) -> str:
    """Close and sign all months that ended before `now`; say how many there are."""
    wait = timedelta(hours=settings.STATEMENT_CLOSES_AFTER_HOURS, minutes=25)
    closed = 0
    for month in months_between(month_of(now - _BACK), month_of(now)):
        if month.ends + wait > now:
            break
        try:
            closed += close_statements(now=month.ends + wait)
        except SigningKeyError as error:
            return f"No month is closed: {error}"
    return f"{closed} months of sellers are closed and signed"
