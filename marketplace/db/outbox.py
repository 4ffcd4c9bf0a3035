"""Messages out: one row in the transaction of its cause, drained by a worker."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from marketplace.db.models import Outbox
from marketplace.db.wake import wake

# Longer than a mail server may keep us (EMAIL_TIMEOUT) for all letters of a message.
LEASE = timedelta(seconds=90)
_DOUBLINGS_MOST = 10
_RETRY_BASE = timedelta(seconds=5)
_RETRY_MOST = timedelta(hours=1)
_muted: ContextVar[frozenset[str]] = ContextVar("muted", default=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits of a topic; what failed is among the due or those of later."""

    topic: str
    due: int
    later: int
    failed: int
    oldest: datetime | None


@contextmanager
def muted(*topics: str) -> Iterator[None]:
    """Write no messages of some topics within the block.

    For a past that is written down at once: nobody waits for its mails any more.
    """
    token = _muted.set(_muted.get() | set(topics))
    try:
        yield
    finally:
        _muted.reset(token)


def emit(
    *,
    topic: str,
    key: str,
    now: datetime,
    payload: dict[str, Any] | None = None,
    due: datetime | None = None,
) -> None:
    """Write a message and wake its worker after commit.

    One that is `due` later waits in its row; the sweep of its topic finds it then, and
    until then it can be withdrawn.
    """
    if topic in _muted.get():
        return
    Outbox.objects.create(
        topic=topic,
        key=key,
        payload=payload or {},
        created_at=now,
        available_at=due or now,
    )
    if due is None or due <= now:
        wake(topic)


def withdraw(*, topic: str, key: str) -> bool:
    """Take a message back that no worker has begun to send; say whether it was there.

    Waits for a worker that is at it: either it is sent, or it never will be.
    """
    waiting = Outbox.objects.select_for_update().filter(topic=topic, key=key)
    taken = [message.pk for message in waiting if message.attempts == 0]
    Outbox.objects.filter(pk__in=taken).delete()
    return bool(taken)


def emit_many(*, topic: str, keys: Iterable[str], now: datetime) -> None:
    """Write one message for each key in a single statement."""
    if topic in _muted.get():
        return
    Outbox.objects.bulk_create(
        Outbox(topic=topic, key=key, created_at=now, available_at=now) for key in keys
    )
    wake(topic)


def failed() -> QuerySet[Outbox]:
    """Return the messages that went wrong and are tried again, the oldest first."""
    return Outbox.objects.exclude(error="").order_by("created_at", "id")


def stuck(*, now: datetime, patience: timedelta) -> QuerySet[Outbox]:
    """Return the messages that nobody has tried though they are due for so long."""
    return Outbox.objects.filter(attempts=0, available_at__lt=now - patience)


def waiting(now: datetime) -> list[Waiting]:
    """Return what waits by topic, what is due for longest first; one query."""
    is_due = Q(available_at__lte=now)
    counted = (
        Outbox.objects.order_by()
        .values("topic")
        .annotate(
            due=Count("pk", filter=is_due),
            later=Count("pk", filter=~is_due),
            failed=Count("pk", filter=~Q(error="")),
            oldest=Min("available_at", filter=is_due),
        )
        .order_by(F("oldest").asc(nulls_last=True), "topic")
    )
    return [Waiting(**row) for row in counted]


def retry(messages: Iterable[Outbox], *, now: datetime) -> None:
    """Let failed messages be due now and wake their workers.

    One that a worker has in its hands waits for its lease, so nothing goes out twice.
    """
    topics = set()
    for message in messages:
        due = Outbox.objects.filter(
            pk=message.pk, attempts=message.attempts, error=message.error
        )
        if due.exclude(error="").update(available_at=now):
            topics.add(message.topic)
    for topic in sorted(topics):
        wake(topic)


def drain(
    *,
    topic: str,
    send: Callable[[Outbox], None],
    now: datetime,
    limit: int = 100,
) -> int:
    """Send up to `limit` messages of a topic and return how many left.

    For messages whose effect is in this database. Each is locked (SKIP LOCKED), sent
    and deleted in one transaction: what `send` writes is there once, whenever a worker
    dies. A failure is kept with its error and tried again, later each time, at most
    hourly.
    """
    sent = 0
    for _ in range(limit):
        if not _send_next(topic=topic, send=send, now=now):
            break
        sent += 1
    return sent


def send_outside(*, topic: str, send: Callable[[Outbox], None], now: datetime) -> bool:
    """Send the next message of a topic whose effect is outside; False if none is due.

    Claimed in one transaction and sent in none, so that a slow server holds no lock and
    no connection of the database; gone when it is sent. Sent at least once: after a
    crash between the two again, when the lease has run out. The attempt is counted
    before, so that one which kills its worker shows. Call it outside a transaction.
    """
    message = _claim(topic=topic, now=now)
    if message is None:
        return False
    # Whoever took it after our lease has counted an attempt of their own.
    ours = Outbox.objects.filter(pk=message.pk, attempts=message.attempts)
    try:
        send(message)
    except Exception as error:  # noqa: BLE001 (kept with the message and tried again)
        ours.update(
            error=repr(error)[:2000], available_at=now + _pause(message.attempts)
        )
    else:
        ours.delete()
    return True


@transaction.atomic
def _claim(*, topic: str, now: datetime) -> Outbox | None:
    message = _lock_next(topic=topic, now=now)
    if message is not None:
        message.attempts += 1
        message.available_at = now + max(LEASE, _pause(message.attempts))
        message.save(update_fields=["attempts", "available_at"])
    return message


@transaction.atomic
def _send_next(*, topic: str, send: Callable[[Outbox], None], now: datetime) -> bool:
    message = _lock_next(topic=topic, now=now)
    if message is None:
        return False
    try:
        with transaction.atomic():
            send(message)
    except Exception as error:  # noqa: BLE001 (kept with the message and tried again)
        message.attempts += 1
        message.error = repr(error)[:2000]
        message.available_at = now + _pause(message.attempts)
        message.save(update_fields=["attempts", "error", "available_at"])
    else:
        message.delete()
    return True


def _lock_next(*, topic: str, now: datetime) -> Outbox | None:
    due = Outbox.objects.filter(topic=topic, available_at__lte=now)
    return (
        due.select_for_update(skip_locked=True).order_by("available_at", "id").first()
    )


def _pause(attempts: int) -> timedelta:
    return min(_RETRY_MOST, _RETRY_BASE * 2 ** min(attempts, _DOUBLINGS_MOST))
