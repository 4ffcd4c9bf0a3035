"""Let a seller propose how a problem ends, and its buyer agree."""

import django.db.models.deletion
import marketplace.db.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0007_message_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="problem",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("refunded", "Refunded"),
                    ("released", "Paid to the seller"),
                    ("settled", "Nothing was left to pay"),
                    ("agreed", "Agreed"),
                    ("withdrawn", "Withdrawn"),
                ],
                db_index=True,
                default="open",
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
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
                        editable=False, max_length=40, prefix="prp", unique=True
                    ),
                ),
                ("amount_minor", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for the buyer"),
                            ("declined", "Declined"),
                            ("taken", "Agreed"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="support.message",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="support.problem",
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)),
                        name="proposal_gives_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "declined"))),
                        fields=("problem",),
                        name="one_standing_proposal",
                    ),
                ],
            },
        ),
    ]
