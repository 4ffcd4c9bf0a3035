"""Every market begins with a plan for everything, so that a sale can be priced.

Good sellers have their money earlier, until an operator says otherwise.
"""

from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_POSITION = 1_000_000
_TWELVE_PERCENT = 1200
_DAYS = {"silver": 12, "gold": 10, "platinum": 7}


def publish_the_first_list(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Put a list of one plan in force, since ever."""
    now = datetime.now(tz=UTC)
    # Its plans are written before it has a number: after that they are frozen.
    first = apps.get_model("payouts", "CommissionList").objects.create(
        state="setup",
        is_open=False,
        created_at=now,
    )
    plan = first.plans.create(
        name="Everything else",
        key=1,
        position=_LAST_POSITION,
        is_catch_all=True,
        created_at=now,
        updated_at=now,
    )
    plan.terms.create(bps=_TWELVE_PERCENT)
    first.number = 1
    first.state = "published"
    first.in_force_from = _THE_BEGINNING
    first.published_at = now
    first.save()


def add_perks(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let a rank shorten the days until the money is released."""
    perks = apps.get_model("payouts", "ReleasePerk").objects
    for rank, days in _DAYS.items():
        perks.create(rank=rank, days=days)


class Migration(migrations.Migration):
    replaces = [("payouts", "0023_refunds_made_again")]
    dependencies = [("payouts", "0002_guards")]

    operations = [
        migrations.RunPython(publish_the_first_list, migrations.RunPython.noop),
        migrations.RunPython(add_perks, migrations.RunPython.noop),
    ]
