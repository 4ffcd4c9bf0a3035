"""Decisions of the queues, and the seconds in which they can be taken back.

The mail that a decision sends is due when that time is over (`outbox.emit(due=...)`):
what is taken back, nobody was told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.errors import RefusedError
from marketplace.db import outbox
from marketplace.db.models import Decision

_LABEL_LENGTH = 200
_TOO_LATE = gettext_lazy("It is too late to take this back: it has been told.")
Row = TypeVar("Row", bound=Model)


class NotUndoableError(RefusedError):
    """The decision stands: it is too late, or it was taken back already."""

    code = "decision.not_undoable"


def remember(  # noqa: PLR0913  what a decision is
    *,
    kind: str,
    outcome: str,
    subject_id: str,
    label: str,
    before: dict[str, Any] | None = None,
    mail: dict[str, Any] | None = None,
    batch: UUID,
    operator_id: int,
    now: datetime,
) -> Decision:
    """Keep a decision with what stood before, and its mail until it is final.

    Without a `mail` nobody is told of it.
    """
    undo_until = now + timedelta(seconds=settings.UNDO_SECONDS)
    decision = Decision.objects.create(
        batch=batch,
        kind=kind,
        outcome=outcome,
        subject_id=subject_id,
        subject_label=label[:_LABEL_LENGTH],
        before=before or {},
        mail_key=f"{kind}.decided:{subject_id}:{batch}" if mail else "",
        decided_by_id=operator_id,
        decided_at=now,
        undo_until=undo_until,
    )
    if mail:
        outbox.emit(
            topic="mail", key=decision.mail_key, payload=mail, now=now, due=undo_until
        )
    return decision


@dataclass(frozen=True, slots=True)
class Decided(Generic[Row]):
    """What one press decided: what it reached, and what others had decided before."""

    batch: UUID
    done: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)


def decide_each(
    rows: Iterable[Row],
    decide: Callable[[Row, UUID], object],
    *,
    late: type[RefusedError],
) -> Decided[Row]:
    """Decide rows one by one, in the order of their keys, as one press.

    `decide` takes a row and the press; what it refuses with `late` is left.
    """
    decided: Decided[Row] = Decided(uuid4())
    for row in sorted(rows, key=lambda each: each.pk):
        try:
            decide(row, decided.batch)
        except late:
            decided.left.append(row)
        else:
            decided.done.append(row)
    return decided


def lock_to_undo(*, batch: UUID, operator_id: int, now: datetime) -> Sequence[Decision]:
    """Return the decisions of one press that stand. Locks them.

    Only for whoever decided: raises Decision.DoesNotExist for anybody else,
    NotUndoableError when the time is over or all were taken back already.
    """
    decisions = list(
        Decision.objects.select_for_update()
        .filter(batch=batch, decided_by_id=operator_id)
        .order_by("pk")
    )
    if not decisions:
        raise Decision.DoesNotExist
    decisions = [each for each in decisions if each.undone_at is None]
    if not decisions:
        raise NotUndoableError(_("This has been taken back already."))
    if now >= decisions[0].undo_until:
        raise NotUndoableError(_TOO_LATE)
    return decisions


def take_back(decision: Decision, *, now: datetime) -> None:
    """Mark a decision as taken back; its mail is not sent. Expects it to be locked.

    Raises NotUndoableError when the mail has gone.
    """
    key = decision.mail_key
    if key and not outbox.withdraw(topic="mail", key=key):
        raise NotUndoableError(_TOO_LATE)
    Decision.objects.filter(pk=decision.pk).update(undone_at=now)


def undoable_by(user_id: int, *, kind: str, now: datetime) -> list[Decision]:
    """Return a person's last decisions of a kind while they can be taken back."""
    newest = (
        Decision.objects.filter(
            decided_by_id=user_id, kind=kind, undo_until__gt=now, undone_at=None
        )
        .order_by("-decided_at", "-pk")
        .values("batch")[:1]
    )
    standing = Decision.objects.filter(batch__in=newest, undone_at=None)
    return list(standing.order_by("pk"))


def decisions_about(kind: str, subject_id: str) -> QuerySet[Decision]:
    """Return what was decided about a row and stands, the newest first."""
    return Decision.objects.filter(
        kind=kind, subject_id=subject_id, undone_at=None
    ).order_by("-pk")


def count_since(user_id: int, *, kind: str, since: datetime) -> int:
    """Return how many decisions of a kind a person made and kept."""
    return Decision.objects.filter(
        decided_by_id=user_id, decided_at__gte=since, kind=kind, undone_at=None
    ).count()
