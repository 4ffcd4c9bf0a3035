"""Points: an append-only ledger of units. Its value stands in the books of payouts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.core.money import BASIS_POINTS
from marketplace.db.fields import CurrencyField


class PointsRule(models.Model):
    """How points are earned and spent in a currency, from a date on.

    `earn_bps` of the confirmed money (less the part paid with points) become minor
    units, each worth `units_per_minor` points; at most `spend_share_bps` of an order
    are paid with points. What is not spent `lives_days` after it could be is lost.

    `tiers` are objects of `name`, `from_points` and `earn_bps`: whoever earned so many
    points within `tier_days` earns at that rate.

    A rule that is asked for is published by somebody else; the first of a shop is there
    without either. What is published never changes: another one follows it. Once there
    are points, the database refuses a rule of other `units_per_minor`, and tiers that
    are none.
    """

    currency = CurrencyField()
    earn_bps = models.PositiveIntegerField(default=100)
    units_per_minor = models.PositiveIntegerField(default=1)
    spend_share_bps = models.PositiveIntegerField(default=10_000)
    lives_days = models.PositiveIntegerField(null=True, blank=True)
    tiers = models.JSONField(default=list, blank=True)
    tier_days = models.PositiveIntegerField(default=182)
    valid_from = models.DateTimeField()
    is_published = models.BooleanField(default=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "valid_from"], name="one_points_rule_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(is_published=False),
                name="one_points_rule_asked_for",
            ),
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
            models.CheckConstraint(
                condition=Q(
                    earn_bps__lte=BASIS_POINTS, spend_share_bps__lte=BASIS_POINTS
                )
                & Q(units_per_minor__gte=1, tier_days__gte=1)
                & (Q(lives_days=None) | Q(lives_days__gte=1)),
                name="points_rule_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.earn_bps / 100} %"


class PointsAccount(models.Model):
    """A person's points: sums moved in the transaction that writes each entry.

    `available` may go below zero after a clawback; spending never takes it there.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="points",
    )
    # A guest's points wait here until that e-mail is verified with an account.
    email = models.EmailField(blank=True)
    available = models.BigIntegerField(default=0)
    pending = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    # Its owner had a mail about all that is lost until then.
    told_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(user__isnull=True),
                name="one_points_account_per_guest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.available} points"


class PointsEntry(models.Model):
    """One movement; corrections are entries, `key` makes replays harmless."""

    class Kind(models.TextChoices):
        EARN = "earn"
        VEST = "vest"
        HOLD = "hold"
        UNHOLD = "unhold"
        SPEND = "spend"
        GIVE_BACK = "give_back"
        CLAW_BACK = "claw_back"
        GRANT = "grant"
        EXPIRE = "expire"

    account = models.ForeignKey(
        PointsAccount, on_delete=models.PROTECT, related_name="entries"
    )
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    available_delta = models.BigIntegerField(default=0)
    pending_delta = models.BigIntegerField(default=0)
    held_delta = models.BigIntegerField(default=0)
    order = models.ForeignKey(
        "order.Order",
        on_delete=models.PROTECT,
        null=True,
        related_name="points_entries",
    )
    vendor_order = models.ForeignKey(
        "vendors.VendorOrder",
        on_delete=models.PROTECT,
        null=True,
        related_name="points_entries",
    )
    value_minor = models.BigIntegerField(default=0)
    currency = CurrencyField()
    reason = models.CharField(max_length=200, blank=True)
    spendable_at = models.DateTimeField(null=True, blank=True)
    # At which rate points were earned: a refund takes them back at the same.
    rate_bps = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="points_history"),
            models.Index(
                fields=["spendable_at"],
                condition=Q(kind="earn"),
                name="points_that_vest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~(
                    Q(available_delta=0) & Q(pending_delta=0) & Q(held_delta=0)
                ),
                name="points_entry_moves_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind="earn") | Q(pending_delta__gt=0),
                name="points_earned_are_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.available_delta:+d}"
