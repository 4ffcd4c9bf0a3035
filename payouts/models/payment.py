from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PaymentStatus(models.TextChoices):
    REQUESTED = "requested", _("Being prepared")
    OPEN = "open", _("Waiting for the buyer")
    SUCCEEDED = "succeeded", _("Paid")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")
    # Captured although the order was dead by then: it goes back by itself.
    RETURNED = "returned", _("Paid too late, given back")


class PaymentAttempt(models.Model):
    """One Checkout Session for one order."""

    order = models.ForeignKey(
        "order.Order", models.PROTECT, related_name="payment_attempts"
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    status = models.CharField(
        max_length=10, choices=PaymentStatus, default=PaymentStatus.REQUESTED
    )
    command = models.OneToOneField(
        "payouts.MoneyCommand", models.PROTECT, null=True, related_name="payment"
    )
    transfer_group = models.CharField(max_length=64)
    session_id = models.CharField(max_length=255, null=True, unique=True)
    session_url = models.TextField(blank=True, default="")
    payment_intent_id = models.CharField(max_length=255, null=True, unique=True)
    charge_id = models.CharField(max_length=255, null=True, unique=True)
    balance_transaction_id = models.CharField(max_length=255, blank=True, default="")
    fee_minor = models.BigIntegerField(null=True)
    available_on = models.DateTimeField(null=True)
    # What the charge became in Stripe's books, and the rate if that is another
    # currency; the fee is in this currency too.
    settled_currency = models.CharField(max_length=3, blank=True, default="")
    settled_minor = models.BigIntegerField(null=True)
    exchange_rate = models.CharField(max_length=32, blank=True, default="")
    refunded_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status="succeeded"),
                name="payouts_payment_one_success",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gte=0,
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("amount_minor"),
                ),
                name="payouts_payment_refunds",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="payouts_payment_open",
                condition=Q(status__in=["requested", "open"]),
            )
        ]

    def __str__(self) -> str:
        return f"Payment {self.pk}"

    @property
    def is_booked_with_fee(self) -> bool:
        """Whether Stripe has told all there is to tell of it."""
        return self.fee_minor is not None

    @property
    def is_exchanged(self) -> bool:
        """Whether Stripe settled it in another currency than it was paid in."""
        return self.settled_currency not in ("", self.currency)
