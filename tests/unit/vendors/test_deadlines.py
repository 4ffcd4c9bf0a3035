"""When a parcel must have left."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from vendors.deadlines import ship_by

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("paid", "handling_days", "due"),
    [
        ("2026-11-23 10:32", 1, "2026-11-24 18:00"),  # Monday
        ("2026-11-23 23:59", 1, "2026-11-24 18:00"),
        ("2026-11-23 10:32", 0, "2026-11-23 18:00"),
        ("2026-11-23 18:00", 0, "2026-11-24 18:00"),
        ("2026-11-27 10:00", 1, "2026-11-30 18:00"),  # Friday
        ("2026-11-27 19:00", 0, "2026-11-30 18:00"),
        ("2026-11-28 10:00", 0, "2026-11-30 18:00"),  # Saturday
        ("2026-11-28 10:00", 2, "2026-12-01 18:00"),
        ("2026-03-27 10:00", 1, "2026-03-30 18:00"),  # over the change of clocks
    ],
)
def test_working_days_count(paid: str, handling_days: int, due: str):
    found = ship_by(paid_at=at(paid), handling_days=handling_days, zone=BRUSSELS)

    assert found == at(due)
