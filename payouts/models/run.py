"""Runs: what is to be sent to sellers, looked at and approved by two people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payouts.models.account import VendorPayoutAccount


class RunState(models.TextChoices):
    PREPARED = "prepared", _("Waits for approval")
    APPROVED = "approved", _("Waits for a second person")
    EXECUTED = "executed", _("Executed")
    CANCELLED = "cancelled", _("Given up")


class Obstacle(models.TextChoices):
    """Why a run pays a seller nothing, or less than was due when it was prepared."""

    SUSPENDED = "suspended", _("Suspended: waits until it opens")
    RED = "red", _("Below zero at Stripe")
    TOO_LITTLE = "too_little", _("Waits for more")
    NOT_PAYABLE = "not_payable", _("Cannot be paid")
    DEBT = "debt", _("Owes us")
    LESS = "less", _("Less was due by then")
    STOPPED = "stopped", _("Stopped meanwhile")


def reason_of(obstacle: str, account: VendorPayoutAccount | None) -> str:
    """Return the words for an obstacle; what Stripe thinks of an account is said."""
    if obstacle != Obstacle.NOT_PAYABLE:
        return str(Obstacle(obstacle).label)
    if account is None:
        return gettext("No payout account yet")
    # By now it may be in order again.
    is_known = not account.is_payable
    return account.status_words if is_known else str(Obstacle.NOT_PAYABLE.label)


class PayoutRun(models.Model):
    """A preview of one currency; nothing leaves before two people have approved it."""

    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=9, choices=RunState, default=RunState.PREPARED)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField()
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    first_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True)
                | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="payouts_run_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="executed") | Q(second_at__isnull=False),
                name="payouts_run_approved",
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(state__in=["prepared", "approved"]),
                name="payouts_run_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk}"


class PayoutRunItem(models.Model):
    """A seller in a run: what they were due, and what the run pays at most."""

    run = models.ForeignKey(PayoutRun, models.PROTECT, related_name="items")
    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="+")
    due_minor = models.BigIntegerField()
    held_minor = models.BigIntegerField()
    # What was sent to them in a run before, on average.
    usual_minor = models.BigIntegerField(default=0)
    # Why nothing can be paid; empty if it can.
    obstacle = models.CharField(max_length=12, choices=Obstacle, blank=True, default="")
    is_included = models.BooleanField()
    # What was asked of the provider when the run was executed.
    paid_minor = models.BigIntegerField(null=True)
    # Why that is less than `due_minor`: an obstacle of that moment.
    unpaid_because = models.CharField(
        max_length=12, choices=Obstacle, blank=True, default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "vendor"], name="payouts_run_item_once"
            ),
            models.CheckConstraint(
                condition=Q(is_included=False) | Q(due_minor__gt=0, obstacle=""),
                name="payouts_run_item_payable",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__isnull=True)
                | Q(paid_minor__gte=0, paid_minor__lte=F("due_minor")),
                name="payouts_run_item_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} in run {self.run_id}"

    @property
    def pays_minor(self) -> int:
        """What the run pays this seller at most."""
        return self.due_minor if self.is_included else 0


class BatchState(models.TextChoices):
    PREPARED = "prepared", _("To be paid at the bank")
    CONFIRMED = "confirmed", _("Paid")
    CANCELLED = "cancelled", _("Given up")


class BankBatch(models.Model):
    """Payments that a person makes at the bank, for sellers whom Stripe cannot pay."""

    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=9, choices=BatchState, default=BatchState.PREPARED
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    # Vendor: whom and where the batch pays; their account may be another by now.
    payees = models.JSONField(default=dict)
    # The bank's, by which the payment is found on its statement.
    reference = models.CharField(max_length=140, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (
                    Q(decided_by__isnull=False)
                    & ~Q(decided_by=F("prepared_by"))
                    & ~Q(reference="")
                ),
                name="payouts_batch_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk}"
