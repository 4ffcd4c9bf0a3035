"""Let a key have a last day; those that are there hold without end, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0020_what_is_missing"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="ends_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
