"""Commission plans: an ordered list of which the first match wins."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

CATCH_ALL_POSITION = 1_000_000


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


class CommissionPlan(models.Model):
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
                fields=["position"],
                name="payouts_plan_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["is_catch_all"],
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
