"""The tables everybody writes: messages, audit trail, decisions, clock, cache."""

from django.conf import settings
from django.db import models


class Outbox(models.Model):
    """A message that must leave, written in the transaction that caused it."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "available_at", "id"], name="outbox_next"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}:{self.key}"


class AuditEvent(models.Model):
    """Who did what to which row, when and why. Append-only."""

    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    actor_label = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "id"], name="audit_subject"
            ),
            models.Index(fields=["-at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"


class Decision(models.Model):
    """What somebody decided in a queue, and what stood there before.

    Decisions of one press share their `batch`: they are taken back together. `before`
    stays, for whoever asks later what it was that was decided about.
    """

    batch = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    mail_key = models.CharField(max_length=120, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
    )
    decided_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["decided_by", "-decided_at"], name="decision_newest"),
            models.Index(fields=["kind", "subject_id", "id"], name="decision_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undo_until__gte=models.F("decided_at")),
                name="decision_undo_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}: {self.subject_label}"


class IdempotencyKey(models.Model):
    """The stored answer to a request that a client may send twice."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


class ClockOffset(models.Model):
    """How far the demo's clock stands ahead; one row, refused when Stripe is live."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.seconds:+d} s"


class CacheRow(models.Model):
    """What marketplace.db.table_cache keeps; without `expires_at` it stays."""

    # Of the name: people's addresses are in it.
    key = models.UUIDField(primary_key=True)
    value = models.BinaryField()
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.key)


class NightlyRun(models.Model):
    """A nightly job of one day: when it was tried last, and when it was done."""

    job = models.CharField(max_length=60)
    night = models.DateField()
    tried_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "night"], name="one_run_per_night"),
        ]

    def __str__(self) -> str:
        return f"{self.job} of {self.night}"
