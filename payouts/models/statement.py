"""A seller's closed months: signed once, and what they say never changes."""

from django.db import models
from django.db.models import F, Q


class StatementKey(models.Model):
    """A public key that signs statements, or did: all are published for good."""

    key_id = models.CharField(max_length=20, unique=True)
    algorithm = models.CharField(max_length=10, default="ed25519")
    public_key = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="payouts_key_dates",
            ),
            # One signs; the others have signed.
            models.UniqueConstraint(
                fields=["algorithm"],
                condition=Q(valid_until__isnull=True),
                name="payouts_key_one_signs",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Statement(models.Model):
    """A month of one seller in one currency, closed at `closed_at`.

    Balances are in the seller's view: what is owed to them is positive. `sheet` is the
    signed file, compressed; `digest` the SHA-256 of what was signed of it.
    """

    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, related_name="statements"
    )
    currency = models.CharField(max_length=3)
    period = models.CharField(max_length=7)
    number = models.CharField(max_length=40, unique=True)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="following"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    opening_held_minor = models.BigIntegerField()
    opening_due_minor = models.BigIntegerField()
    opening_reserve_minor = models.BigIntegerField()
    closing_held_minor = models.BigIntegerField()
    closing_due_minor = models.BigIntegerField()
    closing_reserve_minor = models.BigIntegerField()
    movements = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=88)
    key = models.ForeignKey(StatementKey, models.PROTECT, related_name="statements")
    sheet = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "currency", "period"], name="payouts_statement_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__gte=F("ends_at")),
                name="payouts_statement_closed_after_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["vendor", "currency", "-ends_at"],
                name="payouts_statement_months",
            )
        ]

    def __str__(self) -> str:
        return self.number


class StatementEntry(models.Model):
    """In which statement a ledger entry stands: in one, once and for all."""

    entry = models.OneToOneField(
        "payouts.LedgerEntry",
        models.PROTECT,
        primary_key=True,
        related_name="statement_entry",
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="entries")

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.entry_id}"
