"""Which night's work is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("db", "0003_cache_rows")]

    operations = [
        migrations.CreateModel(
            name="NightlyRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("job", models.CharField(max_length=60)),
                ("night", models.DateField()),
                ("tried_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "night"), name="one_run_per_night"
                    )
                ],
            },
        ),
    ]
