"""What a draft would have taken of the sales of the last weeks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payouts.models.commission import CommissionList


class CommissionReplay(models.Model):
    """One revision of a draft, replayed; its rows never change once it is finished.

    Every line that was sold from `since` until `until` is priced as if it were ordered
    at `asked_of`, the moment from which the draft would hold.
    """

    list = models.ForeignKey(CommissionList, models.CASCADE, related_name="replays")
    revision = models.PositiveIntegerField()
    base = models.ForeignKey(CommissionList, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_of = models.DateTimeField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    # Lines from before facts were frozen: told by what is known of them today.
    told_by_today = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list"],
                condition=Q(finished_at__isnull=True),
                name="payouts_replay_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")), name="payouts_replay_span"
            ),
        ]

    def __str__(self) -> str:
        return f"Replay {self.pk}"


class ReplayKind(models.TextChoices):
    ALL = "all", _("All")
    SELLER = "seller", _("Seller")
    CATEGORY = "category", _("Category")
    PLAN = "plan", _("Plan")


class CommissionReplayRow(models.Model):
    """One share of a replay in one currency: of all, a seller, a category, a plan.

    `key` is the seller's, category's (0: delivery, -1: no category) or plan's. Of a
    plan `lines` are those that it takes in the draft, `lines_before` those that it took
    when they were sold, and the amounts are those of `lines`.
    """

    replay = models.ForeignKey(CommissionReplay, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=8, choices=ReplayKind)
    key = models.BigIntegerField(default=0)
    label = models.CharField(max_length=255, blank=True)
    currency = models.CharField(max_length=3)
    lines = models.PositiveIntegerField(default=0)
    lines_before = models.PositiveIntegerField(default=0)
    lines_changed = models.PositiveIntegerField(default=0)
    gross_minor = models.BigIntegerField(default=0)
    commission_before_minor = models.BigIntegerField(default=0)
    commission_after_minor = models.BigIntegerField(default=0)
    vat_before_minor = models.BigIntegerField(default=0)
    vat_after_minor = models.BigIntegerField(default=0)
    # Offers that are on sale, and those of which the terms would differ.
    offers = models.PositiveIntegerField(default=0)
    offers_changed = models.PositiveIntegerField(default=0)
    # Of those, the offers of which a piece would cost their seller more.
    offers_dearer = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["replay", "kind", "key", "currency"],
                name="payouts_replay_row_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label} {self.currency}"

    @property
    def change_minor(self) -> int:
        """How much more commission the draft takes, without VAT."""
        return self.commission_after_minor - self.commission_before_minor

    @property
    def net_change_minor(self) -> int:
        """How much more sellers get: the commission and its VAT, the other way."""
        before = self.commission_before_minor + self.vat_before_minor
        return before - self.commission_after_minor - self.vat_after_minor
