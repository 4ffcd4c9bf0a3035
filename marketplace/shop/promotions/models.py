"""Vouchers and campaigns, who takes part in them, and what they gave to orders."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import BASIS_POINTS
from marketplace.db.fields import CurrencyField, PublicIdField
from marketplace.shop.promotions.terms import LONGEST_CODE


class Promotion(models.Model):
    """A voucher (with a code) or a campaign (without), of the market or of a seller.

    Amounts are minor units of `currency`. `platform_bps` is the platform's share of
    what is given; a seller's own promotion has none of it. One that counts on all
    sellers' things is paid by the platform alone: nobody pays for what they have not
    agreed to. `uses` counts the orders that have it, where `uses_total` limits them.
    """

    class Benefit(models.TextChoices):
        PERCENT = "percent", _("Percentage")
        AMOUNT = "amount", _("Amount")
        FREE_SHIPPING = "free_shipping", _("Free delivery")

    public_id = PublicIdField(prefix="pro")
    code = models.CharField(max_length=LONGEST_CODE, blank=True)
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(
        "partner.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promotions",
    )
    benefit = models.CharField(max_length=13, choices=Benefit)
    bps = models.PositiveIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    most_minor = models.BigIntegerField(null=True, blank=True)
    currency = CurrencyField()
    min_spend_minor = models.BigIntegerField(default=0)
    category = models.ForeignKey(
        "catalogue.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promotions",
    )
    platform_bps = models.PositiveIntegerField(default=BASIS_POINTS)
    is_for_all = models.BooleanField(default=True)
    is_first_order = models.BooleanField(default=False)
    uses_total = models.PositiveIntegerField(null=True, blank=True)
    uses_per_buyer = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Of the form that made it: sent twice, it makes one.
    press = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="one_voucher_per_code"
            ),
            models.CheckConstraint(
                condition=Q(benefit="percent", bps__gt=0, bps__lte=BASIS_POINTS)
                | Q(benefit="amount", amount_minor__gt=0)
                | Q(benefit="free_shipping"),
                name="promotion_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(platform_bps__lte=BASIS_POINTS)
                & (Q(owner__isnull=True) | Q(platform_bps=0, is_for_all=False))
                & (Q(is_for_all=False) | Q(platform_bps=BASIS_POINTS)),
                name="promotion_payers_agree",
            ),
            models.CheckConstraint(
                condition=Q(uses_total__isnull=True) | Q(uses__lte=F("uses_total")),
                name="promotion_uses_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(min_spend_minor__gte=0)
                & (Q(most_minor__isnull=True) | Q(most_minor__gt=0)),
                name="promotion_bounds_positive",
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=Q(code="", stopped_at__isnull=True),
                name="campaigns_that_may_run",
            ),
        ]

    def __str__(self) -> str:
        return self.code or self.name

    @property
    def is_limited(self) -> bool:
        """Say whether the orders that have it are counted before another gets it."""
        return (
            self.uses_total is not None
            or self.uses_per_buyer is not None
            or self.is_first_order
        )


class PromotionSeller(models.Model):
    """A seller on whose things a promotion of the market counts, once they agree.

    Where the platform pays everything nobody is asked: the answer is `accepted`.
    """

    class Answer(models.TextChoices):
        ASKED = "asked", _("Asked")
        ACCEPTED = "accepted", _("Takes part")
        DECLINED = "declined", _("Does not take part")

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="sellers")
    partner = models.ForeignKey(
        "partner.Partner", models.PROTECT, related_name="promotion_answers"
    )
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "partner"], name="seller_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.partner_id}: {self.answer}"


class BasketVoucher(models.Model):
    """A voucher that a buyer has entered; whether it counts is reckoned anew."""

    basket = models.ForeignKey(
        "basket.Basket", models.CASCADE, related_name="entered_vouchers"
    )
    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["basket", "promotion"], name="voucher_entered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} in basket {self.basket_id}"


class Redemption(models.Model):
    """An order that has a promotion: held while unpaid, given back if it dies."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="redemptions")
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="redemptions")
    currency = CurrencyField()
    platform_minor = models.BigIntegerField()
    vendor_minor = models.BigIntegerField()
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "order"], name="promotion_once_per_order"
            ),
            models.CheckConstraint(
                condition=Q(platform_minor__gte=0, vendor_minor__gte=0)
                & ~Q(platform_minor=0, vendor_minor=0),
                name="redemption_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Promotion {self.promotion_id} of order {self.order_id}"


class RedemptionShare(models.Model):
    """What a promotion took off one line, or off a seller's delivery (no line)."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="shares")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="+")
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, related_name="promotion_shares"
    )
    platform_minor = models.BigIntegerField()
    vendor_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["redemption", "partner", "order_line"],
                name="share_once_per_line",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(platform_minor__gte=0, vendor_minor__gte=0)
                & ~Q(platform_minor=0, vendor_minor=0),
                name="share_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Share {self.pk}"
