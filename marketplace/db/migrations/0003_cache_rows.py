"""The table of the cache that must hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("db", "0002_extensions_and_audit")]

    operations = [
        migrations.CreateModel(
            name="CacheRow",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("value", models.BinaryField()),
                ("expires_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
