import django.db.models.deletion
import marketplace.db.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("basket", "0002_initial"),
        ("catalogue", "0003_fewer_indexes"),
        ("order", "0003_guest_orders_by_folded_email"),
        ("partner", "0002_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Promotion",
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
                        editable=False, max_length=40, prefix="pro", unique=True
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=24)),
                ("name", models.CharField(max_length=80)),
                (
                    "benefit",
                    models.CharField(
                        choices=[
                            ("percent", "Percentage"),
                            ("amount", "Amount"),
                            ("free_shipping", "Free delivery"),
                        ],
                        max_length=13,
                    ),
                ),
                ("bps", models.PositiveIntegerField(default=0)),
                ("amount_minor", models.BigIntegerField(default=0)),
                ("most_minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", marketplace.db.fields.CurrencyField(max_length=3)),
                ("min_spend_minor", models.BigIntegerField(default=0)),
                ("platform_bps", models.PositiveIntegerField(default=10000)),
                ("is_for_all", models.BooleanField(default=True)),
                ("is_first_order", models.BooleanField(default=False)),
                ("uses_total", models.PositiveIntegerField(blank=True, null=True)),
                ("uses_per_buyer", models.PositiveIntegerField(blank=True, null=True)),
                ("uses", models.PositiveIntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotions",
                        to="catalogue.category",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotions",
                        to="partner.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("code", ""), ("stopped_at__isnull", True)),
                        fields=["starts_at"],
                        name="campaigns_that_may_run",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="one_voucher_per_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("benefit", "percent"),
                                ("bps__gt", 0),
                                ("bps__lte", 10000),
                            ),
                            models.Q(("amount_minor__gt", 0), ("benefit", "amount")),
                            ("benefit", "free_shipping"),
                            _connector="OR",
                        ),
                        name="promotion_gives_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platform_bps__lte", 10000),
                            models.Q(
                                ("owner__isnull", True),
                                models.Q(("is_for_all", False), ("platform_bps", 0)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("is_for_all", False),
                                ("platform_bps", 10000),
                                _connector="OR",
                            ),
                        ),
                        name="promotion_payers_agree",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uses_total__isnull", True),
                            ("uses__lte", models.F("uses_total")),
                            _connector="OR",
                        ),
                        name="promotion_uses_within_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="promotion_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_spend_minor__gte", 0),
                            models.Q(
                                ("most_minor__isnull", True),
                                ("most_minor__gt", 0),
                                _connector="OR",
                            ),
                        ),
                        name="promotion_bounds_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BasketVoucher",
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
                ("entered_at", models.DateTimeField()),
                (
                    "basket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entered_vouchers",
                        to="basket.basket",
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="promotions.promotion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("basket", "promotion"), name="voucher_entered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionSeller",
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
                    "answer",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("accepted", "Takes part"),
                            ("declined", "Does not take part"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_answers",
                        to="partner.partner",
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sellers",
                        to="promotions.promotion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("promotion", "partner"), name="seller_asked_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
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
                ("currency", marketplace.db.fields.CurrencyField(max_length=3)),
                ("platform_minor", models.BigIntegerField()),
                ("vendor_minor", models.BigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="order.order",
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="promotions.promotion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("promotion", "order"), name="promotion_once_per_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platform_minor__gte", 0),
                            ("vendor_minor__gte", 0),
                            models.Q(
                                ("platform_minor", 0),
                                ("vendor_minor", 0),
                                _negated=True,
                            ),
                        ),
                        name="redemption_gives_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RedemptionShare",
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
                ("platform_minor", models.BigIntegerField()),
                ("vendor_minor", models.BigIntegerField()),
                (
                    "order_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_shares",
                        to="order.line",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partner.partner",
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="promotions.redemption",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("redemption", "partner", "order_line"),
                        name="share_once_per_line",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platform_minor__gte", 0),
                            ("vendor_minor__gte", 0),
                            models.Q(
                                ("platform_minor", 0),
                                ("vendor_minor", 0),
                                _negated=True,
                            ),
                        ),
                        name="share_gives_something",
                    ),
                ],
            },
        ),
    ]
