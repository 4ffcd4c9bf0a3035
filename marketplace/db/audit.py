"""The audit trail: who did what, and why."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from marketplace.db.models import AuditEvent

_LABEL_LENGTH = 200


def record(
    action: str,
    *,
    subject: models.Model,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one event; `actor_id` None means that the system did it by itself."""
    return AuditEvent.objects.create(
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=_id_of(subject),
        subject_label=str(subject)[:_LABEL_LENGTH],
        actor_id=actor_id,
        actor_label=_label_of(actor_id),
        reason=reason,
        details=details or {},
        at=now,
    )


def events_of(subject: models.Model) -> models.QuerySet[AuditEvent]:
    """Return what happened to a row, the newest first, with who did it."""
    return (
        AuditEvent.objects.filter(
            subject_type=subject._meta.label_lower, subject_id=_id_of(subject)
        )
        .select_related("actor")
        .order_by("-at", "-id")
    )


def _id_of(subject: models.Model) -> str:
    return str(getattr(subject, "public_id", "") or subject.pk)


def _label_of(actor_id: int | None) -> str:
    if actor_id is None:
        return ""
    # The name outlives an erased account, so it is copied.
    emails = get_user_model().objects.filter(pk=actor_id)
    return emails.values_list("email", flat=True).first() or ""
