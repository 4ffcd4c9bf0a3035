"""The sandbox's own time: the machine's plus an offset that only grows."""

import time
from datetime import UTC, datetime

DAY = 86_400


def wall_seconds() -> float:
    """Return the machine's time: for signatures and waits, never for money."""
    return time.time()


def wall_microseconds() -> int:
    """Return the machine's time, fine enough to tell what came first."""
    return time.time_ns() // 1000


def midnight_before(at: int) -> int:
    """Return the last midnight UTC at or before `at`."""
    return at - at % DAY


def midnight_after(at: int, *, days: int = 1) -> int:
    """Return the midnight UTC that is `days` days after the day of `at`."""
    return midnight_before(at) + days * DAY


def iso(at: int) -> str:
    """Return `at` as API v2 writes it."""
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def moment(at: int) -> datetime:
    """Return `at` as a datetime in UTC."""
    return datetime.fromtimestamp(at, tz=UTC)
