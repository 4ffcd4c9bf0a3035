"""Why sellers are told late of dearer plans, and of which plans their words are."""

from django.db import migrations, models

from payouts.migrations._plan_guards import NOTICE_IS_FREE, NOTICE_IS_FROZEN


class Migration(migrations.Migration):
    dependencies = [("payouts", "0006_run_outcome")]

    operations = [
        migrations.AddField(
            model_name="commissionlist",
            name="note_revision",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="commissionlist",
            name="short_notice",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="commissionreplayrow",
            name="offers_dearer",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunSQL(NOTICE_IS_FROZEN, NOTICE_IS_FREE),
    ]
