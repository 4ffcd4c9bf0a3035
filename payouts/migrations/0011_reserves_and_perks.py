import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from payouts.migrations._guards import DROP_RESERVE_GUARDS, RESERVE_GUARDS

_DAYS = {"silver": 12, "gold": 10, "platinum": 7}


def add_perks(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let good sellers have their money earlier, until an operator says otherwise."""
    perks = apps.get_model("payouts", "ReleasePerk").objects
    for rank, days in _DAYS.items():
        perks.get_or_create(rank=rank, defaults={"days": days})


class Migration(migrations.Migration):
    dependencies = [
        ("order", "0003_guest_orders_by_folded_email"),
        ("payouts", "0010_transfers_and_exchange"),
        ("vendors", "0005_import_retry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleasePerk",
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
                ("rank", models.CharField(max_length=10, unique=True)),
                ("days", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["-days"],
            },
        ),
        migrations.CreateModel(
            name="ReservePolicy",
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
                ("bps", models.PositiveIntegerField()),
                ("days", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="VendorReserve",
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
                ("sequence", models.PositiveSmallIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("withheld_minor", models.BigIntegerField()),
                ("drawn_minor", models.BigIntegerField(default=0)),
                ("draws", models.PositiveSmallIntegerField(default=0)),
                ("released_minor", models.BigIntegerField(default=0)),
                ("withheld_at", models.DateTimeField()),
                ("release_after", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="settlement",
            name="alerted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="settlement",
            name="release_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "frozen"])),
                fields=["paid_at"],
                name="payouts_settlement_held",
            ),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("state", "released")),
                fields=["vendor"],
                name="payouts_settlement_unsent",
            ),
        ),
        migrations.AddField(
            model_name="reservepolicy",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reservepolicy",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reserve_policies",
                to="vendors.vendor",
            ),
        ),
        migrations.AddField(
            model_name="vendorreserve",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reserves",
                to="payouts.reservepolicy",
            ),
        ),
        migrations.AddField(
            model_name="vendorreserve",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reserves",
                to="payouts.settlement",
            ),
        ),
        migrations.AddField(
            model_name="vendorreserve",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vendors.vendor",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservepolicy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("vendor",),
                name="payouts_reserve_policy_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("bps__gt", 0),
                    ("bps__lte", 5000),
                    ("days__gt", 0),
                    ("days__lte", 180),
                ),
                name="payouts_reserve_policy_terms",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="payouts_reserve_policy_time",
            ),
        ),
        migrations.AddIndex(
            model_name="vendorreserve",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["release_after"],
                name="payouts_reserve_due",
            ),
        ),
        migrations.AddIndex(
            model_name="vendorreserve",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["vendor"],
                name="payouts_reserve_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorreserve",
            constraint=models.UniqueConstraint(
                fields=("settlement", "sequence"), name="payouts_reserve_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorreserve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_minor__gte", 0),
                    ("released_minor__gte", 0),
                    ("withheld_minor__gt", 0),
                    (
                        "withheld_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("drawn_minor"), "+", models.F("released_minor")
                        ),
                    ),
                ),
                name="payouts_reserve_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorreserve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at", None),
                        (
                            "withheld_minor__gt",
                            django.db.models.expressions.CombinedExpression(
                                models.F("drawn_minor"), "+", models.F("released_minor")
                            ),
                        ),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        (
                            "withheld_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("drawn_minor"), "+", models.F("released_minor")
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="payouts_reserve_closed",
            ),
        ),
        migrations.RunSQL(RESERVE_GUARDS, DROP_RESERVE_GUARDS),
        migrations.RunPython(add_perks, migrations.RunPython.noop),
    ]
