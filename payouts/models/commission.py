"""Commission plans: an ordered list of which the first match wins."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

CATCH_ALL_POSITION = 1_000_000


def _person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )


class CommissionBase(models.TextChoices):
    INCL_TAX = "incl_tax", _("Price including tax")
    EXCL_TAX = "excl_tax", _("Price excluding tax")


class ConditionKind(models.TextChoices):
    VENDOR = "vendor", _("Seller")
    CATEGORY = "category", _("Category and all below it")
    PRODUCT = "product", _("Product")
    BRAND = "brand", _("Brand")
    PRICE = "price", _("Price of a piece")
    RANK = "rank", _("Rank of the seller")
    COUNTRY = "country", _("Country of the seller")


class ListState(models.TextChoices):
    # Exists only inside the transaction that sets a market up.
    SETUP = "setup", _("Being set up")
    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Waits for the second person")
    PUBLISHED = "published", _("Published")
    DROPPED = "dropped", _("Dropped")


OPEN_LISTS = (ListState.DRAFT, ListState.ASKED)


class CommissionList(models.Model):
    """All plans in their order, as a draft or as published from a moment on.

    Published lists are numbered without gaps, each begins no earlier than the one
    before it, and none is ever changed: what was sold can be priced again by the list
    of its day.
    """

    number = models.PositiveIntegerField(null=True, unique=True)
    state = models.CharField(max_length=9, choices=ListState)
    is_open = models.BooleanField()
    # The published list that a draft was copied from.
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    revision = models.PositiveIntegerField(default=1)
    in_force_from = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    # The revision that the words were last read beside.
    note_revision = models.PositiveIntegerField(null=True)
    # Why sellers who pay more are told later than they ought to be.
    short_notice = models.TextField(blank=True, default="")
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField()
    created_by = _person()
    asked_at = models.DateTimeField(null=True)
    asked_by = _person()
    published_at = models.DateTimeField(null=True)
    published_by = _person()
    # Nobody else could: the one who wrote it published it a day later.
    is_alone = models.BooleanField(default=False)
    replay = models.ForeignKey(
        "payouts.CommissionReplay", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_open"],
                condition=Q(is_open=True),
                name="payouts_list_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, state__in=OPEN_LISTS)
                | (Q(is_open=False) & ~Q(state__in=OPEN_LISTS)),
                name="payouts_list_open_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ListState.PUBLISHED,
                    number__isnull=False,
                    in_force_from__isnull=False,
                    published_at__isnull=False,
                )
                | (Q(number__isnull=True) & ~Q(state=ListState.PUBLISHED)),
                name="payouts_list_published",
            ),
            # Nothing is published backwards; the first list has always been there.
            models.CheckConstraint(
                condition=Q(number__isnull=True)
                | Q(number=1)
                | Q(in_force_from__gte=F("published_at")),
                name="payouts_list_never_backwards",
            ),
            models.CheckConstraint(
                condition=~Q(state=ListState.ASKED) | Q(asked_at__isnull=False),
                name="payouts_list_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"List {self.number}" if self.number else f"Draft {self.pk}"


class CommissionPlan(models.Model):
    """A plan of one list. `key` is the plan through all lists, and so on sold lines.

    `touched` is the revision of the draft that wrote it last.
    """

    list = models.ForeignKey(CommissionList, models.CASCADE, related_name="plans")
    key = models.BigIntegerField()
    touched = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField()
    is_enabled = models.BooleanField(default=True)
    is_catch_all = models.BooleanField(default=False)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    base = models.CharField(
        max_length=8, choices=CommissionBase, default=CommissionBase.INCL_TAX
    )
    include_shipping = models.BooleanField(default=True)
    charge_vat = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "position"],
                name="payouts_plan_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["list", "key"], name="payouts_plan_key"),
            models.UniqueConstraint(
                fields=["list", "is_catch_all"],
                condition=Q(is_catch_all=True),
                name="payouts_plan_one_catch_all",
            ),
            # The catch-all is pinned last, always on, and has no dates.
            models.CheckConstraint(
                condition=Q(
                    is_catch_all=True,
                    position=CATCH_ALL_POSITION,
                    is_enabled=True,
                    valid_from__isnull=True,
                    valid_to__isnull=True,
                )
                | Q(is_catch_all=False, position__lt=CATCH_ALL_POSITION),
                name="payouts_plan_catch_all_last",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lt=F("valid_to")),
                name="payouts_plan_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name


_COLUMNS = ("vendor", "category", "product", "from_minor")
_TEXTS = ("word", "currency")


def _names(kind: ConditionKind, column: str) -> Q:
    """Say that a row of a kind fills the column of that kind and no other."""
    filled = {f"{name}__isnull": name != column for name in _COLUMNS}
    named = Q(kind=kind, **filled)
    wanted = {"from_minor": "currency"}.get(column, column)
    for text in _TEXTS:
        named &= ~Q(**{text: ""}) if text == wanted else Q(**{text: ""})
    if column != "from_minor":
        named &= Q(below_minor__isnull=True)
    return named


class CommissionCondition(models.Model):
    """One value of a condition: kinds are joined by AND, values of a kind by OR.

    What it names may be deleted and is named all the same: a condition that was lost
    would widen its plan in silence.
    """

    plan = models.ForeignKey(CommissionPlan, models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=8, choices=ConditionKind)
    vendor = models.ForeignKey(
        "vendors.Vendor",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    category = models.ForeignKey(
        "catalogue.Category",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    product = models.ForeignKey(
        "catalogue.Product",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    # A brand as an operator wrote it, a rank, or a country's two letters.
    word = models.CharField(max_length=120, blank=True, default="")
    # A band of unit prices: `below_minor` itself lies outside.
    currency = models.CharField(max_length=3, blank=True, default="")
    from_minor = models.PositiveBigIntegerField(null=True, blank=True)
    below_minor = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_names(ConditionKind.VENDOR, "vendor")
                | _names(ConditionKind.CATEGORY, "category")
                | _names(ConditionKind.PRODUCT, "product")
                | _names(ConditionKind.BRAND, "word")
                | _names(ConditionKind.RANK, "word")
                | _names(ConditionKind.COUNTRY, "word")
                | _names(ConditionKind.PRICE, "from_minor"),
                name="payouts_condition_names_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(below_minor__isnull=True)
                | Q(below_minor__gt=F("from_minor")),
                name="payouts_condition_band",
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "vendor", "category", "product", "word"],
                condition=~Q(kind="price"),
                nulls_distinct=False,
                name="payouts_condition_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "currency"],
                condition=Q(kind="price"),
                name="payouts_condition_one_band",
            ),
        ]

    def __str__(self) -> str:
        named = self.vendor_id or self.category_id or self.product_id
        return f"{self.kind} {named or self.word or self.currency}"


class CommissionTerm(models.Model):
    """What a plan takes; the term without currency is for currencies not named."""

    plan = models.ForeignKey(CommissionPlan, models.CASCADE, related_name="terms")
    currency = models.CharField(max_length=3, blank=True, default="")
    bps = models.PositiveIntegerField()
    fixed_minor = models.PositiveBigIntegerField(default=0)
    min_minor = models.PositiveBigIntegerField(default=0)
    max_minor = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "currency"], name="payouts_term_currency"
            ),
            models.CheckConstraint(
                condition=Q(bps__lte=10_000), name="payouts_term_bps"
            ),
            models.CheckConstraint(
                condition=Q(max_minor__isnull=True) | Q(min_minor__lte=F("max_minor")),
                name="payouts_term_min_below_max",
            ),
            # An amount means nothing without its currency.
            models.CheckConstraint(
                condition=~Q(currency="")
                | Q(fixed_minor=0, min_minor=0, max_minor__isnull=True),
                name="payouts_term_amounts_have_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bps} bps {self.currency}"
