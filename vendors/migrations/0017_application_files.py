"""Let an application carry papers: pictures and PDFs in private storage."""

import django.db.models.deletion
import marketplace.db.fields
import marketplace.db.storage
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0016_old_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationFile",
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
                        editable=False, max_length=40, prefix="apf", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "file",
                    models.FileField(
                        storage=marketplace.db.storage.private_storage,
                        upload_to="applications/",
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="vendors.application",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
