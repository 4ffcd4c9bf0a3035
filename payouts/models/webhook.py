from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform


class StripeEvent(models.Model):
    """A webhook as it came in; processing fetches the object anew."""

    event_id = models.CharField(max_length=255, primary_key=True)
    endpoint = models.CharField(max_length=8)
    account = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(max_length=128)
    object_id = models.CharField(max_length=255, blank=True, default="")
    api_version = models.CharField(max_length=64, blank=True, default="")
    is_live = models.BooleanField()
    created_at = models.DateTimeField()
    payload = models.JSONField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    is_parked = models.BooleanField(default=False)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="payouts_event_due",
                condition=Q(processed_at__isnull=True, is_parked=False),
            ),
            models.Index(fields=["received_at"], name="payouts_event_received"),
            # Who forgets a payer looks for all that came in about a payment.
            models.Index(fields=["object_id"], name="payouts_event_object"),
            models.Index(
                KeyTransform(
                    "payment_intent",
                    KeyTransform("object", KeyTransform("data", "payload")),
                ),
                name="payouts_event_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class BalanceTransactionMirror(models.Model):
    """One row of the platform's balance at Stripe, to compare with the ledger."""

    stripe_id = models.CharField(max_length=255, primary_key=True)
    type = models.CharField(max_length=64)
    reporting_category = models.CharField(max_length=64)
    source = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    status = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    available_on = models.DateTimeField()
    # What the ledger booked for it; empty is a row nobody can explain yet.
    matched_key = models.CharField(max_length=120, blank=True, default="")
    mirrored_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="payouts_mirror_created"),
            models.Index(fields=["source"], name="payouts_mirror_source"),
        ]

    def __str__(self) -> str:
        return self.stripe_id
