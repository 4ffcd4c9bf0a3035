from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TransferFunding(models.TextChoices):
    CHARGE = "charge", _("The buyer's payment")
    BALANCE = "balance", _("The platform's balance")
    BANK = "bank", _("The platform's bank")


class TransferState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    # It was never made: what it was for is due again.
    WITHDRAWN = "withdrawn", _("Given up")


class VendorTransfer(models.Model):
    """One movement from the platform to a seller; a settlement may need several.

    `amount_minor` is what it takes from what the seller is due, `sent_minor` what
    Stripe moves: the same, but where Stripe settles in another currency. Without a
    settlement it pays what no single sale brought: a credit, a reserve given back.
    """

    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="transfers"
    )
    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="+")
    sequence = models.PositiveSmallIntegerField()
    funding = models.CharField(max_length=8, choices=TransferFunding)
    command = models.OneToOneField(
        "payouts.MoneyCommand", models.PROTECT, null=True, related_name="transfer"
    )
    # The run that sent it, and where a person pays it at the bank.
    run = models.ForeignKey(
        "payouts.PayoutRun", models.PROTECT, null=True, related_name="transfers"
    )
    batch = models.ForeignKey(
        "payouts.BankBatch", models.PROTECT, null=True, related_name="transfers"
    )
    source_charge = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reversed_minor = models.BigIntegerField(default=0)
    sent_currency = models.CharField(max_length=3)
    sent_minor = models.BigIntegerField()
    state = models.CharField(
        max_length=9, choices=TransferState, default=TransferState.REQUESTED
    )
    stripe_id = models.CharField(max_length=255, null=True, unique=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "sequence"], name="payouts_transfer_sequence"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    sent_minor__gt=0,
                    reversed_minor__gte=0,
                    reversed_minor__lte=F("amount_minor"),
                ),
                name="payouts_transfer_amounts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["vendor"],
                name="payouts_transfer_open",
                condition=Q(state__in=["requested", "failed"]),
            ),
            models.Index(
                fields=["vendor", "currency", "sequence"],
                name="payouts_transfer_of_seller",
                condition=Q(settlement__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Transfer {self.natural_key}"

    @property
    def natural_key(self) -> str:
        """The name of its command and of its posting."""
        if self.settlement_id is None:
            name = f"seller:{self.vendor_id}:{self.currency}:{self.sequence}"
        else:
            name = f"{self.settlement_id}:{self.sequence}"
        return f"transfer:{name}"

    @property
    def is_exchanged(self) -> bool:
        """Whether Stripe moves another currency than the seller is due."""
        return self.sent_currency != self.currency


class TransferReversal(models.Model):
    """Money of a transfer taken back because the buyer was refunded."""

    transfer = models.ForeignKey(
        VendorTransfer, models.PROTECT, related_name="reversals"
    )
    refund = models.ForeignKey(
        "payouts.RefundRequest", models.PROTECT, related_name="reversals"
    )
    # Written once the transfer itself is done.
    command = models.OneToOneField(
        "payouts.MoneyCommand", models.PROTECT, null=True, related_name="reversal"
    )
    amount_minor = models.BigIntegerField()
    # What Stripe moves back, in the transfer's `sent_currency`; known when it is sent.
    sent_minor = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=9, choices=TransferState, default=TransferState.REQUESTED
    )
    stripe_id = models.CharField(max_length=255, null=True, unique=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "refund"], name="payouts_reversal_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payouts_reversal_amount"
            ),
        ]
        indexes = [
            # What is on its way back: few rows, however long the past.
            models.Index(
                fields=["transfer"],
                name="payouts_reversal_coming",
                condition=Q(state="requested")
                | Q(state="failed", command__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of transfer {self.transfer_id}"
