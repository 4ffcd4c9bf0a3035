"""Every market begins with a plan for everything else, so that a sale can be priced."""

from datetime import UTC, datetime

from django.db import migrations

CATCH_ALL_POSITION = 1_000_000
TWELVE_PERCENT = 1200


def add_catch_all(apps, schema_editor):
    plans = apps.get_model("payouts", "CommissionPlan").objects
    if plans.filter(is_catch_all=True).exists():
        return
    now = datetime.now(tz=UTC)
    plan = plans.create(
        name="Everything else",
        position=CATCH_ALL_POSITION,
        is_catch_all=True,
        created_at=now,
        updated_at=now,
    )
    plan.terms.create(bps=TWELVE_PERCENT)


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial")]

    operations = [
        migrations.RunPython(add_catch_all, migrations.RunPython.noop),
    ]
