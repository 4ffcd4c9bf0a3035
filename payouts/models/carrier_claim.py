"""What we claim from a carrier for a parcel: we gave the buyer what it should bear."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField


class CarrierClaimState(models.TextChoices):
    OPEN = "open", _("Open")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")
    GIVEN_UP = "given_up", _("Given up")


class CarrierClaim(models.Model):
    """A claim for what one refund gave at our expense; nothing is booked of a hope.

    Carrier and number are those of the parcel when it was opened. Once it is closed the
    database refuses every change but to open it again, which counts. What came in is
    booked, and booked back when it is opened again; a part closes it too.
    """

    public_id = PublicIdField(prefix="clm")
    refund = models.OneToOneField(
        "payouts.RefundRequest", models.PROTECT, related_name="carrier_claim"
    )
    parcel = models.ForeignKey("vendors.Parcel", models.PROTECT, related_name="claims")
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    # What the carrier, or we, call it in letters.
    reference = models.CharField(max_length=80, blank=True, default="")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=CarrierClaimState, default=CarrierClaimState.OPEN
    )
    received_minor = models.BigIntegerField(default=0)
    # Why, or what stands on the bank's statement where it was paid.
    reason = models.TextField(blank=True, default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    # How often a wrong end was taken back: each end is booked under its own key.
    reopened_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    received_minor__gte=0,
                    received_minor__lte=F("amount_minor"),
                ),
                name="payouts_carrierclaim_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open",
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    received_minor=0,
                )
                | Q(
                    ~Q(reason=""),
                    state="paid",
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    received_minor__gt=0,
                )
                | Q(
                    ~Q(reason=""),
                    state__in=["refused", "given_up"],
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    received_minor=0,
                ),
                name="payouts_carrierclaim_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="payouts_carrierclaim_open",
                condition=Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return self.reference or self.tracking_number or self.public_id

    @property
    def is_open(self) -> bool:
        """Whether the carrier has neither paid nor refused."""
        return self.state == CarrierClaimState.OPEN

    @property
    def left_minor(self) -> int:
        """What the carrier has not paid."""
        return self.amount_minor - self.received_minor
