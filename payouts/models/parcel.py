"""The parcels of a settlement that left in several, each released by itself."""

from django.db import models
from django.db.models import Q


class ParcelRelease(models.Model):
    """One parcel's timer, and once it is released what it brought.

    Without a parcel it is the rest that rounding and cancelled pieces have left. A
    released row is evidence: the database refuses to change it.
    """

    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, related_name="parcels"
    )
    sequence = models.PositiveSmallIntegerField()
    parcel = models.OneToOneField(
        "vendors.Parcel", models.PROTECT, null=True, related_name="release"
    )
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    release_after = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    net_minor = models.BigIntegerField(default=0)
    commission_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "sequence"], name="payouts_parcel_sequence"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gte=0, commission_minor__gte=0),
                name="payouts_parcel_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"Parcel {self.settlement_id}:{self.sequence}"


class ParcelReleaseLine(models.Model):
    """How many of a frozen line lie in the parcel, and what of it was released."""

    release = models.ForeignKey(ParcelRelease, models.PROTECT, related_name="lines")
    settlement_line = models.ForeignKey(
        "payouts.SettlementLine", models.PROTECT, related_name="parcel_lines"
    )
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField(default=0)
    commission_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "settlement_line"], name="payouts_parcel_line_once"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gte=0, commission_minor__gte=0),
                name="payouts_parcel_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.settlement_line_id}"
