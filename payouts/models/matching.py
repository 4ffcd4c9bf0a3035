"""What the nightly comparison found, and what our bank says of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MatchState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Could not be done")


class MatchRun(models.Model):
    """One comparison of ledger, Stripe and bank, as it was at its moment.

    `report` holds a row for each currency and kind of movement, with what each of the
    three says in minor units; a side that has nothing to say of a kind is null.
    """

    state = models.CharField(
        max_length=8, choices=MatchState, default=MatchState.WAITING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(default=list)
    # The oldest bookings of Stripe's balance that no row of Stripe's explains.
    in_ledger = models.JSONField(default=list)
    violations = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            # Two at once would do the same work twice.
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="waiting"),
                name="payouts_match_one_waits",
            )
        ]
        indexes = [
            models.Index(fields=["-requested_at"], name="payouts_match_newest"),
        ]

    def __str__(self) -> str:
        return f"Comparison {self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return self.state in {MatchState.DONE, MatchState.FAILED}


class BankLine(models.Model):
    """A line of our bank's statement; what came in is positive.

    It is matched to the ledger transaction `matched_key`, or set aside with a reason:
    our account has movements that are none of the market's.
    """

    booked_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reference = models.CharField(max_length=140, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    # Of all it says, and how many lines of its file said the same before it.
    digest = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=255)
    imported_at = models.DateTimeField()
    matched_key = models.CharField(max_length=120, blank=True, default="")
    is_matched_by_hand = models.BooleanField(default=False)
    set_aside_for = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="payouts_bank_line_not_zero"
            ),
            models.UniqueConstraint(
                fields=["matched_key"],
                condition=~Q(matched_key=""),
                name="payouts_bank_line_match_once",
            ),
            models.CheckConstraint(
                condition=Q(matched_key="") | Q(set_aside_for=""),
                name="payouts_bank_line_one_fate",
            ),
        ]
        indexes = [
            models.Index(
                fields=["booked_on"],
                name="payouts_bank_line_open",
                condition=Q(matched_key="", set_aside_for=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_minor:+d} {self.currency}"
