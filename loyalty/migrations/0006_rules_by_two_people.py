import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0005_told_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "pointsrule", "is_published", models.BooleanField(default=True)
        ),
        migrations.AddField(
            "pointsrule", "reason", models.CharField(blank=True, max_length=500)
        ),
        migrations.AddField("pointsrule", "asked_by", _person()),
        migrations.AddField(
            "pointsrule", "asked_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("pointsrule", "published_by", _person()),
        migrations.AddField(
            "pointsrule", "published_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            "pointsrule",
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(is_published=False),
                name="one_points_rule_asked_for",
            ),
        ),
        migrations.AddConstraint(
            "pointsrule",
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, is_published=True)
                | Q(asked_by__isnull=False, is_published=False, published_by=None)
                & ~Q(reason="")
                | Q(asked_by__isnull=False, is_published=True)
                & Q(published_by__isnull=False)
                & ~Q(published_by=F("asked_by"))
                & ~Q(reason=""),
                name="points_rule_by_two_people",
            ),
        ),
    ]
