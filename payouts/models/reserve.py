"""What is kept back of a risky seller's money for a while, and why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.core.money import BASIS_POINTS

# More would be a suspension in all but name.
MOST_BPS = BASIS_POINTS // 2
MOST_DAYS = 180


class ReservePolicy(models.Model):
    """So much of each release of a seller waits so many days more.

    Its terms never change: another policy follows it. `valid_to` is a planned end.
    """

    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, related_name="reserve_policies"
    )
    bps = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    reason = models.TextField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor"],
                condition=Q(ended_at=None),
                name="payouts_reserve_policy_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    bps__gt=0, bps__lte=MOST_BPS, days__gt=0, days__lte=MOST_DAYS
                ),
                name="payouts_reserve_policy_terms",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="payouts_reserve_policy_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Reserve of {self.bps} basis points for {self.days} days"

    @property
    def percent(self) -> float:
        """The share as people say it."""
        return self.bps / 100


class VendorReserve(models.Model):
    """What one release put aside; a debt may draw on it, the rest goes back."""

    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, related_name="reserves"
    )
    sequence = models.PositiveSmallIntegerField()
    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="+")
    policy = models.ForeignKey(ReservePolicy, models.PROTECT, related_name="reserves")
    currency = models.CharField(max_length=3)
    withheld_minor = models.BigIntegerField()
    drawn_minor = models.BigIntegerField(default=0)
    draws = models.PositiveSmallIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)
    withheld_at = models.DateTimeField()
    release_after = models.DateTimeField()
    # Since when nothing is left of it: given back, or drawn.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "sequence"], name="payouts_reserve_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    withheld_minor__gt=0,
                    drawn_minor__gte=0,
                    released_minor__gte=0,
                    withheld_minor__gte=F("drawn_minor") + F("released_minor"),
                ),
                name="payouts_reserve_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at=None,
                    withheld_minor__gt=F("drawn_minor") + F("released_minor"),
                )
                | Q(
                    closed_at__isnull=False,
                    withheld_minor=F("drawn_minor") + F("released_minor"),
                ),
                name="payouts_reserve_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["release_after"],
                name="payouts_reserve_due",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["vendor"],
                name="payouts_reserve_open",
                condition=Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Reserve {self.settlement_id}:{self.sequence}"

    @property
    def left_minor(self) -> int:
        """What is still kept back."""
        return self.withheld_minor - self.drawn_minor - self.released_minor


class ReleasePerk(models.Model):
    """How many days after delivery a rank's money goes, instead of the usual."""

    rank = models.CharField(max_length=10, unique=True)
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-days"]

    def __str__(self) -> str:
        return f"{self.rank}: {self.days} days"
