import django.db.models.deletion
from django.db import migrations, models

from payouts.migrations._guards import (
    COUNT_RELEASED,
    DROP_PARCEL_GUARDS,
    PARCEL_GUARDS,
)


class Migration(migrations.Migration):
    dependencies = [
        ("order", "0003_guest_orders_by_folded_email"),
        ("payouts", "0005_plan_conditions"),
        ("vendors", "0005_import_retry"),
    ]

    operations = [
        migrations.CreateModel(
            name="ParcelRelease",
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
                ("shipped_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("release_after", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("net_minor", models.BigIntegerField(default=0)),
                ("commission_minor", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ParcelReleaseLine",
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
                ("quantity", models.PositiveIntegerField()),
                ("net_minor", models.BigIntegerField(default=0)),
                ("commission_minor", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="refundline",
            name="held_commission_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="refundline",
            name="held_vendor_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="settlement",
            name="is_split",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="settlement",
            name="released_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="settlement",
            name="taken_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunSQL(COUNT_RELEASED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("held_commission_minor__gte", 0),
                    ("held_commission_minor__lte", models.F("commission_back_minor")),
                    ("held_vendor_minor__gte", 0),
                    ("held_vendor_minor__lte", models.F("vendor_minor")),
                ),
                name="payouts_refund_line_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_minor__gte", 0),
                    ("released_minor__lte", models.F("payable_minor")),
                    ("taken_minor__gte", 0),
                    ("taken_minor__lte", models.F("released_minor")),
                ),
                name="payouts_settlement_released",
            ),
        ),
        migrations.AddField(
            model_name="parcelrelease",
            name="parcel",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="release",
                to="vendors.parcel",
            ),
        ),
        migrations.AddField(
            model_name="parcelrelease",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parcels",
                to="payouts.settlement",
            ),
        ),
        migrations.AddField(
            model_name="parcelreleaseline",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="payouts.parcelrelease",
            ),
        ),
        migrations.AddField(
            model_name="parcelreleaseline",
            name="settlement_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parcel_lines",
                to="payouts.settlementline",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcelrelease",
            constraint=models.UniqueConstraint(
                fields=("settlement", "sequence"), name="payouts_parcel_sequence"
            ),
        ),
        migrations.AddConstraint(
            model_name="parcelrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("commission_minor__gte", 0), ("net_minor__gte", 0)),
                name="payouts_parcel_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcelreleaseline",
            constraint=models.UniqueConstraint(
                fields=("release", "settlement_line"), name="payouts_parcel_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="parcelreleaseline",
            constraint=models.CheckConstraint(
                condition=models.Q(("commission_minor__gte", 0), ("net_minor__gte", 0)),
                name="payouts_parcel_line_amounts",
            ),
        ),
        migrations.RunSQL(PARCEL_GUARDS, DROP_PARCEL_GUARDS),
    ]
