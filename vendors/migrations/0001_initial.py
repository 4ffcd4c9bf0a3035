import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import marketplace.db.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("catalogue", "0002_initial"),
        ("order", "0001_initial"),
        ("partner", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Vendor",
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
                        editable=False, max_length=40, prefix="sel", unique=True
                    ),
                ),
                ("handle", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applying", "Applying"),
                            ("open", "Open"),
                            ("suspended", "Suspended"),
                            ("closed", "Closed"),
                        ],
                        db_index=True,
                        default="applying",
                        max_length=10,
                    ),
                ),
                ("legal_name", models.CharField(blank=True, max_length=120)),
                ("legal_form", models.CharField(blank=True, max_length=40)),
                ("registration_number", models.CharField(blank=True, max_length=40)),
                ("vat_number", models.CharField(blank=True, max_length=20)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("postcode", models.CharField(blank=True, max_length=12)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("country", marketplace.db.fields.CountryField(max_length=2)),
                ("contact_name", models.CharField(blank=True, max_length=120)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("contact_phone", models.CharField(blank=True, max_length=30)),
                ("tagline", models.CharField(blank=True, max_length=120)),
                ("about", models.TextField(blank=True)),
                ("returns_policy", models.TextField(blank=True)),
                (
                    "founded_year",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                ("banner", models.FileField(blank=True, upload_to="banners/")),
                ("wants_acceptance", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vendor",
                        to="partner.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Application",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not sent yet"),
                            ("submitted", "Waiting for a decision"),
                            ("more_wanted", "More information wanted"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("sells", models.TextField(blank=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "categories",
                    models.ManyToManyField(blank=True, to="catalogue.category"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="application",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
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
                        editable=False, max_length=40, prefix="tok", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), size=None
                    ),
                ),
                ("hint", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VendorOrder",
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
                        editable=False, max_length=40, prefix="vor", unique=True
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting_payment", "Awaiting payment"),
                            ("to_ship", "To ship"),
                            ("partly_shipped", "Partly shipped"),
                            ("shipped", "On the way"),
                            ("delivered", "Delivered"),
                            ("received", "Received"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="awaiting_payment",
                        max_length=16,
                    ),
                ),
                ("currency", marketplace.db.fields.CurrencyField(max_length=3)),
                ("items_minor", models.PositiveBigIntegerField()),
                ("shipping_minor", models.PositiveBigIntegerField()),
                ("shipping_code", models.CharField(max_length=40)),
                ("shipping_name", models.CharField(max_length=60)),
                ("carrier_code", models.CharField(blank=True, max_length=50)),
                ("deliver_from", models.DateField(blank=True, null=True)),
                ("deliver_until", models.DateField(blank=True, null=True)),
                ("placed_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("ship_by", models.DateTimeField(blank=True, null=True)),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                ("shipped_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("received_by_timer", models.BooleanField(default=False)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("buyer", "Buyer"),
                            ("seller", "Seller"),
                            ("platform", "Comptoir"),
                            ("timer", "Not shipped in time"),
                            ("payment", "Not paid"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cancel_reason", models.TextField(blank=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vendor_orders",
                        to="order.order",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["vendor", "state", "ship_by"], name="order_desk"
                    ),
                    models.Index(
                        fields=["vendor", "-placed_at"], name="orders_of_seller"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["to_ship", "partly_shipped"])
                        ),
                        fields=["ship_by"],
                        name="orders_due_to_ship",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["shipped", "delivered"])),
                        fields=["state", "shipped_at"],
                        name="orders_on_the_way",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "vendor"), name="one_part_per_seller"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Parcel",
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
                        editable=False, max_length=40, prefix="par", unique=True
                    ),
                ),
                ("carrier_code", models.CharField(max_length=50)),
                ("carrier_name", models.CharField(max_length=60)),
                ("tracking_number", models.CharField(blank=True, max_length=60)),
                ("tracking_url", models.CharField(blank=True, max_length=400)),
                ("shipped_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "vendor_order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parcels",
                        to="vendors.vendororder",
                    ),
                ),
            ],
            options={
                "ordering": ["shipped_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="VendorOrderLine",
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
                ("shipped_quantity", models.PositiveIntegerField(default=0)),
                ("cancelled_quantity", models.PositiveIntegerField(default=0)),
                (
                    "order_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fulfilment",
                        to="order.line",
                    ),
                ),
                (
                    "vendor_order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="vendors.vendororder",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("shipped_quantity"),
                                    "+",
                                    models.F("cancelled_quantity"),
                                ),
                            )
                        ),
                        name="ship_no_more_than_ordered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelLine",
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
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="vendors.parcel",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parcel_lines",
                        to="vendors.vendororderline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parcel", "line"), name="line_once_in_parcel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="parcel_line_holds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "vendor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="vendors.vendor",
                    ),
                ),
                ("orders", models.PositiveIntegerField(default=0)),
                ("shipped", models.PositiveIntegerField(default=0)),
                ("shipped_late", models.PositiveIntegerField(default=0)),
                ("cancelled_by_seller", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("problems", models.PositiveIntegerField(default=0)),
                ("note_sum", models.PositiveIntegerField(default=0)),
                ("note_count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("note_sum__gte", models.F("note_count")),
                            (
                                "note_sum__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(5), "*", models.F("note_count")
                                ),
                            ),
                        ),
                        name="notes_between_one_and_five",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("orders", "Orders"),
                            ("catalogue", "Catalogue"),
                            ("finance", "Finance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "vendor"), name="one_role_per_shop"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "owner")),
                        fields=("vendor",),
                        name="one_owner_per_shop",
                    ),
                ],
            },
        ),
    ]
