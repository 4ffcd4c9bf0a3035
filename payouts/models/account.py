from django.db import models
from django.utils.translation import gettext_lazy as _

from payouts.payout_failures import remedy


class RecipientStatus(models.TextChoices):
    NONE = "none", _("Not started")
    REQUESTED = "requested", _("Being opened")
    ACTIVE = "active", _("Ready to be paid")
    PENDING = "pending", _("Being checked by Stripe")
    RESTRICTED = "restricted", _("Stripe asks for more")
    REJECTED = "rejected", _("Refused by Stripe")
    UNSUPPORTED = "unsupported", _("Country not supported")
    CLOSED = "closed", _("Closed")


class PayoutProvider(models.TextChoices):
    STRIPE = "stripe", _("Stripe")
    BANK = "bank", _("Bank transfer by hand")


class VendorPayoutAccount(models.Model):
    """Where a seller is paid; its row is the lock of all that is paid to them.

    At Stripe, or at a bank that operators pay by hand where Stripe cannot.
    """

    vendor = models.OneToOneField(
        "vendors.Vendor", models.PROTECT, related_name="payout_account"
    )
    stripe_account_id = models.CharField(max_length=255, null=True, unique=True)
    country = models.CharField(max_length=2)
    email = models.EmailField()
    currency = models.CharField(max_length=3)
    # Not limited to the choices: Stripe may invent a status tomorrow.
    recipient_status = models.CharField(max_length=32, default=RecipientStatus.NONE)
    # What Stripe asks for: `Requirement`s; rows of before have its names alone.
    requirements = models.JSONField(default=list)
    payout_interval = models.CharField(max_length=16, default="daily")
    provider = models.CharField(
        max_length=6, choices=PayoutProvider, default=PayoutProvider.STRIPE
    )
    bank_holder = models.CharField(max_length=70, blank=True, default="")
    iban = models.CharField(max_length=34, blank=True, default="")
    bic = models.CharField(max_length=11, blank=True, default="")
    # What lies in it at Stripe, by currency, as Stripe last said.
    stripe_balances = models.JSONField(default=dict)
    # An operator lets money go there although it fills a hole first.
    is_paid_in_the_red = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    synced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.stripe_account_id or f"Account of seller {self.vendor_id}"

    @property
    def is_payable(self) -> bool:
        """Whether Stripe accepts transfers to this account."""
        return self.recipient_status == RecipientStatus.ACTIVE

    @property
    def is_bank(self) -> bool:
        """Whether a person pays it at the bank."""
        return self.provider == PayoutProvider.BANK

    @property
    def is_in_the_red(self) -> bool:
        """Whether Stripe holds less than nothing for a seller whom it pays."""
        is_below = any(minor < 0 for minor in self.stripe_balances.values())
        return is_below and not self.is_bank

    @property
    def status_words(self) -> str:
        """What Stripe thinks of the account, in words."""
        if self.recipient_status in RecipientStatus.values:
            return str(RecipientStatus(self.recipient_status).label)
        return self.recipient_status


_PAYOUT_STATUS = {
    "pending": _("On its way"),
    "in_transit": _("On its way"),
    "paid": _("At your bank"),
    "failed": _("Refused by your bank"),
    "canceled": _("Given up"),
}


class VendorPayout(models.Model):
    """A payout from a seller's Stripe balance to their bank, as Stripe tells it."""

    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="payouts")
    stripe_id = models.CharField(max_length=255, unique=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    status = models.CharField(max_length=32)
    is_automatic = models.BooleanField()
    arrival_date = models.DateTimeField()
    failure_code = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "-created_at"], name="payouts_payout_vendor")
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def status_words(self) -> str:
        """Where it is; a status that Stripe invents is shown as it is."""
        return str(_PAYOUT_STATUS.get(self.status, self.status))

    @property
    def remedy(self) -> str:
        """What the seller does if the bank refused it."""
        return remedy(self.failure_code) if self.status == "failed" else ""
