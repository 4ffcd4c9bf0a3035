"""Keep pictures and PDFs that come with a message."""

import django.db.models.deletion
import marketplace.db.fields
import marketplace.db.storage
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0006_needs_no_answer"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageFile",
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
                (
                    "public_id",
                    marketplace.db.fields.PublicIdField(
                        editable=False, max_length=40, prefix="fil", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "file",
                    models.FileField(
                        storage=marketplace.db.storage.private_storage,
                        upload_to="messages/",
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="support.message",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
