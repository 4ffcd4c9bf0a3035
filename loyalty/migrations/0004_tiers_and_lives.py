from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0003_entries_stay")]
    operations = [
        migrations.AddField(
            "pointsrule",
            "lives_days",
            models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "pointsrule", "tiers", models.JSONField(blank=True, default=list)
        ),
        migrations.AddField(
            "pointsrule", "tier_days", models.PositiveIntegerField(default=182)
        ),
        migrations.AddField(
            "pointsentry",
            "rate_bps",
            models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
