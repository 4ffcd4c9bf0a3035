"""What a person decides that a seller owes or is owed, beside every sale."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AdjustmentKind(models.TextChoices):
    FINE = "fine", _("Fine")
    CREDIT = "credit", _("Credit")
    WRITE_OFF = "write_off", _("Debt written off")
    REVERSAL = "reversal", _("Taken back")


class AdjustmentState(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second person")
    BOOKED = "booked", _("Booked")
    REFUSED = "refused", _("Refused")


class Adjustment(models.Model):
    """An amount, with its reason: positive is in the seller's favour.

    It is evidence: once written only the decision is added, and the database refuses
    everything else. To take it back, another one names it in `reverses`.
    """

    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, related_name="adjustments"
    )
    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="adjustments"
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=AdjustmentKind)
    # The seller reads it.
    reason = models.TextField()
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="reversals"
    )
    token = models.CharField(max_length=80, unique=True)
    needs_second = models.BooleanField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=AdjustmentState, default=AdjustmentState.REQUESTED
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            # What was refused may be asked for again.
            models.UniqueConstraint(
                fields=["reverses"],
                condition=~Q(state="refused"),
                name="payouts_adjustment_taken_back_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="fine", amount_minor__lt=0)
                | Q(kind__in=["credit", "write_off"], amount_minor__gt=0)
                | (Q(kind="reversal", reverses__isnull=False) & ~Q(amount_minor=0)),
                name="payouts_adjustment_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, state="requested")
                | Q(decided_at__isnull=False, state__in=["booked", "refused"]),
                name="payouts_adjustment_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked")
                | Q(needs_second=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="payouts_adjustment_second_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["vendor", "-requested_at"], name="payouts_adjustment_vendor"
            ),
            models.Index(
                fields=["requested_at"],
                name="payouts_adjustment_open",
                condition=Q(state="requested"),
            ),
        ]

    def __str__(self) -> str:
        return f"Adjustment {self.pk}"
