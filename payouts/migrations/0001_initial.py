import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import marketplace.db.fields
import marketplace.db.storage
import payouts.models.ledger
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("catalogue", "0003_fewer_indexes"),
        ("order", "0003_guest_orders_by_folded_email"),
        ("vendors", "0005_import_retry"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerAccount",
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
                ("code", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stripe_balance", "Balance at Stripe"),
                            ("bank", "Bank"),
                            ("disputed_funds", "Disputed funds"),
                            ("vendor_held", "Held for sellers"),
                            ("vendor_payable", "Due to sellers"),
                            ("vendor_reserve", "Reserve of sellers"),
                            ("commission_deferred", "Commission not yet earned"),
                            ("vat_on_commission", "VAT on commission"),
                            ("points_liability", "Points owed to buyers"),
                            ("customer_refund_due", "Refunds owed to buyers"),
                            ("commission_revenue", "Commission"),
                            ("processor_fees", "Payment fees"),
                            ("promo_expense", "Vouchers and promotions"),
                            ("points_expense", "Points given"),
                            ("dispute_fees", "Dispute fees"),
                            ("goodwill_expense", "Goodwill"),
                            ("bad_debt", "Bad debt"),
                            ("rounding", "Rounding"),
                            ("adjustments", "Adjustments of sellers"),
                            ("currency_conversion", "Exchanged by Stripe"),
                            ("exchange_difference", "Exchange differences"),
                        ],
                        max_length=24,
                    ),
                ),
                ("floor", models.BigIntegerField(null=True)),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "currency"), name="payouts_account_code"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "currency"), name="payouts_account_currency"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
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
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payouts.ledgeraccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True),
                        name="payouts_entry_not_zero",
                    )
                ],
            },
        ),
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
            name="BalanceTransactionMirror",
            fields=[
                (
                    "stripe_id",
                    models.CharField(max_length=255, primary_key=True, serialize=False),
                ),
                ("type", models.CharField(max_length=64)),
                ("reporting_category", models.CharField(max_length=64)),
                ("source", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("status", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField()),
                ("available_on", models.DateTimeField()),
                (
                    "matched_key",
                    models.CharField(blank=True, default="", max_length=120),
                ),
                ("mirrored_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["created_at"], name="payouts_mirror_created"),
                    models.Index(fields=["source"], name="payouts_mirror_source"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankBatch",
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
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "To be paid at the bank"),
                            ("confirmed", "Paid"),
                            ("cancelled", "Given up"),
                        ],
                        default="prepared",
                        max_length=9,
                    ),
                ),
                ("prepared_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("payees", models.JSONField(default=dict)),
                ("reference", models.CharField(blank=True, default="", max_length=140)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(
                                    ("decided_by", models.F("prepared_by")),
                                    _negated=True,
                                ),
                                models.Q(("reference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_batch_two_people",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankLine",
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
                ("booked_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, default="", max_length=140)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("source", models.CharField(max_length=255)),
                ("imported_at", models.DateTimeField()),
                (
                    "matched_key",
                    models.CharField(blank=True, default="", max_length=120),
                ),
                ("is_matched_by_hand", models.BooleanField(default=False)),
                ("set_aside_for", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("matched_key", ""), ("set_aside_for", "")),
                        fields=["booked_on"],
                        name="payouts_bank_line_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True),
                        name="payouts_bank_line_not_zero",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("matched_key", ""), _negated=True),
                        fields=("matched_key",),
                        name="payouts_bank_line_match_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("matched_key", ""), ("set_aside_for", ""), _connector="OR"
                        ),
                        name="payouts_bank_line_one_fate",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionList",
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
                ("number", models.PositiveIntegerField(null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("setup", "Being set up"),
                            ("draft", "Draft"),
                            ("asked", "Waits for the second person"),
                            ("published", "Published"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=9,
                    ),
                ),
                ("is_open", models.BooleanField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("in_force_from", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("is_alone", models.BooleanField(default=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="payouts.commissionlist",
                    ),
                ),
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
                    "editors",
                    models.ManyToManyField(
                        related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("is_open",),
                        name="payouts_list_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_open", True), ("state__in", ("draft", "asked"))
                            ),
                            models.Q(
                                ("is_open", False),
                                models.Q(
                                    ("state__in", ("draft", "asked")), _negated=True
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_list_open_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("in_force_from__isnull", False),
                                ("number__isnull", False),
                                ("published_at__isnull", False),
                                ("state", "published"),
                            ),
                            models.Q(
                                ("number__isnull", True),
                                models.Q(("state", "published"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_list_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__isnull", True),
                            ("number", 1),
                            ("in_force_from__gte", models.F("published_at")),
                            _connector="OR",
                        ),
                        name="payouts_list_never_backwards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "asked"), _negated=True),
                            ("asked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="payouts_list_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionPlan",
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
                ("key", models.BigIntegerField()),
                ("touched", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(max_length=120)),
                ("position", models.PositiveIntegerField()),
                ("is_enabled", models.BooleanField(default=True)),
                ("is_catch_all", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField(blank=True, null=True)),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("incl_tax", "Price including tax"),
                            ("excl_tax", "Price excluding tax"),
                        ],
                        default="incl_tax",
                        max_length=8,
                    ),
                ),
                ("include_shipping", models.BooleanField(default=True)),
                ("charge_vat", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plans",
                        to="payouts.commissionlist",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("list", "position"),
                        name="payouts_plan_position",
                    ),
                    models.UniqueConstraint(
                        fields=("list", "key"), name="payouts_plan_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_catch_all", True)),
                        fields=("list", "is_catch_all"),
                        name="payouts_plan_one_catch_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_catch_all", True),
                                ("is_enabled", True),
                                ("position", 1000000),
                                ("valid_from__isnull", True),
                                ("valid_to__isnull", True),
                            ),
                            models.Q(
                                ("is_catch_all", False), ("position__lt", 1000000)
                            ),
                            _connector="OR",
                        ),
                        name="payouts_plan_catch_all_last",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_from__lt", models.F("valid_to")),
                            _connector="OR",
                        ),
                        name="payouts_plan_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionCondition",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("vendor", "Seller"),
                            ("category", "Category and all below it"),
                            ("product", "Product"),
                            ("brand", "Brand"),
                            ("price", "Price of a piece"),
                            ("rank", "Rank of the seller"),
                            ("country", "Country of the seller"),
                        ],
                        max_length=8,
                    ),
                ),
                ("word", models.CharField(blank=True, default="", max_length=120)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("from_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("below_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalogue.category",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="payouts.commissionplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", True),
                                ("kind", "vendor"),
                                ("product__isnull", True),
                                ("vendor__isnull", False),
                                ("word", ""),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", False),
                                ("from_minor__isnull", True),
                                ("kind", "category"),
                                ("product__isnull", True),
                                ("vendor__isnull", True),
                                ("word", ""),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", True),
                                ("kind", "product"),
                                ("product__isnull", False),
                                ("vendor__isnull", True),
                                ("word", ""),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", True),
                                ("kind", "brand"),
                                ("product__isnull", True),
                                ("vendor__isnull", True),
                                models.Q(("word", ""), _negated=True),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", True),
                                ("kind", "rank"),
                                ("product__isnull", True),
                                ("vendor__isnull", True),
                                models.Q(("word", ""), _negated=True),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", True),
                                ("kind", "country"),
                                ("product__isnull", True),
                                ("vendor__isnull", True),
                                models.Q(("word", ""), _negated=True),
                                ("currency", ""),
                                ("below_minor__isnull", True),
                            ),
                            models.Q(
                                ("category__isnull", True),
                                ("from_minor__isnull", False),
                                ("kind", "price"),
                                ("product__isnull", True),
                                ("vendor__isnull", True),
                                ("word", ""),
                                models.Q(("currency", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_condition_names_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("below_minor__isnull", True),
                            ("below_minor__gt", models.F("from_minor")),
                            _connector="OR",
                        ),
                        name="payouts_condition_band",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "price"), _negated=True),
                        fields=(
                            "plan",
                            "kind",
                            "vendor",
                            "category",
                            "product",
                            "word",
                        ),
                        name="payouts_condition_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "price")),
                        fields=("plan", "currency"),
                        name="payouts_condition_one_band",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionReplay",
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
                ("revision", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("asked_of", models.DateTimeField()),
                ("requested_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("told_by_today", models.PositiveIntegerField(default=0)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payouts.commissionlist",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replays",
                        to="payouts.commissionlist",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("list",),
                        name="payouts_replay_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))),
                        name="payouts_replay_span",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="commissionlist",
            name="replay",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payouts.commissionreplay",
            ),
        ),
        migrations.CreateModel(
            name="CommissionReplayRow",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("all", "All"),
                            ("seller", "Seller"),
                            ("category", "Category"),
                            ("plan", "Plan"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.BigIntegerField(default=0)),
                ("label", models.CharField(blank=True, max_length=255)),
                ("currency", models.CharField(max_length=3)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("lines_before", models.PositiveIntegerField(default=0)),
                ("lines_changed", models.PositiveIntegerField(default=0)),
                ("gross_minor", models.BigIntegerField(default=0)),
                ("commission_before_minor", models.BigIntegerField(default=0)),
                ("commission_after_minor", models.BigIntegerField(default=0)),
                ("vat_before_minor", models.BigIntegerField(default=0)),
                ("vat_after_minor", models.BigIntegerField(default=0)),
                ("offers", models.PositiveIntegerField(default=0)),
                ("offers_changed", models.PositiveIntegerField(default=0)),
                (
                    "replay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="payouts.commissionreplay",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("replay", "kind", "key", "currency"),
                        name="payouts_replay_row_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionTerm",
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
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("bps", models.PositiveIntegerField()),
                ("fixed_minor", models.PositiveBigIntegerField(default=0)),
                ("min_minor", models.PositiveBigIntegerField(default=0)),
                ("max_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="payouts.commissionplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "currency"), name="payouts_term_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bps__lte", 10000)), name="payouts_term_bps"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_minor__isnull", True),
                            ("min_minor__lte", models.F("max_minor")),
                            _connector="OR",
                        ),
                        name="payouts_term_min_below_max",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("currency", ""), _negated=True),
                            models.Q(
                                ("fixed_minor", 0),
                                ("max_minor__isnull", True),
                                ("min_minor", 0),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_term_amounts_have_currency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
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
                        editable=False, max_length=40, prefix="dsp", unique=True
                    ),
                ),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("status", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("inquiry", "The bank asks"),
                            ("open", "Evidence is awaited"),
                            ("submitted", "The bank decides"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("closed", "Closed without loss"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(max_length=64)),
                ("due_by", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("synced_at", models.DateTimeField()),
                ("allocated_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(blank=True, default="")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("allocated_at__isnull", True)),
                        fields=["due_by"],
                        name="payouts_dispute_todo",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)),
                        name="payouts_dispute_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "inquiry",
                                    "open",
                                    "submitted",
                                    "won",
                                    "lost",
                                    "closed",
                                ],
                            )
                        ),
                        name="payouts_dispute_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisputeStatement",
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
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payouts.dispute",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocumentSeries",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("credit_note", "Credit note"),
                            ("commission_invoice", "Commission invoice"),
                            ("commission_credit_note", "Commission credit note"),
                        ],
                        max_length=22,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("prefix", models.CharField(max_length=60, unique=True)),
                ("last_sequence", models.PositiveIntegerField(default=0)),
                ("last_issued_at", models.DateTimeField(null=True)),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vendor", "kind", "year"),
                        name="payouts_series_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerBalance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="payouts.ledgeraccount",
                    ),
                ),
                ("sign", models.SmallIntegerField()),
                ("posted_minor", models.BigIntegerField(default=0)),
                ("floor", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor__isnull", True),
                            ("posted_minor__gte", models.F("floor")),
                            _connector="OR",
                        ),
                        name="payouts_balance_floor",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="statement_entry",
                        serialize=False,
                        to="payouts.ledgerentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerTransaction",
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
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("ref", models.JSONField(default=dict)),
                ("booked_at", models.DateTimeField()),
                (
                    "xid",
                    payouts.models.ledger.TransactionIdField(
                        db_default=models.Func(function="pg_current_xact_id")
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="payouts.ledgertransaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["booked_at"], name="payouts_txn_booked_at"),
                    models.Index(models.F("ref__order"), name="payouts_txn_order"),
                ],
            },
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="payouts.ledgertransaction",
            ),
        ),
        migrations.CreateModel(
            name="MatchRun",
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
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Could not be done"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("report", models.JSONField(default=list)),
                ("in_ledger", models.JSONField(default=list)),
                ("violations", models.JSONField(default=list)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-requested_at"], name="payouts_match_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("state",),
                        name="payouts_match_one_waits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MoneyCommand",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("open_session", "Open a payment page"),
                            ("expire_session", "Close a payment page"),
                            ("refund", "Refund a buyer"),
                            ("transfer", "Pay a seller"),
                            ("reversal", "Take a transfer back"),
                            ("open_account", "Open a seller's account"),
                            ("dispute_evidence", "Send evidence to the bank"),
                            ("dispute_concede", "Accept a dispute"),
                        ],
                        max_length=16,
                    ),
                ),
                ("natural_key", models.CharField(max_length=120, unique=True)),
                ("payload", models.JSONField()),
                ("idempotency_key", models.UUIDField(default=uuid.uuid4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sent", "Sent"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("ambiguous", "Answer unknown"),
                            ("held", "Held back"),
                            ("withdrawn", "Given up"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("first_sent_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("stripe_id", models.CharField(max_length=255, null=True)),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["pending", "sent", "ambiguous"])
                        ),
                        fields=["due_at"],
                        name="payouts_command_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")),
                        fields=["created_at"],
                        name="payouts_command_failed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "stripe_id"), name="payouts_command_stripe_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DisputeEvidence",
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
                ("texts", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sending", "On its way"),
                            ("sent", "With the bank"),
                            ("refused", "Refused by Stripe"),
                        ],
                        default="draft",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("failure", models.TextField(blank=True, default="")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="payouts.dispute",
                    ),
                ),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="payouts.moneycommand",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentAttempt",
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
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Being prepared"),
                            ("open", "Waiting for the buyer"),
                            ("succeeded", "Paid"),
                            ("expired", "Expired"),
                            ("failed", "Failed"),
                            ("returned", "Paid too late, given back"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("transfer_group", models.CharField(max_length=64)),
                (
                    "session_id",
                    models.CharField(max_length=255, null=True, unique=True),
                ),
                ("session_url", models.TextField(blank=True, default="")),
                (
                    "payment_intent_id",
                    models.CharField(max_length=255, null=True, unique=True),
                ),
                ("charge_id", models.CharField(max_length=255, null=True, unique=True)),
                (
                    "balance_transaction_id",
                    models.CharField(blank=True, default="", max_length=255),
                ),
                ("fee_minor", models.BigIntegerField(null=True)),
                ("available_on", models.DateTimeField(null=True)),
                (
                    "settled_currency",
                    models.CharField(blank=True, default="", max_length=3),
                ),
                ("settled_minor", models.BigIntegerField(null=True)),
                (
                    "exchange_rate",
                    models.CharField(blank=True, default="", max_length=32),
                ),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment",
                        to="payouts.moneycommand",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_attempts",
                        to="order.order",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["requested", "open"])),
                        fields=["expires_at"],
                        name="payouts_payment_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "succeeded")),
                        fields=("order",),
                        name="payouts_payment_one_success",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gte", 0),
                            ("refunded_minor__gte", 0),
                            ("refunded_minor__lte", models.F("amount_minor")),
                        ),
                        name="payouts_payment_refunds",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="dispute",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="payouts.paymentattempt",
            ),
        ),
        migrations.CreateModel(
            name="PayoutRun",
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
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waits for approval"),
                            ("approved", "Waits for a second person"),
                            ("executed", "Executed"),
                            ("cancelled", "Given up"),
                        ],
                        default="prepared",
                        max_length=9,
                    ),
                ),
                ("prepared_at", models.DateTimeField()),
                ("first_at", models.DateTimeField(null=True)),
                ("second_at", models.DateTimeField(null=True)),
                (
                    "first_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(
                                ("first_by__isnull", False),
                                models.Q(
                                    ("second_by", models.F("first_by")), _negated=True
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_run_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "executed"), _negated=True),
                            ("second_at__isnull", False),
                            _connector="OR",
                        ),
                        name="payouts_run_approved",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["prepared", "approved"])),
                        fields=("currency",),
                        name="payouts_run_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutRunItem",
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
                ("due_minor", models.BigIntegerField()),
                ("held_minor", models.BigIntegerField()),
                ("usual_minor", models.BigIntegerField(default=0)),
                ("obstacle", models.CharField(blank=True, default="", max_length=12)),
                ("is_included", models.BooleanField()),
                ("paid_minor", models.BigIntegerField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="payouts.payoutrun",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "vendor"), name="payouts_run_item_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_included", False),
                            models.Q(("due_minor__gt", 0), ("obstacle", "")),
                            _connector="OR",
                        ),
                        name="payouts_run_item_payable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_minor__isnull", True),
                            models.Q(
                                ("paid_minor__gte", 0),
                                ("paid_minor__lte", models.F("due_minor")),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_run_item_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundRequest",
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
                ("token", models.CharField(max_length=120, unique=True)),
                ("reason", models.TextField()),
                (
                    "bearer",
                    models.CharField(
                        choices=[("vendor", "Seller"), ("platform", "Platform")],
                        max_length=8,
                    ),
                ),
                ("is_orphan", models.BooleanField(default=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for here"),
                            ("stripe", "Made at Stripe"),
                            ("allocation", "Allocated to sellers"),
                            ("dispute", "Taken by the bank"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("refunding", "On its way"),
                            ("refunded", "Refunded"),
                            ("refund_failed", "Refund failed"),
                            ("refused", "Refused by Stripe"),
                        ],
                        default="requested",
                        max_length=13,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("cash_minor", models.BigIntegerField()),
                ("again_minor", models.BigIntegerField(default=0)),
                ("repaid_minor", models.BigIntegerField(default=0)),
                ("after_release_minor", models.BigIntegerField(default=0)),
                ("stripe_id", models.CharField(max_length=255, null=True, unique=True)),
                (
                    "pending_reason",
                    models.CharField(blank=True, default="", max_length=64),
                ),
                ("failure", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "allocates",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund",
                        to="payouts.moneycommand",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_requests",
                        to="order.order",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payouts.paymentattempt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cash_minor__gte", 0)),
                        name="payouts_refund_cash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("again_minor__gte", 0),
                            ("again_minor__lte", models.F("cash_minor")),
                            ("repaid_minor__gte", 0),
                            ("repaid_minor__lte", models.F("again_minor")),
                        ),
                        name="payouts_refund_again",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundRepayment",
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
                ("method", models.CharField(max_length=80)),
                ("reference", models.CharField(max_length=140)),
                ("amount_minor", models.BigIntegerField()),
                ("repaid_at", models.DateTimeField()),
                (
                    "repaid_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment",
                        to="payouts.refundrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)),
                        name="payouts_repayment_amount",
                    )
                ],
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reserve_policies",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("vendor",),
                        name="payouts_reserve_policy_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bps__gt", 0),
                            ("bps__lte", 5000),
                            ("days__gt", 0),
                            ("days__lte", 180),
                        ),
                        name="payouts_reserve_policy_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="payouts_reserve_policy_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
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
                ("gross_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("vendor_discount_minor", models.BigIntegerField()),
                ("platform_discount_minor", models.BigIntegerField()),
                ("points_minor", models.BigIntegerField()),
                ("cash_minor", models.BigIntegerField()),
                ("commission_minor", models.BigIntegerField()),
                ("commission_vat_minor", models.BigIntegerField()),
                ("refunded_gross_minor", models.BigIntegerField(default=0)),
                ("refunded_cash_minor", models.BigIntegerField(default=0)),
                ("refunded_points_minor", models.BigIntegerField(default=0)),
                ("reversed_net_minor", models.BigIntegerField(default=0)),
                ("commission_back_minor", models.BigIntegerField(default=0)),
                ("vat_back_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("shipping_minor", models.BigIntegerField()),
                ("payable_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unpaid", "Not paid yet"),
                            ("held", "Held until delivery"),
                            ("frozen", "Frozen"),
                            ("released", "Released"),
                            ("transferring", "Being paid out"),
                            ("transferred", "Paid out"),
                            ("partially_reversed", "Partly taken back"),
                            ("reversed", "Taken back"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="unpaid",
                        max_length=20,
                    ),
                ),
                ("processing_fee_minor", models.BigIntegerField(default=0)),
                ("refunds_in_flight", models.PositiveSmallIntegerField(default=0)),
                ("is_split", models.BooleanField(default=False)),
                ("released_minor", models.BigIntegerField(default=0)),
                ("taken_minor", models.BigIntegerField(default=0)),
                ("release_days", models.PositiveSmallIntegerField(null=True)),
                ("alerted_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("shipped_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("release_after", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("transferred_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="order.order",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "vendor_order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement",
                        to="vendors.vendororder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["release_after"],
                        name="payouts_settlement_due",
                    ),
                    models.Index(
                        fields=["vendor", "-created_at"],
                        name="payouts_settlement_vendor",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["held", "frozen"])),
                        fields=["paid_at"],
                        name="payouts_settlement_held",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(
                                ("released_minor__gt", 0),
                                ("state__in", ["held", "frozen"]),
                            ),
                            ("state", "released"),
                            _connector="OR",
                        ),
                        fields=["vendor"],
                        name="payouts_settlement_unsent",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "vendor"), name="payouts_settlement_per_vendor"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "payable_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("gross_minor"),
                                        "-",
                                        models.F("commission_minor"),
                                    ),
                                    "-",
                                    models.F("commission_vat_minor"),
                                ),
                            ),
                            ("payable_minor__gte", 0),
                        ),
                        name="payouts_settlement_payable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cash_minor"),
                                    "+",
                                    models.F("platform_discount_minor"),
                                ),
                            )
                        ),
                        name="payouts_settlement_funding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refunded_cash_minor__lte", models.F("cash_minor")),
                            (
                                "refunded_gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("reversed_net_minor"),
                                        "+",
                                        models.F("commission_back_minor"),
                                    ),
                                    "+",
                                    models.F("vat_back_minor"),
                                ),
                            ),
                            ("reversed_net_minor__gte", 0),
                            ("reversed_net_minor__lte", models.F("payable_minor")),
                        ),
                        name="payouts_settlement_refunds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_minor__gte", 0),
                            ("released_minor__lte", models.F("payable_minor")),
                            ("taken_minor__gte", 0),
                            ("taken_minor__lte", models.F("released_minor")),
                        ),
                        name="payouts_settlement_released",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingDocument",
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
                ("natural_key", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("credit_note", "Credit note"),
                            ("commission_invoice", "Commission invoice"),
                            ("commission_credit_note", "Commission credit note"),
                        ],
                        max_length=22,
                    ),
                ),
                ("month", models.CharField(blank=True, default="", max_length=7)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("wanted_at", models.DateTimeField()),
                (
                    "lacks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        default=list,
                        size=None,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lacks", [])),
                        fields=["kind", "id"],
                        name="payouts_pending_due",
                    ),
                    models.Index(
                        condition=models.Q(("lacks", []), _negated=True),
                        fields=["vendor"],
                        name="payouts_pending_blocked",
                    ),
                ],
            },
        ),
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
                (
                    "parcel",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release",
                        to="vendors.parcel",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parcels",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("settlement", "sequence"),
                        name="payouts_parcel_sequence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_minor__gte", 0), ("net_minor__gte", 0)
                        ),
                        name="payouts_parcel_amounts",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="settlement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="payouts.settlement",
            ),
        ),
        migrations.CreateModel(
            name="Document",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("credit_note", "Credit note"),
                            ("commission_invoice", "Commission invoice"),
                            ("commission_credit_note", "Commission credit note"),
                        ],
                        max_length=22,
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=72, unique=True)),
                ("natural_key", models.CharField(max_length=120, unique=True)),
                ("month", models.CharField(blank=True, default="", max_length=7)),
                ("currency", models.CharField(max_length=3)),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("template_version", models.PositiveSmallIntegerField()),
                ("content", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="payouts.document",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="payouts.documentseries",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["vendor", "-issued_at"], name="payouts_document_vendor"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "sequence"), name="payouts_document_sequence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_minor"), "+", models.F("tax_minor")
                                ),
                            ),
                            ("gross_minor__gte", 0),
                        ),
                        name="payouts_document_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "invoice"), ("settlement__isnull", False)
                            ),
                            models.Q(
                                ("corrects__isnull", False),
                                ("kind", "credit_note"),
                                ("refund__isnull", False),
                                ("settlement__isnull", False),
                            ),
                            models.Q(
                                (
                                    "kind__in",
                                    ("commission_invoice", "commission_credit_note"),
                                ),
                                ("settlement", None),
                                models.Q(("month", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_document_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisputeAllocation",
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
                    "bearer",
                    models.CharField(
                        choices=[("vendor", "Seller"), ("platform", "Platform")],
                        max_length=8,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="payouts.dispute",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispute_allocation",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispute_allocations",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dispute", "settlement"),
                        name="payouts_allocation_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gte", 0), ("fee_minor__gte", 0)
                        ),
                        name="payouts_allocation_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settlement__isnull", False),
                            models.Q(("bearer", "platform"), ("fee_minor", 0)),
                            _connector="OR",
                        ),
                        name="payouts_allocation_bearer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
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
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fine", "Fine"),
                            ("credit", "Credit"),
                            ("write_off", "Debt written off"),
                            ("reversal", "Taken back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.TextField()),
                ("token", models.CharField(max_length=80, unique=True)),
                ("needs_second", models.BooleanField()),
                ("requested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waits for a second person"),
                            ("booked", "Booked"),
                            ("refused", "Refused"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("refusal", models.TextField(blank=True, default="")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="payouts.adjustment",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["vendor", "-requested_at"],
                        name="payouts_adjustment_vendor",
                    ),
                    models.Index(
                        condition=models.Q(("state", "requested")),
                        fields=["requested_at"],
                        name="payouts_adjustment_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("reverses",),
                        name="payouts_adjustment_taken_back_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_minor__lt", 0), ("kind", "fine")),
                            models.Q(
                                ("amount_minor__gt", 0),
                                ("kind__in", ["credit", "write_off"]),
                            ),
                            models.Q(
                                ("kind", "reversal"),
                                ("reverses__isnull", False),
                                models.Q(("amount_minor", 0), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_adjustment_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("state", "requested")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["booked", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_adjustment_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "booked"), _negated=True),
                            ("needs_second", False),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(
                                    ("decided_by", models.F("requested_by")),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_adjustment_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SettlementHold",
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
                ("key", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["settlement"],
                        name="payouts_hold_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("settlement", "key"), name="payouts_hold_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
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
                ("gross_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("vendor_discount_minor", models.BigIntegerField()),
                ("platform_discount_minor", models.BigIntegerField()),
                ("points_minor", models.BigIntegerField()),
                ("cash_minor", models.BigIntegerField()),
                ("commission_minor", models.BigIntegerField()),
                ("commission_vat_minor", models.BigIntegerField()),
                ("refunded_gross_minor", models.BigIntegerField(default=0)),
                ("refunded_cash_minor", models.BigIntegerField(default=0)),
                ("refunded_points_minor", models.BigIntegerField(default=0)),
                ("reversed_net_minor", models.BigIntegerField(default=0)),
                ("commission_back_minor", models.BigIntegerField(default=0)),
                ("vat_back_minor", models.BigIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[("item", "Item"), ("shipping", "Shipping")],
                        max_length=8,
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("plan_id", models.BigIntegerField()),
                ("plan_version", models.PositiveIntegerField()),
                ("plan_snapshot", models.JSONField()),
                (
                    "oscar_line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement_line",
                        to="order.line",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payouts.settlement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cash_minor__gte", 0),
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cash_minor"),
                                    "+",
                                    models.F("platform_discount_minor"),
                                ),
                            ),
                            ("points_minor__gte", 0),
                            ("points_minor__lte", models.F("platform_discount_minor")),
                        ),
                        name="payouts_line_funding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_minor__gte", 0),
                            ("commission_vat_minor__gte", 0),
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("net_minor"),
                                        "+",
                                        models.F("commission_minor"),
                                    ),
                                    "+",
                                    models.F("commission_vat_minor"),
                                ),
                            ),
                            ("net_minor__gte", 0),
                        ),
                        name="payouts_line_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_back_minor__gte", 0),
                            (
                                "commission_back_minor__lte",
                                models.F("commission_minor"),
                            ),
                            ("refunded_cash_minor__gte", 0),
                            ("refunded_cash_minor__lte", models.F("cash_minor")),
                            (
                                "refunded_gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("reversed_net_minor"),
                                        "+",
                                        models.F("commission_back_minor"),
                                    ),
                                    "+",
                                    models.F("vat_back_minor"),
                                ),
                            ),
                            ("refunded_gross_minor__gte", 0),
                            ("refunded_gross_minor__lte", models.F("gross_minor")),
                            ("refunded_points_minor__gte", 0),
                            ("refunded_points_minor__lte", models.F("points_minor")),
                            ("reversed_net_minor__gte", 0),
                            ("reversed_net_minor__lte", models.F("net_minor")),
                            ("vat_back_minor__gte", 0),
                            ("vat_back_minor__lte", models.F("commission_vat_minor")),
                        ),
                        name="payouts_line_refunds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundLine",
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
                ("gross_minor", models.BigIntegerField()),
                ("cash_minor", models.BigIntegerField()),
                ("promo_back_minor", models.BigIntegerField()),
                ("points_back_minor", models.BigIntegerField()),
                ("commission_back_minor", models.BigIntegerField()),
                ("vat_back_minor", models.BigIntegerField()),
                ("vendor_minor", models.BigIntegerField()),
                ("held_vendor_minor", models.BigIntegerField(default=0)),
                ("held_commission_minor", models.BigIntegerField(default=0)),
                ("kept_commission_minor", models.BigIntegerField(default=0)),
                ("kept_vat_minor", models.BigIntegerField(default=0)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "settlement_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_lines",
                        to="payouts.settlementline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "settlement_line"),
                        name="payouts_refund_line_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cash_minor__gte", 0),
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("cash_minor"),
                                        "+",
                                        models.F("promo_back_minor"),
                                    ),
                                    "+",
                                    models.F("points_back_minor"),
                                ),
                            ),
                            ("gross_minor__gt", 0),
                            ("points_back_minor__gte", 0),
                            ("promo_back_minor__gte", 0),
                        ),
                        name="payouts_refund_line_funding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_back_minor__gte", 0),
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("vendor_minor"),
                                        "+",
                                        models.F("commission_back_minor"),
                                    ),
                                    "+",
                                    models.F("vat_back_minor"),
                                ),
                            ),
                            ("vat_back_minor__gte", 0),
                            ("vendor_minor__gte", 0),
                        ),
                        name="payouts_refund_line_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_commission_minor__gte", 0),
                            (
                                "held_commission_minor__lte",
                                models.F("commission_back_minor"),
                            ),
                            ("held_vendor_minor__gte", 0),
                            ("held_vendor_minor__lte", models.F("vendor_minor")),
                        ),
                        name="payouts_refund_line_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kept_commission_minor__gte", 0),
                            (
                                "kept_commission_minor__lte",
                                models.F("commission_back_minor"),
                            ),
                            ("kept_vat_minor__gte", 0),
                            ("kept_vat_minor__lte", models.F("vat_back_minor")),
                        ),
                        name="payouts_refund_line_kept",
                    ),
                ],
            },
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
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payouts.parcelrelease",
                    ),
                ),
                (
                    "settlement_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parcel_lines",
                        to="payouts.settlementline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "settlement_line"),
                        name="payouts_parcel_line_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_minor__gte", 0), ("net_minor__gte", 0)
                        ),
                        name="payouts_parcel_line_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementKey",
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
                ("key_id", models.CharField(max_length=20, unique=True)),
                ("algorithm", models.CharField(default="ed25519", max_length=10)),
                ("public_key", models.CharField(max_length=64, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="payouts_key_dates",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("algorithm",),
                        name="payouts_key_one_signs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
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
                ("currency", models.CharField(max_length=3)),
                ("period", models.CharField(max_length=7)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField()),
                ("opening_held_minor", models.BigIntegerField()),
                ("opening_due_minor", models.BigIntegerField()),
                ("opening_reserve_minor", models.BigIntegerField()),
                ("closing_held_minor", models.BigIntegerField()),
                ("closing_due_minor", models.BigIntegerField()),
                ("closing_reserve_minor", models.BigIntegerField()),
                ("movements", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=88)),
                ("sheet", models.BinaryField()),
                (
                    "previous",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="payouts.statement",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payouts.statementkey",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["vendor", "currency", "-ends_at"],
                        name="payouts_statement_months",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vendor", "currency", "period"),
                        name="payouts_statement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_at__gte", models.F("ends_at"))),
                        name="payouts_statement_closed_after_its_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementPicture",
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
                    "file",
                    models.FileField(
                        storage=marketplace.db.storage.private_storage,
                        upload_to="disputes/",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to="payouts.disputestatement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                (
                    "event_id",
                    models.CharField(max_length=255, primary_key=True, serialize=False),
                ),
                ("endpoint", models.CharField(max_length=8)),
                ("account", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(max_length=128)),
                ("object_id", models.CharField(blank=True, default="", max_length=255)),
                (
                    "api_version",
                    models.CharField(blank=True, default="", max_length=64),
                ),
                ("is_live", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("payload", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("is_parked", models.BooleanField(default=False)),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("is_parked", False), ("processed_at__isnull", True)
                        ),
                        fields=["due_at"],
                        name="payouts_event_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VendorPayout",
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
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("status", models.CharField(max_length=32)),
                ("is_automatic", models.BooleanField()),
                ("arrival_date", models.DateTimeField()),
                (
                    "failure_code",
                    models.CharField(blank=True, default="", max_length=64),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["vendor", "-created_at"], name="payouts_payout_vendor"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VendorPayoutAccount",
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
                    "stripe_account_id",
                    models.CharField(max_length=255, null=True, unique=True),
                ),
                ("country", models.CharField(max_length=2)),
                ("email", models.EmailField(max_length=254)),
                ("currency", models.CharField(max_length=3)),
                ("recipient_status", models.CharField(default="none", max_length=32)),
                ("requirements", models.JSONField(default=list)),
                ("payout_interval", models.CharField(default="daily", max_length=16)),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("stripe", "Stripe"),
                            ("bank", "Bank transfer by hand"),
                        ],
                        default="stripe",
                        max_length=6,
                    ),
                ),
                (
                    "bank_holder",
                    models.CharField(blank=True, default="", max_length=70),
                ),
                ("iban", models.CharField(blank=True, default="", max_length=34)),
                ("bic", models.CharField(blank=True, default="", max_length=11)),
                ("stripe_balances", models.JSONField(default=dict)),
                ("is_paid_in_the_red", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("synced_at", models.DateTimeField(null=True)),
                (
                    "vendor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_account",
                        to="vendors.vendor",
                    ),
                ),
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
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reserves",
                        to="payouts.reservepolicy",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reserves",
                        to="payouts.settlement",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["release_after"],
                        name="payouts_reserve_due",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["vendor"],
                        name="payouts_reserve_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("settlement", "sequence"), name="payouts_reserve_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drawn_minor__gte", 0),
                            ("released_minor__gte", 0),
                            ("withheld_minor__gt", 0),
                            (
                                "withheld_minor__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("drawn_minor"),
                                    "+",
                                    models.F("released_minor"),
                                ),
                            ),
                        ),
                        name="payouts_reserve_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None),
                                (
                                    "withheld_minor__gt",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("drawn_minor"),
                                        "+",
                                        models.F("released_minor"),
                                    ),
                                ),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                (
                                    "withheld_minor",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("drawn_minor"),
                                        "+",
                                        models.F("released_minor"),
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payouts_reserve_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VendorTransfer",
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
                (
                    "funding",
                    models.CharField(
                        choices=[
                            ("charge", "The buyer's payment"),
                            ("balance", "The platform's balance"),
                            ("bank", "The platform's bank"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "source_charge",
                    models.CharField(blank=True, default="", max_length=255),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("reversed_minor", models.BigIntegerField(default=0)),
                ("sent_currency", models.CharField(max_length=3)),
                ("sent_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("withdrawn", "Given up"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                ("stripe_id", models.CharField(max_length=255, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="payouts.bankbatch",
                    ),
                ),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer",
                        to="payouts.moneycommand",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="payouts.payoutrun",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="payouts.settlement",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["requested", "failed"])),
                        fields=["vendor"],
                        name="payouts_transfer_open",
                    ),
                    models.Index(
                        condition=models.Q(("settlement__isnull", True)),
                        fields=["vendor", "currency", "sequence"],
                        name="payouts_transfer_of_seller",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("settlement", "sequence"),
                        name="payouts_transfer_sequence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("reversed_minor__gte", 0),
                            ("reversed_minor__lte", models.F("amount_minor")),
                            ("sent_minor__gt", 0),
                        ),
                        name="payouts_transfer_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferReversal",
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
                ("amount_minor", models.BigIntegerField()),
                ("sent_minor", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("withdrawn", "Given up"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                ("stripe_id", models.CharField(max_length=255, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="payouts.moneycommand",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="payouts.refundrequest",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="payouts.vendortransfer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state", "requested"),
                            models.Q(("command__isnull", True), ("state", "failed")),
                            _connector="OR",
                        ),
                        fields=["transfer"],
                        name="payouts_reversal_coming",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transfer", "refund"), name="payouts_reversal_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)),
                        name="payouts_reversal_amount",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="statemententry",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="payouts.statement",
            ),
        ),
    ]
