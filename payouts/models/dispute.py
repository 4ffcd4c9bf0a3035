"""What a buyer's bank calls into question, and who bears it in the end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from payouts.bank_words import reason_in_words
from payouts.models.refund import RefundBearer


class DisputeState(models.TextChoices):
    # The bank only asks: no money has moved.
    INQUIRY = "inquiry", _("The bank asks")
    OPEN = "open", _("Evidence is awaited")
    SUBMITTED = "submitted", _("The bank decides")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    CLOSED = "closed", _("Closed without loss")


# While one of these stands, the sellers' money waits.
UNDECIDED = (DisputeState.INQUIRY, DisputeState.OPEN, DisputeState.SUBMITTED)
# The bank has the payment's money, or had it: nothing can be sent back to the card.
TAKEN = (DisputeState.OPEN, DisputeState.SUBMITTED, DisputeState.LOST)


class Dispute(models.Model):
    """A dispute of one charge, as Stripe told it last.

    `status` and `reason` are Stripe's own words, which may be new to us any day. A lost
    one is `allocated` once a person has said who bears it.
    """

    public_id = PublicIdField(prefix="dsp")
    stripe_id = models.CharField(max_length=255, unique=True)
    payment = models.ForeignKey(
        "payouts.PaymentAttempt", models.PROTECT, related_name="disputes"
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    status = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=DisputeState)
    reason = models.CharField(max_length=64)
    due_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField()
    allocated_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payouts_dispute_amount"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DisputeState]),
                name="payouts_dispute_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_by"],
                name="payouts_dispute_todo",
                condition=Q(allocated_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_undecided(self) -> bool:
        """Whether the bank has not decided yet."""
        return self.state in UNDECIDED

    @property
    def takes_evidence(self) -> bool:
        """Whether the bank still listens; a status that is new to us may mean it."""
        is_open = self.state in {DisputeState.INQUIRY, DisputeState.OPEN}
        return is_open and not self.status.endswith("under_review")

    @property
    def waits_for_allocation(self) -> bool:
        """Whether it was lost and nobody has said yet who bears it."""
        return self.state == DisputeState.LOST and self.allocated_at is None

    @property
    def is_regained(self) -> bool:
        """Whether the bank gave it back after all, when it had been shared out."""
        return self.state == DisputeState.WON and self.allocated_at is not None

    @property
    def reason_words(self) -> str:
        """The bank's reason as a person reads it."""
        return reason_in_words(self.reason)


class DisputeAllocation(models.Model):
    """The part of a lost dispute that one settlement's side bears.

    `fee_minor` is what the seller bears of the bank's fee. What no line covers has no
    settlement. What it does to the lines stands in the lines of `refund`.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="allocations")
    settlement = models.ForeignKey(
        "payouts.Settlement",
        models.PROTECT,
        null=True,
        related_name="dispute_allocations",
    )
    bearer = models.CharField(max_length=8, choices=RefundBearer)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    refund = models.OneToOneField(
        "payouts.RefundRequest",
        models.PROTECT,
        null=True,
        related_name="dispute_allocation",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "settlement"],
                nulls_distinct=False,
                name="payouts_allocation_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, fee_minor__gte=0),
                name="payouts_allocation_amounts",
            ),
            # Only a seller can bear a fee, and what is nobody's is the platform's.
            models.CheckConstraint(
                condition=Q(settlement__isnull=False)
                | Q(bearer=RefundBearer.PLATFORM, fee_minor=0),
                name="payouts_allocation_bearer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of dispute {self.dispute_id}"


class EvidenceState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("On its way")
    SENT = "sent", _("With the bank")
    REFUSED = "refused", _("Refused by Stripe")


class DisputeEvidence(models.Model):
    """One version of what the bank is told; the newest is the one in force.

    Versions are kept: `texts` maps Stripe's names of evidence to words.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="evidence")
    texts = models.JSONField()
    state = models.CharField(
        max_length=7, choices=EvidenceState, default=EvidenceState.DRAFT
    )
    command = models.OneToOneField(
        "payouts.MoneyCommand", models.PROTECT, null=True, related_name="evidence"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.state} evidence of dispute {self.dispute_id}"


class DisputeStatement(models.Model):
    """What a seller says about it, for whoever writes the evidence."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements")
    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]


class StatementPicture(models.Model):
    """A picture that a seller adds, in private storage."""

    statement = models.ForeignKey(
        DisputeStatement, models.PROTECT, related_name="pictures"
    )
    file = models.FileField(upload_to="disputes/", storage=private_storage)

    def __str__(self) -> str:
        return str(self.file)
