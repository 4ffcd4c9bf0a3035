"""Let each paper of an application be accepted or refused by itself, and be known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("vendors", "0017_application_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="applicationfile",
            name="digest",
            field=models.CharField(
                blank=True, db_default="", db_index=True, max_length=64
            ),
        ),
        migrations.AddField(
            model_name="applicationfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "To decide"),
                    ("accepted", "Accepted"),
                    ("refused", "Refused"),
                ],
                db_default="waiting",
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="applicationfile",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="applicationfile",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="applicationfile",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_at", None), ("state", "waiting"))
                | models.Q(
                    models.Q(("state", "waiting"), _negated=True),
                    ("decided_at__isnull", False),
                ),
                name="paper_decided_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="paper_refused_for_a_reason",
            ),
        ),
    ]
