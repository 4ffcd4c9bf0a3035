"""Commands to Stripe: written with their cause, executed exactly once."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CommandKind(models.TextChoices):
    OPEN_SESSION = "open_session", _("Open a payment page")
    EXPIRE_SESSION = "expire_session", _("Close a payment page")
    REFUND = "refund", _("Refund a buyer")
    TRANSFER = "transfer", _("Pay a seller")
    REVERSAL = "reversal", _("Take a transfer back")
    OPEN_ACCOUNT = "open_account", _("Open a seller's account")
    EVIDENCE = "dispute_evidence", _("Send evidence to the bank")
    CONCEDE = "dispute_concede", _("Accept a dispute")


class CommandState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENT = "sent", _("Sent")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    AMBIGUOUS = "ambiguous", _("Answer unknown")
    # Nothing is undone: it goes on when a person has mended our key.
    HELD = "held", _("Held back")
    # Nobody wants it any more, and nobody saw what may have come of it.
    WITHDRAWN = "withdrawn", _("Given up")


OPEN_STATES = (CommandState.PENDING, CommandState.SENT, CommandState.AMBIGUOUS)
# The others gave back what they had reserved when they failed: ask anew.
_SENT_AGAIN = (CommandKind.TRANSFER, CommandKind.OPEN_ACCOUNT)


class MoneyCommand(models.Model):
    kind = models.CharField(max_length=16, choices=CommandKind)
    natural_key = models.CharField(max_length=120, unique=True)
    # Frozen: the same key can never be sent with another amount.
    payload = models.JSONField()
    idempotency_key = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(
        max_length=10, choices=CommandState, default=CommandState.PENDING
    )
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # When the present idempotency key was first sent; Stripe keeps keys for a day.
    first_sent_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stripe_id = models.CharField(max_length=255, null=True)
    error = models.TextField(blank=True, default="")
    # Why nobody has to look at its refusal any more.
    set_aside_for = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside_for="") | Q(state="failed"),
                name="payouts_command_set_aside_failed",
            ),
            models.UniqueConstraint(
                fields=["kind", "stripe_id"], name="payouts_command_stripe_id"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="payouts_command_due",
                condition=Q(state__in=["pending", "sent", "ambiguous"]),
            ),
            models.Index(
                fields=["created_at"],
                name="payouts_command_failed",
                condition=Q(state="failed"),
            ),
        ]

    def __str__(self) -> str:
        return self.natural_key

    @property
    def may_be_sent_again(self) -> bool:
        """Say whether a person may let it go on, or start it anew."""
        has_failed = self.state == CommandState.FAILED and self.kind in _SENT_AGAIN
        return has_failed or self.state == CommandState.HELD

    @property
    def may_be_set_aside(self) -> bool:
        """Say whether its refusal is all there will be, and still asks for a look."""
        is_final = self.state == CommandState.FAILED and not self.may_be_sent_again
        return is_final and not self.set_aside_for
